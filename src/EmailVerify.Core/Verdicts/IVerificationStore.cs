using System.Collections.Immutable;
using EmailVerify.Core.Retries;

namespace EmailVerify.Core.Verdicts;

/// <summary>
/// The table <c>verifications</c>. What is saved is durable when the task ends: it would survive the machine's death at that instant.
/// Times are kept to the millisecond, floored. What cannot be done now ends in a <see cref="StorageUnavailableException"/>, a full disk in a <see cref="StorageFullException"/>.
/// </summary>
public interface IVerificationStore
{
    /// <summary>Of so many customers at most <see cref="RecallAsync"/> reads a verdict. More have a popular address, whose verdict is hot anyway.</summary>
    const int MostRecalled = 64;

    /// <summary>
    /// Inserts or replaces a verification, and its row in <c>retries</c> with it, in one transaction. A verdict that is there stays: only
    /// <see cref="JudgeAsync"/> replaces one.
    /// </summary>
    /// <param name="verification">The verification as it is now.</param>
    /// <param name="ticket">When to go on; null removes the row, as a verdict does.</param>
    /// <returns>False where a verdict is there: nothing was changed, and that one is the truth.</returns>
    Task<bool> SaveAsync(Verification verification, RetryTicket? ticket);

    /// <summary>
    /// Replaces verdict and evidence of a verification that was judged again, and adds what it said before. Nothing else of it changes, and one that is gone stays gone.
    /// </summary>
    /// <param name="judged">The verification as it is to be.</param>
    /// <param name="rulesBefore">The rules of the verdict that was judged: where the row has another by now, nothing is done.</param>
    /// <returns>Whether it was done.</returns>
    Task<bool> JudgeAsync(Verification judged, string rulesBefore);

    /// <summary>Reads one verification of a customer, or null. A foreign id is an unknown id.</summary>
    ValueTask<Verification?> FindAsync(string customerId, string id, CancellationToken cancellationToken);

    /// <summary>
    /// Reads how an address stands: of every customer the newest verification that has a verdict other than unknown (of <see cref="MostRecalled"/> customers at most), newest first, at most
    /// <paramref name="limit"/>; and behind these those that are pending, newest first, again at most <paramref name="limit"/>.
    /// </summary>
    ValueTask<ImmutableArray<Verification>> RecallAsync(AddressHash hash, int limit, CancellationToken cancellationToken);

    /// <summary>Reads of each of some addresses the newest fresh verdict, the customer's own before that of another customer of the same world; in one look.</summary>
    /// <param name="customerId">Who asks.</param>
    /// <param name="hashes">Which addresses.</param>
    /// <param name="now">The time that fresh means.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>Those that have one.</returns>
    ValueTask<ImmutableArray<KnownVerdict>> KnownAsync(string customerId, ImmutableArray<AddressHash> hashes, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Reads a page of a customer's verifications of an address, newest first.</summary>
    /// <param name="customerId">Whose.</param>
    /// <param name="hash">Of which address.</param>
    /// <param name="query">Which part.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    ValueTask<ImmutableArray<Verification>> HistoryAsync(string customerId, AddressHash hash, HistoryQuery query, CancellationToken cancellationToken);
}

/// <summary>A verdict that is known already.</summary>
/// <param name="Hash">Of which address.</param>
/// <param name="VerificationId">The verification that found it.</param>
/// <param name="CustomerId">Whose that is.</param>
/// <param name="Verdict">The verdict.</param>
public sealed record KnownVerdict(AddressHash Hash, string VerificationId, string CustomerId, Verdict Verdict);

/// <summary>Which part of a history.</summary>
/// <param name="From">Made at or after; null is the beginning.</param>
/// <param name="To">Made before; null is the end.</param>
/// <param name="Before">The keyset: made before this id, exclusive; null is the newest.</param>
/// <param name="Limit">At most so many, 1 to 1,001.</param>
public sealed record HistoryQuery(DateTimeOffset? From, DateTimeOffset? To, string? Before, int Limit);
