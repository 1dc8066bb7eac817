using EmailVerify.Core;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>Where what a customer was told of an address changed: because it was asked about again, or because what was kept was judged again.</summary>
/// <param name="At">When.</param>
/// <param name="From">The status before.</param>
/// <param name="To">The status after.</param>
/// <param name="Why">The reason of the new verdict; or which rules judged again.</param>
internal readonly record struct HistoryChange(DateTimeOffset At, VerdictStatus From, VerdictStatus To, string Why)
{
    /// <summary>Finds the changes.</summary>
    /// <param name="found">Verifications of an address, newest first; those without a verdict say nothing.</param>
    /// <returns>The changes, newest first.</returns>
    public static IEnumerable<HistoryChange> Of(IEnumerable<Verification> found)
    {
        var changes = new List<HistoryChange>();
        Verification? newer = null;
        foreach (var verification in found.Where(one => one.Verdict is not null))
        {
            if (newer is not null)
                AddFinding(changes, verification, newer);
            newer = verification;
            AddJudgings(changes, verification);
        }

        // A stable order: of what happened at one instant the newer verification stays first.
        return changes.OrderByDescending(change => change.At);
    }

    private static void AddFinding(List<HistoryChange> changes, Verification older, Verification newer)
    {
        var at = newer.Verdict!.FoundAt;
        var (before, after) = (StandingAt(older, at), StandingAt(newer, at));
        if (before.Status != after.Status)
            changes.Add(new HistoryChange(at, before.Status, after.Status, Words.Of(after.Reason)));
    }

    private static void AddJudgings(List<HistoryChange> changes, Verification verification)
    {
        for (var at = verification.Earlier.Length - 1; at >= 0; at--)
        {
            var before = verification.Earlier[at];
            var (status, rules) = at + 1 < verification.Earlier.Length
                ? (verification.Earlier[at + 1].Status, verification.Earlier[at + 1].Rules)
                : (verification.Verdict!.Status, verification.Verdict.Rules);
            if (before.Status != status)
                changes.Add(new HistoryChange(before.Until, before.Status, status, $"judged again by rules {rules}"));
        }
    }

    private static (VerdictStatus Status, VerdictReason Reason) StandingAt(Verification verification, DateTimeOffset at) =>
        verification.Earlier.FirstOrDefault(earlier => at < earlier.Until) is { } then ? (then.Status, then.Reason) : (verification.Verdict!.Status, verification.Verdict.Reason);
}
