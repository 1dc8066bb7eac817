using System.Collections.Concurrent;
using System.Collections.Immutable;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Tests.Api;

/// <summary>The table <c>verifications</c> in memory; can be told to fail.</summary>
internal sealed class FakeVerificationStore : IVerificationStore
{
    private readonly ConcurrentDictionary<string, Verification> rows = new(StringComparer.Ordinal);

    public Exception? Failure { get; set; }

    public int Saves { get; private set; }

    /// <summary>Gets or sets what a save waits for.</summary>
    public Task Saving { get; set; } = Task.CompletedTask;

    public RetryTicket? LastTicket { get; private set; }

    public IEnumerable<Verification> Rows => rows.Values;

    public async Task<bool> SaveAsync(Verification verification, RetryTicket? ticket)
    {
        ThrowIfBroken();
        await Saving;
        Saves++;
        LastTicket = ticket;
        Put(verification);
        return true;
    }

    public Task<bool> JudgeAsync(Verification judged, string rulesBefore)
    {
        ThrowIfBroken();
        if (!rows.TryGetValue(judged.Id, out var row) || row.Verdict is not { } verdict || !verdict.Rules.Equals(rulesBefore, StringComparison.Ordinal))
            return Task.FromResult(false);
        Put(judged);
        return Task.FromResult(true);
    }

    public void Put(Verification verification) => rows[verification.Id] = verification;

    public ValueTask<Verification?> FindAsync(string customerId, string id, CancellationToken cancellationToken)
    {
        ThrowIfBroken();
        return new(rows.TryGetValue(id, out var row) && row.CustomerId.Equals(customerId, StringComparison.Ordinal) ? row : null);
    }

    public ValueTask<ImmutableArray<Verification>> RecallAsync(AddressHash hash, int limit, CancellationToken cancellationToken)
    {
        ThrowIfBroken();
        return new([.. rows.Values.Where(row => row.AddressHash == hash).OrderByDescending(row => row.Verdict?.FoundAt)]);
    }

    public ValueTask<ImmutableArray<KnownVerdict>> KnownAsync(
        string customerId, ImmutableArray<AddressHash> hashes, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The API leaves this to the grain.");

    public ValueTask<ImmutableArray<Verification>> HistoryAsync(
        string customerId, AddressHash hash, HistoryQuery query, CancellationToken cancellationToken)
    {
        ThrowIfBroken();
        return new(
        [
            .. rows.Values
                .Where(row => row.CustomerId.Equals(customerId, StringComparison.Ordinal) && row.AddressHash == hash)
                .Where(row => (query.From is null || row.CreatedAt >= query.From) && (query.To is null || row.CreatedAt < query.To))
                .Where(row => query.Before is null || string.CompareOrdinal(row.Id, query.Before) < 0)
                .OrderByDescending(row => row.Id, StringComparer.Ordinal)
                .Take(query.Limit),
        ]);
    }

    public void ThrowIfBroken()
    {
        if (Failure is not null)
            throw Failure;
    }
}

/// <summary>Searches and counts over that table.</summary>
internal sealed class FakeReports(FakeVerificationStore store) : IVerificationReports
{
    /// <summary>Gets of which batch a verification is, by their ids.</summary>
    public Dictionary<string, string> Batches { get; } = new(StringComparer.Ordinal);

    public ValueTask<ImmutableArray<Verification>> SearchAsync(string customerId, VerificationSearch search, CancellationToken cancellationToken)
    {
        store.ThrowIfBroken();
        return new(
        [
            .. store.Rows
                .Where(row => row.CustomerId.Equals(customerId, StringComparison.Ordinal))
                .Where(row => (search.From is null || row.CreatedAt >= search.From) && (search.To is null || row.CreatedAt < search.To))
                .Where(row => row.Verdict is { } verdict ? search.Reasons.Contains(verdict.Reason) : search.IncludesPending)
                .Where(row => search.Domain is not { } domain || (EmailAddress.TryParse(row.Email, out var address) && address.Domain.Equals(domain, StringComparison.Ordinal)))
                .Where(row => search.BatchId is not { } batch || batch.Equals(Batches.GetValueOrDefault(row.Id), StringComparison.Ordinal))
                .Where(row => search.Before is null || string.CompareOrdinal(row.Id, search.Before) < 0)
                .OrderByDescending(row => row.Id, StringComparer.Ordinal)
                .Take(search.Limit),
        ]);
    }

    public ValueTask<ImmutableArray<DayCount>> TrendsAsync(string customerId, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        store.ThrowIfBroken();
        return new(
        [
            .. store.Rows
                .Where(row => row.CustomerId.Equals(customerId, StringComparison.Ordinal) && row.Verdict is not null)
                .GroupBy(row => (Day: DateOnly.FromDateTime(row.CreatedAt.UtcDateTime), row.Verdict!.Reason))
                .Where(group => group.Key.Day >= from && group.Key.Day <= to)
                .OrderBy(group => group.Key.Day)
                .Select(group => new DayCount(group.Key.Day, group.Key.Reason, group.Count())),
        ]);
    }
}

/// <summary>The table <c>api_keys</c> in memory.</summary>
internal sealed class FakeKeyStore : IKeyStore
{
    private ImmutableList<ApiKey> keys = [];

    public int Lookups { get; private set; }

    /// <summary>Gets or sets what looking a key up, and keeping one, fails with.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Gets or sets what others do once a key has been saved.</summary>
    public Func<ApiKey, Task>? OnSaved { get; set; }

    public ValueTask<ImmutableArray<ApiKey>> ListAsync(CancellationToken cancellationToken) => new([.. keys]);

    public ValueTask<ApiKey?> FindAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken)
    {
        Lookups++;
        if (Failure is not null)
            throw Failure;
        return new(keys.Find(key => key.Hash.AsSpan().SequenceEqual(hash.Span)));
    }

    public async Task SaveAsync(ApiKey key)
    {
        if (Failure is not null)
            throw Failure;
        if (keys.Exists(other => other.Id.Equals(key.Id, StringComparison.Ordinal)))
            throw new InvalidOperationException("There is a key with this id.");
        keys = keys.Add(key);
        if (OnSaved is not null)
            await OnSaved(key);
    }

    public Task<bool> RevokeAsync(string id, DateTimeOffset at) => ChangeAsync(id, key => key with { RevokedAt = at });

    public Task<bool> EndAsync(string id, DateTimeOffset at) => ChangeAsync(id, key => key with { ExpiresAt = key.ExpiresAt < at ? key.ExpiresAt : at });

    private Task<bool> ChangeAsync(string id, Func<ApiKey, ApiKey> change)
    {
        if (Failure is not null)
            throw Failure;
        var at = keys.FindIndex(key => key.Id.Equals(id, StringComparison.Ordinal) && key.RevokedAt is null);
        if (at >= 0)
            keys = keys.SetItem(at, change(keys[at]));
        return Task.FromResult(at >= 0);
    }
}
