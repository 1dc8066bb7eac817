using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Retries;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Emails;

/// <inheritdoc cref="IEmailGrain"/>
/// <remarks>
/// It remembers and orders: one flight at a time, whoever asks; what a flight found is stored for every customer that waits before any of them is told.
/// No turn is held while mail servers are asked.
/// </remarks>
[GrainType("email")]
internal sealed partial class EmailGrain(
    IVerificationStore store, Settlement settlement, IServiceProvider services, TimeProvider clock, ILogger<EmailGrain> logger) : Grain, IEmailGrain
{
    /// <summary>How many customers' verdicts are kept hot.</summary>
    private const int MaxCustomers = 16;

    /// <summary>How long after a defect of ours the question is asked again.</summary>
    private static readonly TimeSpan AfterDefect = TimeSpan.FromSeconds(10);

    /// <summary>The newest verification with a verdict, one a customer.</summary>
    private readonly Dictionary<string, Verification> told = new(StringComparer.Ordinal);

    /// <summary>The verification without a verdict, one a customer. It is stored when it is pending.</summary>
    private readonly Dictionary<string, Verification> open = new(StringComparer.Ordinal);

    /// <summary>One change of an open verification at a time, so that an older state never overwrites a newer one.</summary>
    private readonly SemaphoreSlim saving = new(1);

    private EmailAddress address = null!;
    private bool isFlying;
    private TaskCompletionSource news = NewNews();

    private AddressHash Hash => AddressHash.Parse(this.GetPrimaryKeyString().AsSpan(EmailKey.Live.Length));

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var found in await store.FindLatestAsync(Hash, MaxCustomers, cancellationToken))
            _ = told.TryAdd(found.CustomerId, found);
    }

    public async ValueTask<EmailAnswer?> VerifyAsync(EmailQuestion question)
    {
        if (FreshFor(question) is { } fresh)
            return new EmailAnswer(await OwnAsync(fresh, question), FromCache: true);

        var id = Join(question).Id;
        var end = clock.GetUtcNow() + question.Wait;
        while (!IsSettled(question.CustomerId, id) && end - clock.GetUtcNow() is { Ticks: > 0 } left)
            await NewsAsync(left);
        var now = Find(question.CustomerId, id);
        if (now is { Verdict: null, Pending: null })
            now = question.Accept ? await AcceptAsync(question.CustomerId, id) : null;
        return now is null ? null : new EmailAnswer(now, FromCache: false);
    }

    public async ValueTask<EmailAnswer?> WaitAsync(string customerId, string verificationId, TimeSpan wait)
    {
        var end = clock.GetUtcNow() + wait;
        while (IsOpen(customerId, verificationId) && end - clock.GetUtcNow() is { Ticks: > 0 } left)
            await NewsAsync(left);
        return Find(customerId, verificationId) is { } now ? new EmailAnswer(now, FromCache: false) : null;
    }

    public async ValueTask RetryAsync(RetryTicket ticket)
    {
        if (!IsOpen(ticket.CustomerId, ticket.VerificationId))
        {
            var stored = await store.FindAsync(ticket.CustomerId, ticket.VerificationId, CancellationToken.None);
            if (stored is not { Verdict: null })
                return;

            // Where the customer asked anew meanwhile, the older question waits for its next turn.
            if (!open.TryAdd(ticket.CustomerId, stored))
                return;
            address = EmailAddress.Parse(stored.Email);
        }

        BeginFlight();
    }

    private static TaskCompletionSource NewNews() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Throws what kept a verdict from being stored.
    private async Task NewsAsync(TimeSpan wait)
    {
        try
        {
            await news.Task.WaitAsync(wait, clock);
        }
        catch (TimeoutException)
        {
            // The caller looks at the clock.
        }
    }

    private bool IsOpen(string customerId, string id) =>
        open.GetValueOrDefault(customerId) is { } mine && string.Equals(mine.Id, id, StringComparison.Ordinal);

    // It has a verdict, or was put off to a later time.
    private bool IsSettled(string customerId, string id) => !IsOpen(customerId, id) || (!isFlying && open[customerId].Pending is not null);

    private Verification? Find(string customerId, string id) => IsOpen(customerId, id)
        ? open[customerId]
        : told.GetValueOrDefault(customerId) is { } mine && string.Equals(mine.Id, id, StringComparison.Ordinal) ? mine : null;

    private Verification? FreshFor(EmailQuestion question)
    {
        var now = clock.GetUtcNow();
        bool Serves(Verification found) => now < found.Verdict!.FreshUntil && (question.MaxAge is not { } age || now - found.Verdict.FoundAt < age);
        return told.GetValueOrDefault(question.CustomerId) is { } own && Serves(own) ? own : told.Values.FirstOrDefault(Serves);
    }

    // A verdict that was found for another customer gets this one a row of its own, once.
    private async ValueTask<Verification> OwnAsync(Verification found, EmailQuestion question)
    {
        if (string.Equals(found.CustomerId, question.CustomerId, StringComparison.Ordinal))
            return found;
        var own = New(question) with { Verdict = found.Verdict, Attempts = found.Attempts, Evidence = found.Evidence };
        await store.SaveAsync(own, ticket: null);
        Tell(own);
        return own;
    }

    private Verification New(EmailQuestion question) => new()
    {
        Id = Id.New("ver", clock),
        CustomerId = question.CustomerId,
        AddressHash = Hash,
        Email = question.Email,
        Tag = question.Tag,
        CreatedAt = clock.GetUtcNow(),
    };

    private Verification Join(EmailQuestion question)
    {
        if (!open.TryGetValue(question.CustomerId, out var mine))
        {
            open.Add(question.CustomerId, mine = New(question));
            address = EmailAddress.Parse(question.Email);
        }

        // What was put off is asked again at its time, not whenever somebody asks us.
        if (mine.Pending is null)
            BeginFlight();
        return mine;
    }

    private async Task<Verification?> AcceptAsync(string customerId, string id)
    {
        await saving.WaitAsync();
        try
        {
            // It may have been settled while other saves went first.
            if (!IsOpen(customerId, id) || open[customerId].Pending is not null)
                return Find(customerId, id);
            var (accepted, ticket) = settlement.Accept(open[customerId], clock.GetUtcNow());
            await store.SaveAsync(accepted, ticket);
            open[customerId] = accepted;
            WakeRetries(ticket);
            return accepted;
        }
        finally
        {
            _ = saving.Release();
        }
    }

    private void BeginFlight()
    {
        if (isFlying)
            return;
        isFlying = true;
        DelayDeactivation(Settlement.ProbeDeadline);
        FlyAsync().Ignore();
    }

    private async Task FlyAsync()
    {
        try
        {
            var result = await AttemptAsync();
            HashSet<string> settled = new(StringComparer.Ordinal);
            while (open.Values.FirstOrDefault(waiting => !settled.Contains(waiting.Id)) is { } next)
            {
                _ = settled.Add(next.Id);
                await SettleAsync(next.CustomerId, result);
            }
        }
        catch (Exception failure)
        {
            // Nobody may be told what is not stored. Those that were accepted have their row in retries; the others hear of the failure.
            LogNotStored(failure);
            foreach (var waiting in open.Values.Where(waiting => waiting.Pending is null).ToArray())
                _ = open.Remove(waiting.CustomerId);
            isFlying = false;
            var bad = news;
            news = NewNews();
            _ = bad.TrySetException(failure);
            bad.Task.Ignore();
            return;
        }

        isFlying = false;
        Announce();
    }

    private async Task<AttemptResult> AttemptAsync()
    {
        var began = clock.GetTimestamp();
        try
        {
            var attempts = open.Values.Max(waiting => waiting.Attempts);
            var result = await services.GetRequiredKeyedService<IEmailProber>(this.GetPrimaryKeyString()[..EmailKey.Live.Length]).AskAsync(address, attempts);
            EmailInstruments.Attempted(result, clock.GetElapsedTime(began));
            return result;
        }
        catch (Exception defect)
        {
            LogDefect(defect);
            return new AttemptResult.Deferred(clock.GetUtcNow() + AfterDefect, VerdictReason.TemporaryFailure);
        }
    }

    private async Task SettleAsync(string customerId, AttemptResult result)
    {
        await saving.WaitAsync();
        try
        {
            var (settled, ticket) = settlement.Apply(open[customerId], result, clock.GetUtcNow());
            await store.SaveAsync(settled, ticket);
            if (ticket is null)
            {
                _ = open.Remove(customerId);
                Tell(settled);
                Announce();
            }
            else
            {
                open[customerId] = settled;
                WakeRetries(ticket);
            }
        }
        finally
        {
            _ = saving.Release();
        }
    }

    private void Tell(Verification verification)
    {
        if (told.Count >= MaxCustomers && !told.ContainsKey(verification.CustomerId))
            _ = told.Remove(told.Keys.First());
        told[verification.CustomerId] = verification;
    }

    private void Announce()
    {
        _ = news.TrySetResult();
        news = NewNews();
    }

    private void WakeRetries(RetryTicket ticket) => GrainFactory.GetGrain<IRetryGrain>(RetryKey.Of(ticket.Shard)).WakeAsync(ticket.DueAt).AsTask().Ignore();
}
