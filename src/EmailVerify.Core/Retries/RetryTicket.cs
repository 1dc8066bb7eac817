using System.Collections.Immutable;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Retries;

/// <summary>A row of the table <c>retries</c>: something that is asked again at a time.</summary>
/// <param name="VerificationId">What is retried; one row each.</param>
/// <param name="CustomerId">Whose it is.</param>
/// <param name="AddressHash">Of which address; chooses the shard.</param>
/// <param name="DueAt">When.</param>
/// <param name="Egress">The egress that asked last, since greylisting knows us by it; null before the first attempt.</param>
/// <param name="Attempt">How many tries are behind it.</param>
public sealed record RetryTicket(string VerificationId, string CustomerId, AddressHash AddressHash, DateTimeOffset DueAt, string? Egress, int Attempt)
{
    /// <summary>Over how many RetryGrains the table is shared out. Part of the stored rows: it cannot change without a migration.</summary>
    public const int Shards = 16;

    /// <summary>Gets the shard of its address.</summary>
    public int Shard => AddressHash.Shard(Shards);
}

/// <summary>The table <c>retries</c>, indexed by shard and time. Rows come and go with <see cref="IVerificationStore.SaveAsync"/>.</summary>
public interface IRetryStore
{
    /// <summary>
    /// Takes what is due in a shard, oldest first, and moves each to <paramref name="leaseUntil"/>, so that a worker that dies with it is just another retry.
    /// </summary>
    /// <returns>The tickets with the time when they were due, so that it shows how late they are.</returns>
    Task<ImmutableArray<RetryTicket>> TakeDueAsync(int shard, DateTimeOffset now, DateTimeOffset leaseUntil, int limit);

    /// <summary>Says when the next row of a shard is due, or null when it is empty.</summary>
    ValueTask<DateTimeOffset?> NextDueAsync(int shard, CancellationToken cancellationToken);
}
