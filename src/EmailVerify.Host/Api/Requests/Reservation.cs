using System.Buffers;
using System.Security.Cryptography;
using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.Problems;
using Microsoft.Extensions.Primitives;

namespace EmailVerify.Host.Api.Requests;

/// <summary>The reservation of an idempotency key for as long as its request is at work. It is a lease: when the process dies it ends by itself.</summary>
internal sealed partial class Reservation : IAsyncDisposable
{
    private const string Header = "Idempotency-Key";
    private const int MaxLength = 255;
    private const int OwnerLength = 32;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);
    private static readonly SearchValues<char> Visible = SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code)]);

    private readonly IBatchStore store;
    private readonly string owner;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly ITimer timer;
    private bool isKept;

    private Reservation(IBatchStore store, IdempotencyKey key, string owner, TimeProvider clock, ILogger logger)
    {
        (this.store, Key, this.owner, this.clock, this.logger) = (store, key, owner, clock, logger);
        timer = clock.CreateTimer(_ => _ = RenewAsync(), null, Renewal, Renewal);
    }

    /// <summary>Gets the key.</summary>
    public IdempotencyKey Key { get; }

    /// <summary>Reads the header: a quoted string (the draft's structured field) or the bare key that most clients send.</summary>
    /// <returns><see langword="false"/> when it is neither.</returns>
    public static bool TryRead(IHeaderDictionary headers, out string? key)
    {
        var values = headers[Header];
        key = values is [{ } value] ? value : null;
        if (StringValues.IsNullOrEmpty(values) && values.Count == 0)
            return true;
        if (key is ['"', .. var quoted, '"'])
            key = quoted.Contains('"', StringComparison.Ordinal) ? null : quoted;
        return key is { Length: > 0 and <= MaxLength } && !key.AsSpan().ContainsAnyExcept(Visible) && key[0] != '"';
    }

    /// <summary>The problem of a header that cannot be read.</summary>
    public static Problem Malformed() => new(ProblemCode.MalformedHeader, "An Idempotency-Key has 1 to 255 visible ASCII characters, in quotes or bare.")
    {
        Errors = [ProblemError.AtHeader(Header, "invalid", "Write Idempotency-Key: \"6f1d\".")],
    };

    /// <summary>The problem of a key whose first request is still at work.</summary>
    public static Problem InProgress() =>
        new(ProblemCode.IdempotencyInProgress, "The first request with this Idempotency-Key is still at work.") { RetryAfterSeconds = 2 };

    /// <summary>Reserves a key, or says what became of the request that had it first.</summary>
    public static async ValueTask<(Reservation? Own, IdempotencyClaim Claim)> TakeAsync(IBatchStore store, IdempotencyKey key, TimeProvider clock, ILogger logger)
    {
        var now = clock.GetUtcNow();
        var self = RandomNumberGenerator.GetHexString(OwnerLength);
        var claim = await store.ReserveAsync(key, self, now, now + Lease);
        return (claim is IdempotencyClaim.Fresh ? new Reservation(store, key, self, clock, logger) : null, claim);
    }

    /// <summary>Answers a request whose key was answered before: as then, if it is the same request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">What was answered.</param>
    /// <param name="fingerprint">The SHA-256 of its query and body.</param>
    public static async Task RepeatAsync(HttpContext context, IdempotencyRecord record, byte[] fingerprint)
    {
        if (!CryptographicOperations.FixedTimeEquals(record.Fingerprint.Span, fingerprint))
        {
            await new Problem(ProblemCode.IdempotencyKeyReused, "An earlier request with this Idempotency-Key had another query or body.").WriteAsync(context);
            return;
        }

        var response = context.Response;
        response.StatusCode = record.Status;
        response.Headers.Location = record.Location;
        response.Headers["Idempotency-Replayed"] = "true";
        JsonAnswer.Send(response, record.Body.Span);
    }

    /// <summary>Makes the answer that is kept, if the key is still this request's when it is stored.</summary>
    public IdempotencyAnswer Answer(byte[] fingerprint, int status, string location, ReadOnlyMemory<byte> body) =>
        new(owner, new IdempotencyRecord(Key, fingerprint, status, location, body, clock.GetUtcNow()));

    /// <summary>Says that the answer was stored: nothing is given back.</summary>
    public void Keep() => isKept = true;

    /// <summary>Gives the key back, unless its answer was stored: a refused request may be repeated with it.</summary>
    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        if (isKept)
            return;
        try
        {
            await store.ReleaseAsync(Key, owner);
        }
        catch (Exception failure)
        {
            LogNotReleased(logger, failure.GetType().Name);
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            await store.RenewAsync(Key, owner, clock.GetUtcNow() + Lease);
        }
        catch (Exception failure)
        {
            LogNotReleased(logger, failure.GetType().Name);
        }
    }
}
