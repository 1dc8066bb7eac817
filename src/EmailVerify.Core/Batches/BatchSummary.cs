using System.Collections.Immutable;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Batches;

/// <summary>What the rows of a batch that are done have come to.</summary>
/// <param name="Reasons">How many have which reason, most first.</param>
/// <param name="Providers">The largest providers, at most <see cref="BatchTally.MaxNamed"/>. Rows that no mail server was asked about have none.</param>
/// <param name="Domains">The largest domains, at most as many.</param>
public sealed record BatchSummary(ImmutableArray<KeyValuePair<VerdictReason, long>> Reasons, ImmutableArray<SummaryGroup> Providers, ImmutableArray<SummaryGroup> Domains);

/// <summary>The rows of one provider or domain that are done.</summary>
/// <param name="Name">The provider or domain.</param>
/// <param name="Deliverable">How many of them are deliverable.</param>
/// <param name="Undeliverable">How many are undeliverable.</param>
/// <param name="Risky">How many are risky.</param>
/// <param name="Unknown">How many are unknown.</param>
public sealed record SummaryGroup(string Name, long Deliverable, long Undeliverable, long Risky, long Unknown)
{
    /// <summary>Gets how many they are.</summary>
    public long Done => Deliverable + Undeliverable + Risky + Unknown;
}

/// <summary>Adds results up to a summary, row by row.</summary>
public sealed class BatchTally
{
    /// <summary>How many providers and domains a summary names.</summary>
    public const int MaxNamed = 20;

    /// <summary>How many are added up, some 15 MB each; a list has a few large ones, which come early. Those met after so many others are not counted.</summary>
    private const int MaxCounted = 100_000;

    private static readonly int Statuses = Enum.GetValues<VerdictStatus>().Length;

    private readonly Dictionary<VerdictReason, long> reasons = [];
    private readonly Dictionary<string, long[]> providers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> domains = new(StringComparer.Ordinal);

    /// <summary>Adds rows with the same result.</summary>
    /// <param name="status">Their status.</param>
    /// <param name="reason">Their reason.</param>
    /// <param name="provider">Their provider, or null.</param>
    /// <param name="domain">Their domain, or null where they have no address.</param>
    /// <param name="rows">How many they are.</param>
    public void Add(VerdictStatus status, VerdictReason reason, string? provider, string? domain, long rows)
    {
        reasons[reason] = reasons.GetValueOrDefault(reason) + rows;
        Add(providers, provider, status, rows);
        Add(domains, domain, status, rows);
    }

    /// <summary>Gets the summary of what was added.</summary>
    public BatchSummary ToSummary() => new([.. reasons.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key)], Largest(providers), Largest(domains));

    private static void Add(Dictionary<string, long[]> groups, string? name, VerdictStatus status, long rows)
    {
        if (name is null)
            return;
        if (!groups.TryGetValue(name, out var counts))
        {
            if (groups.Count >= MaxCounted)
                return;
            groups.Add(name, counts = new long[Statuses]);
        }

        counts[(int)status] += rows;
    }

    private static ImmutableArray<SummaryGroup> Largest(Dictionary<string, long[]> groups) =>
    [
        .. groups
            .Select(pair => new SummaryGroup(
                pair.Key,
                pair.Value[(int)VerdictStatus.Deliverable],
                pair.Value[(int)VerdictStatus.Undeliverable],
                pair.Value[(int)VerdictStatus.Risky],
                pair.Value[(int)VerdictStatus.Unknown]))
            .OrderByDescending(group => group.Done)
            .ThenBy(group => group.Name, StringComparer.Ordinal)
            .Take(MaxNamed),
    ];
}
