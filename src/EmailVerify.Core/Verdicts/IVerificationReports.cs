using System.Collections.Immutable;

namespace EmailVerify.Core.Verdicts;

/// <summary>
/// What a customer can look up in all verifications: a search and the trends of its days. May be read from a standby, so what was just stored may be missing for a moment.
/// What cannot be done now ends in a <see cref="StorageUnavailableException"/>.
/// </summary>
public interface IVerificationReports
{
    /// <summary>Reads a page of a customer's verifications, newest first.</summary>
    ValueTask<ImmutableArray<Verification>> SearchAsync(string customerId, VerificationSearch search, CancellationToken cancellationToken);

    /// <summary>Counts verdicts by the UTC day that their verification was begun on and by their reason, the earliest day first; days and reasons without any are left out.</summary>
    /// <param name="customerId">Whose.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    ValueTask<ImmutableArray<DayCount>> TrendsAsync(string customerId, DateOnly from, DateOnly to, CancellationToken cancellationToken);
}

/// <summary>Which verifications are looked for: those for which all that is given holds.</summary>
/// <param name="From">Begun at or after; null is the beginning.</param>
/// <param name="To">Begun before; null is the end.</param>
/// <param name="Status">With a verdict of this status; null is any, and also none yet.</param>
/// <param name="Reason">With a verdict of this reason; null is any, and also none yet.</param>
/// <param name="Domain">Of an address at this domain, an A-label; null is any.</param>
/// <param name="BatchId">That this batch asked for; null is any, and also none.</param>
/// <param name="Before">The keyset: begun before this id, exclusive; null is the newest.</param>
/// <param name="Limit">At most so many, 1 to 1,001.</param>
public sealed record VerificationSearch(
    DateTimeOffset? From, DateTimeOffset? To, VerdictStatus? Status, VerdictReason? Reason, string? Domain, string? BatchId, string? Before, int Limit);

/// <summary>How often a reason was found on a day.</summary>
/// <param name="Day">The day, UTC.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Count">How many verdicts.</param>
public sealed record DayCount(DateOnly Day, VerdictReason Reason, long Count);
