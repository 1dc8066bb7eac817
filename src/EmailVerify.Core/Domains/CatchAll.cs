using System.Collections.Immutable;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Domains;

/// <summary>What decoys have shown about a domain.</summary>
public enum CatchAllState
{
    /// <summary>No usable answer to a decoy yet.</summary>
    Unknown,

    /// <summary>Decoys are refused as no such mailbox: a 2xx says that the mailbox exists.</summary>
    RefusesDecoys,

    /// <summary>Decoys are accepted: a 2xx says nothing.</summary>
    AcceptsDecoys,

    /// <summary>Decoys of different shapes were answered both ways.</summary>
    AnswersBothWays,
}

/// <summary>What one decoy was told.</summary>
/// <param name="Shape">The form that the decoy had.</param>
/// <param name="Meaning">What the reply to it says.</param>
public readonly record struct DecoyObservation(DecoyShape Shape, ReplyMeaning Meaning);

/// <summary>A domain's catch-all state and until when it is believed.</summary>
/// <param name="State">The state.</param>
/// <param name="ObservedAt">When a decoy was last answered usably.</param>
/// <param name="FreshUntil">When it decays to unknown.</param>
/// <param name="Samples">How many usable answers stand behind it.</param>
public sealed record CatchAllFinding(CatchAllState State, DateTimeOffset ObservedAt, DateTimeOffset FreshUntil, int Samples)
{
    /// <summary>How long a finding is believed: a week. Others keep it up to a month; the short end, since a wrong "refuses decoys" makes a verdict wrong.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromDays(7);

    /// <summary>How long answers both ways are believed: a day. A contradiction is more often a moment's state of the host than its nature, so it is soon tried again.</summary>
    public static readonly TimeSpan ContradictionFreshness = TimeSpan.FromDays(1);

    /// <summary>Nothing is known.</summary>
    public static readonly CatchAllFinding None = new(CatchAllState.Unknown, DateTimeOffset.MinValue, DateTimeOffset.MinValue, 0);

    /// <summary>Gets the state that holds at an instant.</summary>
    public CatchAllState At(DateTimeOffset now) => now < FreshUntil ? State : CatchAllState.Unknown;

    /// <summary>
    /// Adds what decoys of one session were told. Only "accepted" and "no such mailbox" are evidence: a decoy that was put off, or refused
    /// for who we are, tells nothing. In doubt the finding leans to accepting, for a wrong "refuses decoys" makes a verdict wrong.
    /// </summary>
    /// <param name="observations">The answers, in any order.</param>
    /// <param name="now">When they were given.</param>
    /// <returns>This finding where nothing was learnt.</returns>
    public CatchAllFinding With(IReadOnlyCollection<DecoyObservation> observations, DateTimeOffset now)
    {
        var accepted = observations.Count(seen => seen.Meaning is ReplyMeaning.MailboxExists);
        var refused = observations.Count(seen => seen.Meaning is ReplyMeaning.NoSuchMailbox);
        var before = At(now);
        var state = (accepted, refused) switch
        {
            (0, 0) => CatchAllState.Unknown,
            ( > 0, > 0) => CatchAllState.AnswersBothWays,
            (0, > 0) => AfterRefusal(before),
            _ => AfterAcceptance(before, bothShapes: observations.Where(seen => seen.Meaning is ReplyMeaning.MailboxExists).DistinctBy(seen => seen.Shape).Count() > 1),
        };
        if (state is CatchAllState.Unknown)
            return this;

        // A contradiction ends when it began plus a day: later refusals neither end nor prolong it.
        var prolongs = !(before is CatchAllState.AnswersBothWays && state is CatchAllState.AnswersBothWays && accepted == 0);
        var until = now + (state is CatchAllState.AnswersBothWays ? ContradictionFreshness : Freshness);
        return new(state, now, prolongs ? until : FreshUntil, (before is CatchAllState.Unknown ? 0 : Samples) + accepted + refused);
    }

    private static CatchAllState AfterRefusal(CatchAllState before) => before switch
    {
        CatchAllState.Unknown or CatchAllState.RefusesDecoys => CatchAllState.RefusesDecoys,
        CatchAllState.AcceptsDecoys or CatchAllState.AnswersBothWays => CatchAllState.AnswersBothWays,
        _ => throw new ArgumentOutOfRangeException(nameof(before), before, "Not a state."),
    };

    /// <summary>One accepted decoy alone may be a filter's whim; a second of another shape settles it.</summary>
    private static CatchAllState AfterAcceptance(CatchAllState before, bool bothShapes) => before switch
    {
        _ when bothShapes => CatchAllState.AcceptsDecoys,
        CatchAllState.Unknown => CatchAllState.Unknown,
        CatchAllState.AcceptsDecoys => CatchAllState.AcceptsDecoys,
        CatchAllState.RefusesDecoys or CatchAllState.AnswersBothWays => CatchAllState.AnswersBothWays,
        _ => throw new ArgumentOutOfRangeException(nameof(before), before, "Not a state."),
    };
}

/// <summary>All that is remembered of a domain between probes.</summary>
/// <param name="Domain">The ASCII domain in lower case.</param>
/// <param name="Route">Where its mail goes, or null when never asked.</param>
/// <param name="CatchAll">What decoys have shown.</param>
/// <param name="PausedUntil">Until when its own answers asked us to stay away, or null.</param>
public sealed record DomainRecord(string Domain, RouteFinding? Route, CatchAllFinding CatchAll, DateTimeOffset? PausedUntil);

/// <summary>The table <c>domains</c>.</summary>
public interface IDomainStore
{
    /// <summary>Reads what is remembered of a domain, or null.</summary>
    ValueTask<DomainRecord?> FindAsync(string domain, CancellationToken cancellationToken);

    /// <summary>Reads what is remembered of some domains; those of which nothing is are left out. One look for a chunk of a batch.</summary>
    ValueTask<ImmutableArray<DomainRecord>> FindManyAsync(ImmutableArray<string> domains, CancellationToken cancellationToken);

    /// <summary>Replaces what is remembered of a domain. Durable when the task ends.</summary>
    Task SaveAsync(DomainRecord record);
}
