using System.Collections.Concurrent;
using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Grains.Tests.World;

/// <summary>The stores in memory. They keep what they hold beyond a cluster, fail on demand, can be held, and note the order of what was written.</summary>
internal sealed class FakeStore : IVerificationStore, IRetryStore, IDomainStore
{
    private readonly Lock turn = new();
    private readonly Dictionary<string, Verification> verifications = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RetryTicket> tickets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DomainRecord> domains = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Gate> gates = new(StringComparer.Ordinal);

    /// <summary>Gets what was done, oldest first: <c>save cus_a pending</c>, <c>save cus_a deliverable</c>, <c>domain a.example</c> …</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Gets or sets which call fails, by its line in the log; null when none does.</summary>
    public string? Fails { get; set; }

    public int Leases { get; private set; }

    /// <summary>Says how often a call was made, by its line in the log.</summary>
    public int Count(string line) => Log.Count(one => string.Equals(one, line, StringComparison.Ordinal));

    /// <summary>Holds calls with such a line in the log.</summary>
    public Gate Hold(string line) => gates[line] = new Gate();

    public async Task<bool> SaveAsync(Verification verification, RetryTicket? ticket)
    {
        await EnterAsync($"save {verification.CustomerId} {(verification.Verdict is { } verdict ? Words.Of(verdict.Status) : "pending")}");
        lock (turn)
        {
            if (verifications.GetValueOrDefault(verification.Id) is { Verdict: not null })
                return false;
            verifications[verification.Id] = verification;
            if (ticket is null)
                _ = tickets.Remove(verification.Id);
            else
                tickets[verification.Id] = ticket;
            return true;
        }
    }

    public async Task<bool> JudgeAsync(Verification judged, string rulesBefore)
    {
        await EnterAsync($"judge {judged.CustomerId}");
        lock (turn)
            verifications[judged.Id] = judged;
        return true;
    }

    public async ValueTask<Verification?> FindAsync(string customerId, string id, CancellationToken cancellationToken)
    {
        await EnterAsync($"find {customerId}");
        return Row(id) is { } found && string.Equals(found.CustomerId, customerId, StringComparison.Ordinal) ? found : null;
    }

    public async ValueTask<ImmutableArray<Verification>> RecallAsync(AddressHash hash, int limit, CancellationToken cancellationToken)
    {
        await EnterAsync("recall");
        lock (turn)
        {
            return
            [
                .. verifications.Values
                    .Where(one => one.AddressHash == hash && one.Verdict is { Status: not VerdictStatus.Unknown })
                    .GroupBy(one => one.CustomerId, StringComparer.Ordinal)
                    .Select(own => own.MaxBy(one => one.Verdict!.FoundAt)!)
                    .OrderByDescending(one => one.Verdict!.FoundAt)
                    .Take(limit),
                .. verifications.Values.Where(one => one.AddressHash == hash && one.Verdict is null).OrderByDescending(one => one.Id, StringComparer.Ordinal).Take(limit),
            ];
        }
    }

    public ValueTask<ImmutableArray<KnownVerdict>> KnownAsync(string customerId, ImmutableArray<AddressHash> hashes, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Batches have a store that is real.");

    public ValueTask<ImmutableArray<DomainRecord>> FindManyAsync(ImmutableArray<string> domains, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Batches have a store that is real.");

    public ValueTask<ImmutableArray<Verification>> HistoryAsync(string customerId, AddressHash hash, HistoryQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No grain asks for a history.");

    public async Task<ImmutableArray<RetryTicket>> TakeDueAsync(int shard, DateTimeOffset now, DateTimeOffset leaseUntil, int limit)
    {
        await EnterAsync($"take {shard}");
        lock (turn)
        {
            var due = tickets.Values.Where(ticket => ticket.Shard == shard && ticket.DueAt <= now).OrderBy(ticket => ticket.DueAt).Take(limit).ToImmutableArray();
            foreach (var ticket in due)
                tickets[ticket.VerificationId] = ticket with { DueAt = leaseUntil };
            Leases += due.Length;
            return due;
        }
    }

    public async ValueTask<DateTimeOffset?> NextDueAsync(int shard, CancellationToken cancellationToken)
    {
        await EnterAsync($"next {shard}");
        lock (turn)
            return tickets.Values.Where(ticket => ticket.Shard == shard).Min(ticket => (DateTimeOffset?)ticket.DueAt);
    }

    async ValueTask<DomainRecord?> IDomainStore.FindAsync(string domain, CancellationToken cancellationToken)
    {
        await EnterAsync($"domain? {domain}");
        return Domain(domain);
    }

    public async Task SaveAsync(DomainRecord record)
    {
        await EnterAsync($"domain {record.Domain}");
        lock (turn)
            domains[record.Domain] = record;
    }

    public Verification? Row(string id)
    {
        lock (turn)
            return verifications.GetValueOrDefault(id);
    }

    public RetryTicket? Ticket(string id)
    {
        lock (turn)
            return tickets.GetValueOrDefault(id);
    }

    public DomainRecord? Domain(string domain)
    {
        lock (turn)
            return domains.GetValueOrDefault(domain);
    }

    public Verification[] RowsOf(string email)
    {
        lock (turn)
            return [.. verifications.Values.Where(one => string.Equals(one.Email, email, StringComparison.Ordinal)).OrderBy(one => one.Id, StringComparer.Ordinal)];
    }

    public void Put(Verification verification, RetryTicket? ticket = null)
    {
        lock (turn)
        {
            verifications[verification.Id] = verification;
            if (ticket is not null)
                tickets[verification.Id] = ticket;
        }
    }

    public void Put(DomainRecord record)
    {
        lock (turn)
            domains[record.Domain] = record;
    }

    // Never completes at once, as a database would not.
    private async Task EnterAsync(string line)
    {
        await Task.Yield();
        Log.Enqueue(line);
        if (gates.TryGetValue(line, out var gate))
            await gate.PassAsync();
        if (string.Equals(Fails, line, StringComparison.Ordinal))
            throw new StorageUnavailableException("The store is away.");
    }
}
