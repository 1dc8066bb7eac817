using EmailVerify.Core.Domains;
using EmailVerify.Grains.Domains;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;
using Route = EmailVerify.Core.Domains.Route;

namespace EmailVerify.Host.Api.Domains;

/// <summary>
/// GET <c>/v1/domains/{domain}</c>: what is known of a domain, in either spelling. Where no route is stored, or an old one, the DNS is asked, and with <c>refresh=true</c> in any case; the answer waits
/// for it, 20 s at most. No mail server is asked.
/// </summary>
internal sealed partial class GetDomain(IDomainStore store, IGrains<IDomainGrain> grains, ProviderCatalog providers, TimeProvider clock) : IDisposable
{
    private const int MaxLookups = 8;
    /// <summary>How long a look-up may take: longer than the grain waits for the DNS.</summary>
    private static readonly TimeSpan LongestLookup = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan LookupPatience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim lookups = new(MaxLookups);

    public async Task HandleAsync(HttpContext context)
    {
        // :: Step 1: a domain, or nobody is asked.
        var parameters = new Parameters(context.Request.Query);
        var refresh = parameters.Flag("refresh") ?? false;
        if (parameters.Problem is { } wrong)
        {
            await wrong.WriteAsync(context);
            return;
        }

        if (DomainText.Parse(context.Request.RouteValues["domain"] as string) is not { } address)
        {
            await SmallBody.Wrong(ProblemError.AtParameter("domain", "invalid", DomainText.Detail)).WriteAsync(context);
            return;
        }

        // A test key never leaves the process.
        if (Caller.Of(context).IsTest)
        {
            await new Problem(ProblemCode.InsufficientScope, "A test key asks no DNS: domains are looked at with a live one.").WriteAsync(context);
            return;
        }

        // :: Step 2: what is stored; the grain is asked only for what is missing, and keeps it.
        var record = await store.FindAsync(address.Domain, context.RequestAborted);
        Route? found = null;
        if (refresh || record?.Route is not { } stored || clock.GetUtcNow() >= stored.FreshUntil)
        {
            // Names that nobody asked about yet cost a grain and questions that verifications wait behind: a few at a time.
            if (!await lookups.WaitAsync(LookupPatience, context.RequestAborted))
            {
                await new Problem(ProblemCode.Overloaded, "Many domains are being looked up.") { RetryAfterSeconds = LookupPatience.Seconds }.WriteAsync(context);
                return;
            }

            try
            {
                var grain = grains.Get(address.Domain);
                found = (await GrainCall.AskAsync(() => refresh ? grain.RefreshAsync() : grain.KnowAsync(), LongestLookup)).Route;
            }
            finally
            {
                _ = lookups.Release();
            }

            record = await store.FindAsync(address.Domain, context.RequestAborted);
        }

        // :: Step 3: what the DNS could not tell is not stored; then an older route is shown, with its age.
        record ??= new DomainRecord(address.Domain, null, CatchAllFinding.None, null);
        JsonAnswer.Write(context.Response, new DomainView(address, record, found as Route.Unresolved, providers, clock.GetUtcNow()), DomainWriter.Write);
    }

    /// <inheritdoc/>
    public void Dispose() => lookups.Dispose();
}
