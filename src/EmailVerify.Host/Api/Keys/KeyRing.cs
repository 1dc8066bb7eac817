using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.Keys;

/// <summary>Checks keys. What the store said is believed for <see cref="Freshness"/>, so that a revocation holds within five seconds.</summary>
internal sealed class KeyRing(IKeyStore store, ConfiguredKey configured, TimeProvider clock)
{
    /// <summary>How long an answer of the store is believed.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(4);

    // At some 300 octets each; past it the cache begins anew, which costs a lookup for each key in use.
    private const int MaxEntries = 10_000;

    // Keys of the form that the store does not know, so that one client with a wrong key is not one lookup a request.
    private const int MaxUnknown = 1_000;

    private const string Scheme = "Bearer ";

    /// <summary>Gets what is answered to who sends no key.</summary>
    public static Problem Missing { get; } = new(ProblemCode.MissingKey, "Send the header Authorization: Bearer KEY.");

    private readonly ConcurrentDictionary<KeyHash, Entry> entries = new();
    private readonly ConcurrentDictionary<KeyHash, DateTimeOffset> unknown = new();

    /// <summary>Says who asks with a bearer key, or why they may not.</summary>
    public ValueTask<KeyCheck> CheckAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0)
            return new(Missing);
        if (header is not [{ } value] || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return new(new Problem(ProblemCode.MissingKey, "The header Authorization must be Bearer and one key."));
        return CheckAsync(value.AsSpan(Scheme.Length).Trim(' '), context, out _);
    }

    /// <summary>Says whose a key is, or why it is not taken.</summary>
    /// <param name="key">The key.</param>
    /// <param name="context">The request that brought it.</param>
    /// <param name="hash">Its hash, by which <see cref="CheckAgainAsync"/> knows it.</param>
    public ValueTask<KeyCheck> CheckAsync(ReadOnlySpan<char> key, HttpContext context, out KeyHash hash)
    {
        hash = default;
        if (key.Length is 0 or > ApiKeyText.MaxLength)
            return new(Invalid("The key has no valid form."));
        hash = KeyHash.OfKey(key);
        if (configured.Matches(hash, context.Connection.RemoteIpAddress))
            return new(new KeyCheck(configured.Caller, null));

        // A typing error is refused without a lookup.
        return ApiKeyText.HasForm(key) ? CheckStoredAsync(hash, context) : new(Invalid("The key is not whole or was mistyped."));
    }

    /// <summary>Says whose a key is that was checked before and is known by its hash: as strictly as if it had been sent again.</summary>
    /// <param name="hash">Its hash.</param>
    /// <param name="context">The request.</param>
    public ValueTask<KeyCheck> CheckAgainAsync(in KeyHash hash, HttpContext context) =>
        configured.Matches(hash, context.Connection.RemoteIpAddress) ? new(new KeyCheck(configured.Caller, null)) : CheckStoredAsync(hash, context);

    /// <summary>Forgets what the store said of a key, since that has changed just now.</summary>
    public void Forget(ApiKey key) => _ = entries.TryRemove(KeyHash.Of(key.Hash.AsSpan()), out _);

    private ValueTask<KeyCheck> CheckStoredAsync(in KeyHash hash, HttpContext context)
    {
        var now = clock.GetUtcNow();
        if (entries.TryGetValue(hash, out var entry) && now < entry.FreshUntil)
            return new(Judge(entry, now));
        return unknown.TryGetValue(hash, out var until) && now < until
            ? new(Unknown())
            : LookUpAsync(hash, now, context.RequestAborted);
    }

    private async ValueTask<KeyCheck> LookUpAsync(KeyHash hash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var octets = ((ReadOnlySpan<byte>)hash).ToArray();
        var key = await store.FindAsync(octets, cancellationToken);
        if (key is null || !CryptographicOperations.FixedTimeEquals(key.Hash.AsSpan(), octets))
        {
            if (unknown.Count >= MaxUnknown)
                unknown.Clear();
            unknown[hash] = now + Freshness;
            return Unknown();
        }

        if (entries.Count >= MaxEntries)
            entries.Clear();
        var isTest = ApiKeyText.IsTest(key.Shown);
        var caller = new Caller(isTest ? CustomerIds.InTest(key.CustomerId) : key.CustomerId, isTest, key.Scopes, key.Id) { KeyName = key.Name, KeyShown = key.Shown };
        var entry = new Entry(caller, key.ExpiresAt, key.RevokedAt, now + Freshness);
        entries[hash] = entry;
        return Judge(entry, now);
    }

    private static KeyCheck Judge(Entry entry, DateTimeOffset now)
    {
        if (entry.RevokedAt is not null)
            return new Problem(ProblemCode.RevokedKey, "The key was revoked.");
        return entry.ExpiresAt <= now ? new Problem(ProblemCode.ExpiredKey, "The key has expired.") : new KeyCheck(entry.Caller, null);
    }

    private static Problem Unknown() => Invalid("The key is not one of this installation's.");

    private static Problem Invalid(string detail) => new(ProblemCode.InvalidKey, detail);

    private sealed record Entry(Caller Caller, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset FreshUntil);
}

/// <summary>The outcome of a check: a caller, or a problem.</summary>
internal readonly record struct KeyCheck(Caller Caller, Problem? Problem)
{
    public static implicit operator KeyCheck(Problem problem) => new(null!, problem);
}

/// <summary>The SHA-256 of a key.</summary>
[InlineArray(SHA256.HashSizeInBytes)]
internal struct KeyHash : IEquatable<KeyHash>
{
    private byte first;

    /// <summary>Makes a hash of its octets.</summary>
    public static KeyHash Of(ReadOnlySpan<byte> octets)
    {
        var hash = default(KeyHash);
        octets.CopyTo(hash);
        return hash;
    }

    /// <summary>Hashes a key.</summary>
    public static KeyHash OfKey(ReadOnlySpan<char> key)
    {
        var hash = default(KeyHash);
        ApiKeyText.Hash(key, hash);
        return hash;
    }

    public static bool operator ==(KeyHash left, KeyHash right) => left.Equals(right);

    public static bool operator !=(KeyHash left, KeyHash right) => !left.Equals(right);

    public readonly bool Equals(KeyHash other) => ((ReadOnlySpan<byte>)this).SequenceEqual(other);

    public override readonly bool Equals(object? obj) => obj is KeyHash other && Equals(other);

    // The octets are random already.
    public override readonly int GetHashCode() => BitConverter.ToInt32(this);
}
