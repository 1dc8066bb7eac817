using System.Collections.Immutable;

namespace EmailVerify.Core.Verdicts;

/// <summary>What judging everything again reads and writes: the verifications of all customers, a page at a time.</summary>
public interface IRejudgeStore
{
    /// <summary>Reads a page of verifications that have a verdict, in the order of their ids.</summary>
    /// <param name="after">Behind this id; empty for the first page.</param>
    /// <param name="since">Whose verdicts were found at or after.</param>
    /// <param name="rows">How many rows are looked at.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    ValueTask<RejudgePage> ReadAsync(string after, DateTimeOffset since, int rows, CancellationToken cancellationToken);

    /// <summary>Replaces verdicts that were judged again, in one transaction.</summary>
    /// <param name="judged">The verifications as they are to be, each with the rules of the verdict that was judged.</param>
    /// <returns>The ids of those that were replaced; those are not that have another verdict by now, or are gone.</returns>
    Task<ImmutableArray<string>> SaveAsync(ImmutableArray<(Verification After, string RulesBefore)> judged);
}

/// <summary>A page of verifications.</summary>
/// <param name="Rows">Those with a verdict.</param>
/// <param name="Last">The last id that was looked at; null when there is none behind.</param>
/// <param name="Unreadable">The ids of rows that could not be read.</param>
public sealed record RejudgePage(ImmutableArray<Verification> Rows, string? Last, ImmutableArray<string> Unreadable);
