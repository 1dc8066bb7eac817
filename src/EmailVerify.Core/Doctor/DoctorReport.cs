using System.Collections.Immutable;
using System.Globalization;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Doctor;

/// <summary>Whether this installation can verify.</summary>
public enum DoctorVerdict
{
    /// <summary>It can. There may be warnings.</summary>
    Able,

    /// <summary>It can, and some answers will be worse than they could be.</summary>
    Degraded,

    /// <summary>Nearly every answer would be <c>unknown</c>, or none could be kept.</summary>
    Unable,
}

/// <summary>What the doctor found at one instant.</summary>
/// <param name="At">When the last check ended.</param>
/// <param name="Checks">Each check, in the order in which a person reads them: what stops everything first.</param>
public sealed record DoctorReport(DateTimeOffset At, ImmutableArray<Check> Checks)
{
    private static readonly ImmutableArray<string> BeforeAsking = [CheckIds.Egress, CheckIds.Resolver, CheckIds.Port25, CheckIds.Proxy];

    /// <summary>Gets for how long before and after <see cref="At"/> it says something. Default: 2 h 30 min, for the doctor looks about each hour, and one look may fail.</summary>
    public TimeSpan Holds { get; init; } = TimeSpan.FromHours(2.5);

    /// <summary>Gets whether this installation can verify. One of several egresses that cannot ask leaves the others.</summary>
    public DoctorVerdict Verdict =>
        Checks.GroupBy(QuestionOf, StringComparer.Ordinal).Any(Stops) ? DoctorVerdict.Unable
        : Checks.Any(check => check.State is CheckState.Failed) ? DoctorVerdict.Degraded
        : DoctorVerdict.Able;

    /// <summary>Gets what makes nearly every answer <c>unknown</c>, a check for each cause; empty while mail servers can be asked.</summary>
    public ImmutableArray<Check> MostlyUnknown =>
        [.. Checks.Where(check => BeforeAsking.Contains(check.Id, StringComparer.Ordinal)).GroupBy(QuestionOf, StringComparer.Ordinal).Where(Stops).Select(group => group.First())];

    /// <summary>Gets whether it is told to who may not see how this installation is set up.</summary>
    public bool IsForCustomers { get; private init; }

    /// <summary>Says whether it says anything of an instant.</summary>
    public bool IsOf(DateTimeOffset instant) => (At - instant).Duration() <= Holds;

    /// <summary>Tells the same to a customer: what it means for their addresses, and nothing of our names, addresses and resolvers.</summary>
    public DoctorReport ForCustomers() =>
        this with { IsForCustomers = true, Checks = [.. Checks.Select(check => check with { Seen = PlainlyOf(check.Id), Cure = null, Subject = null })] };

    /// <summary>Warns of one of <see cref="MostlyUnknown"/> before the work begins.</summary>
    public static string WarningOf(Check check) => $"Most addresses will end as unknown. {check.Seen} {check.Cure}".TrimEnd();

    /// <summary>Says in a sentence what is known here that may be why a verdict is <c>unknown</c>.</summary>
    /// <param name="reason">The reason of the verdict, or the cause of the wait for one.</param>
    /// <returns>Null where nothing bears on it.</returns>
    public string? BearingOn(VerdictReason? reason)
    {
        var culprit = reason switch
        {
            VerdictReason.DnsError => Worst(CheckIds.Resolver, CheckIds.DnsTcp),
            VerdictReason.NoConnect or VerdictReason.Timeout => Worst(CheckIds.Port25),
            VerdictReason.BlockedByPolicy => Worst(CheckIds.BlockLists, CheckIds.Helo, CheckIds.Spf, CheckIds.Sender, CheckIds.Port25),
            VerdictReason.NoEgress => Worst(CheckIds.Egress, CheckIds.Proxy, CheckIds.Port25),
            _ => null,
        };
        return culprit is null ? null : IsForCustomers ? culprit.Seen : string.Create(CultureInfo.InvariantCulture, $"At {At.UtcDateTime:yyyy-MM-dd HH:mm}Z the doctor saw{Of(culprit.Subject)}: {culprit.Seen}");
    }

    private static string PlainlyOf(string id) => id switch
    {
        CheckIds.Egress => "No identity is set here with which mail servers could be asked.",
        CheckIds.Resolver or CheckIds.DnsTcp or CheckIds.NxDomain => "The DNS does not answer here as it should.",
        CheckIds.Port25 or CheckIds.Proxy => "Mail servers cannot be reached from here as they should.",
        _ => "Something about this installation is not as mail servers want it.",
    };

    // An egress has the one or the other; both say whether mail hosts can be connected to by it.
    private static string QuestionOf(Check check) => check.Id is CheckIds.Proxy ? CheckIds.Port25 : check.Id;

    private static bool Stops(IEnumerable<Check> checks)
    {
        var told = checks.Where(check => check.State is not CheckState.Skipped).ToList();
        return told.Count > 0 && told.TrueForAll(check => check.StopsWork);
    }

    private static string Of(string? subject) => subject is null ? string.Empty : $" of {subject}";

    // What failed before what was only warned of; of equals, the one named first.
    private Check? Worst(params ReadOnlySpan<string> ids)
    {
        Check? worst = null;
        foreach (var id in ids)
        {
            foreach (var check in Checks)
            {
                if (check.NeedsCare && check.Id.Equals(id, StringComparison.Ordinal) && (worst is null || check.State > worst.State))
                    worst = check;
            }
        }

        return worst;
    }
}
