using System.Collections.Immutable;

namespace EmailVerify.Core.Verdicts;

/// <summary>
/// What a customer can look up in all verifications: a search and the trends of its days. May be read from a standby, so what was just stored may be missing for a moment.
/// What cannot be done now ends in a <see cref="StorageUnavailableException"/>.
/// </summary>
public interface IVerificationReports
{
    /// <summary>Reads a page of a customer's verifications, newest first. The batch of another customer has none.</summary>
    ValueTask<ImmutableArray<Verification>> SearchAsync(string customerId, VerificationSearch search, CancellationToken cancellationToken);

    /// <summary>
    /// Counts verdicts by the UTC day that their verification was begun on and by their reason, the earliest day first; days and reasons without any are left out. Verifications that were
    /// erased stay counted. What began more than <see cref="DayCount.KeptDays"/> days ago is counted no longer.
    /// </summary>
    /// <param name="customerId">Whose.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    ValueTask<ImmutableArray<DayCount>> TrendsAsync(string customerId, DateOnly from, DateOnly to, CancellationToken cancellationToken);
}

/// <summary>Which verifications are looked for: those for which all that is given holds.</summary>
/// <param name="From">Begun at or after, by the time in the id; null is the beginning.</param>
/// <param name="To">Begun before, by the time in the id; null is the end.</param>
/// <param name="Status">With a verdict of this status; null is any, and also none yet.</param>
/// <param name="Reason">With a verdict of this reason; null is any, and also none yet.</param>
/// <param name="Domain">Of an address at this domain, an A-label; null is any.</param>
/// <param name="BatchId">That this batch asked for; null is any, and also none.</param>
/// <param name="Before">The keyset: begun before this id, exclusive; null is the newest.</param>
/// <param name="Limit">At most so many, 1 to 1,001.</param>
public sealed record VerificationSearch(
    DateTimeOffset? From, DateTimeOffset? To, VerdictStatus? Status, VerdictReason? Reason, string? Domain, string? BatchId, string? Before, int Limit)
{
    private const string LastId = "ver_7ZZZZZZZZZZZZZZZZZZZZZZZZZ";

    /// <summary>Gets a value indicating whether only those are looked for that have no verdict yet, and so neither a status nor a reason.</summary>
    public bool IsPending { get; init; }

    /// <summary>Gets the reasons that what is looked for may have: a status is its reasons.</summary>
    public ImmutableArray<VerdictReason> Reasons => IsPending
        ? []
        : [.. Enum.GetValues<VerdictReason>().Where(reason => (Reason is null || reason == Reason) && (Status is null || Judge.StatusOf(reason) == Status))];

    /// <summary>Gets a value indicating whether what is looked for may have no verdict yet.</summary>
    public bool IncludesPending => Status is null && Reason is null;

    /// <summary>Gets the least id that what is looked for may have.</summary>
    public string FirstId => Id.FirstAt("ver", From ?? DateTimeOffset.UnixEpoch);

    /// <summary>Gets the id that all are below that are looked for.</summary>
    public string EndId
    {
        get
        {
            var end = To is { } to ? Id.FirstAt("ver", to) : LastId;
            return Before is { } before && string.CompareOrdinal(before, end) < 0 ? before : end;
        }
    }
}

/// <summary>How often a reason was found on a day.</summary>
/// <param name="Day">The day, UTC.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Count">How many verdicts.</param>
public sealed record DayCount(DateOnly Day, VerdictReason Reason, long Count)
{
    /// <summary>For how many days counts are kept, today's with them.</summary>
    public const int KeptDays = 400;

    /// <summary>Gets the first day whose counts are kept.</summary>
    public static DateOnly FirstKept(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime).AddDays(1 - KeptDays);
}
