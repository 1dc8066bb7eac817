using System.Collections.Immutable;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Batches;

/// <summary>A row of a batch whose verification says something else since it was judged again.</summary>
/// <param name="Number">The row.</param>
/// <param name="Rows">How many rows have this result: it, and those that repeat it.</param>
/// <param name="Round">The round that found it.</param>
/// <param name="Was">What the row says.</param>
/// <param name="Is">What the verification says.</param>
/// <param name="Score">The score that the row is to have.</param>
public sealed record RejudgedRow(long Number, long Rows, int Round, (VerdictStatus Status, VerdictReason Reason) Was, (VerdictStatus Status, VerdictReason Reason) Is, int Score)
{
    /// <summary>
    /// Says of which round the row is when it follows; null where it does not: what is being asked about once more gets its own answer, and is not counted before.
    /// An unknown of an earlier round would be asked about in this one, which has passed it by: it is one of this round's.
    /// </summary>
    public int? RoundIn(Batch batch) =>
        !BatchLife.IsFinal(batch, Was.Status, Was.Reason, Round) ? null
        : BatchLife.IsFinal(batch, Is.Status, Is.Reason, Round) ? Round
        : batch.Round;

    /// <summary>Makes the counts that a batch has when the row follows.</summary>
    public BatchCounts In(BatchCounts counts) => counts.With(Was.Status, -Rows).With(Is.Status, Rows);

    /// <summary>
    /// Gives the score of a row. A verdict that was served again had a lower score by its age; by how much the row alone still tells: the score of its verdict was then that of its rules.
    /// </summary>
    /// <param name="source">Where the row has its verdict from.</param>
    /// <param name="served">The score of the row.</param>
    /// <param name="rules">The rules of the row's verdict.</param>
    /// <param name="now">The score of the verification.</param>
    /// <param name="earlier">What the verification said before.</param>
    public static int ScoreOf(VerdictSource source, int served, string rules, int now, ImmutableArray<EarlierVerdict> earlier)
    {
        if (source is not VerdictSource.Cache)
            return now;
        var full = earlier.LastOrDefault(one => string.Equals(one.Rules, rules, StringComparison.Ordinal))?.Score ?? 0;
        return full <= served ? now : (int)Math.Round((double)now * served / full, MidpointRounding.AwayFromZero);
    }
}
