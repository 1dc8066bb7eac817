using System.Collections.Immutable;

namespace EmailVerify.Core.Retries;

/// <summary>What waits to be asked again, for people who wonder why nothing happens.</summary>
/// <param name="Verifications">Single verifications: the table <c>retries</c>.</param>
/// <param name="BatchRows">Rows of batches that were put off.</param>
public sealed record RetryOverview(RetriesDue Verifications, RetriesDue BatchRows);

/// <summary>When things are due.</summary>
/// <param name="Counts">How many are due up to each bound and after the one before it; the last one counts what is due later than all.</param>
/// <param name="NextAt">When the first is due, or null when nothing waits. What is at work stands here with the end of its lease.</param>
public sealed record RetriesDue(ImmutableArray<long> Counts, DateTimeOffset? NextAt)
{
    /// <summary>Gets how many wait.</summary>
    public long Waiting => Counts.Sum();

    /// <summary>Makes it of how many are due up to each bound; last, of how many there are.</summary>
    public static RetriesDue UpTo(ReadOnlySpan<long> counts, DateTimeOffset? nextAt)
    {
        var between = counts.ToArray();
        for (var bound = between.Length - 1; bound > 0; bound--)
            between[bound] -= between[bound - 1];
        return new RetriesDue([.. between], nextAt);
    }
}

/// <summary>Counts what waits to be asked again.</summary>
public interface IRetryOverview
{
    /// <summary>Counts by due times. Reads two indexes from end to end: some tenths of a second for a million.</summary>
    /// <param name="bounds">The bounds, ascending.</param>
    /// <param name="cancellationToken">Ends the waiting for a turn; a reading that has begun is not cut off.</param>
    ValueTask<RetryOverview> CountAsync(ImmutableArray<DateTimeOffset> bounds, CancellationToken cancellationToken);
}
