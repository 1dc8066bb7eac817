using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Domains;

/// <summary>
/// What decoys have shown about a domain's exchangers. Two shapes, spaced in time; the chance that any local part is accepted follows from them, and goes back to <see cref="Prior"/>
/// as they age. The state follows from the chance.
/// </summary>
/// <param name="State">The state that was derived.</param>
/// <param name="ObservedAt">When a decoy was last answered usably.</param>
/// <param name="FreshUntil">Until when the state is believed; then decoys are asked about again.</param>
/// <param name="Samples">How many usable answers stand behind it.</param>
public sealed record CatchAllFinding(CatchAllState State, DateTimeOffset ObservedAt, DateTimeOffset FreshUntil, int Samples)
{
    /// <summary>How many of the domains that accept an address accept any: one in four, for want of a measurement of our own (vendors' reports name 9 to 30 % of business addresses).</summary>
    public const double Prior = 0.25;

    /// <summary>What the prior weighs, in answers: a tenth, since a decoy that is refused as no such mailbox says nearly all that there is to say.</summary>
    private const double PriorWeight = 0.1;

    /// <summary>At most this chance: decoys are refused.</summary>
    private const double RefusesAtMost = 0.1;

    /// <summary>At least this chance, and both shapes accepted: decoys are accepted.</summary>
    private const double AcceptsAtLeast = 0.9;

    /// <summary>What is left of an answer's weight after five half-lives is no evidence any more.</summary>
    private const double Negligible = 1.0 / 32;

    /// <summary>After so long an answer weighs half as much: a week, as hosts are moved and directories connected within weeks.</summary>
    public static readonly TimeSpan HalfLife = TimeSpan.FromDays(7);

    /// <summary>How long a state is believed: a week. Others keep it up to a month; the short end, since a wrong "refuses decoys" makes a verdict wrong.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromDays(7);

    /// <summary>How long answers both ways are believed: a day. A contradiction is more often a moment's state of the host than its nature, so it is soon tried again.</summary>
    public static readonly TimeSpan ContradictionFreshness = TimeSpan.FromDays(1);

    /// <summary>Nothing is known.</summary>
    public static readonly CatchAllFinding None = new(CatchAllState.Unknown, DateTimeOffset.MinValue, DateTimeOffset.MinValue, 0);

    /// <summary>Gets what decoys of <see cref="DecoyShape.Digits"/> were told, as it weighed at <see cref="ObservedAt"/>.</summary>
    public DecoyTally Digits { get; init; }

    /// <summary>Gets what decoys of <see cref="DecoyShape.FirstLast"/> were told, as it weighed at <see cref="ObservedAt"/>.</summary>
    public DecoyTally FirstLast { get; init; }

    /// <summary>Gets the shape that less is known of: what is asked about next, so that in time both are.</summary>
    public DecoyShape ShapeToAskNext => Tallies is var (digits, firstLast) && firstLast.Weight < digits.Weight ? DecoyShape.FirstLast : DecoyShape.Digits;

    /// <summary>Gets the one shape of which nothing is known while something is of the other: asking about that other again would settle nothing. Null elsewhere.</summary>
    public DecoyShape? MissingShape => Tallies is var (digits, firstLast) && digits.Weight > Negligible != firstLast.Weight > Negligible ? ShapeToAskNext : null;

    // What an older version stored has a state only. Of answers both ways it does not tell which shape was told what, and of refusals at most one was said to each.
    private (DecoyTally Digits, DecoyTally FirstLast) Tallies => Digits.Weight + FirstLast.Weight > 0 ? (Digits, FirstLast) : State switch
    {
        CatchAllState.RefusesDecoys => (new(0, Math.Min(Samples, 2)), default),
        CatchAllState.AcceptsDecoys => (new(1, 0), new(1, 0)),
        CatchAllState.AnswersBothWays => (new(0.5, 0.5), new(0.5, 0.5)),
        _ => default,
    };

    /// <summary>Gets the state that holds at an instant.</summary>
    public CatchAllState At(DateTimeOffset now) => now < FreshUntil ? State : CatchAllState.Unknown;

    /// <summary>Gets the chance at an instant that any local part is accepted, 0 to 1: nearer to <see cref="Prior"/> the older the evidence.</summary>
    public double ChanceAt(DateTimeOffset now)
    {
        var (digits, firstLast) = Tallies;
        return ChanceOf(digits, firstLast, FadeUntil(now));
    }

    /// <summary>Gets what is believed at an instant.</summary>
    public CatchAllBelief BeliefAt(DateTimeOffset now)
    {
        if (State is CatchAllState.Unknown && Samples == 0)
            return CatchAllBelief.None;
        var state = At(now);
        return new CatchAllBelief(state, ChanceAt(now))
        {
            OnlyShape = state is CatchAllState.AnswersBothWays ? OnlyShape() : null,
            Untried = state is CatchAllState.RefusesDecoys ? MissingShape : null,
        };
    }

    /// <summary>
    /// Adds what decoys of one session were told. Only "accepted" and "no such mailbox" are evidence: a decoy that was put off, or refused
    /// for who we are, tells nothing.
    /// </summary>
    /// <param name="observations">The answers, in any order.</param>
    /// <param name="now">When they were given.</param>
    /// <returns>This finding where nothing was learnt.</returns>
    public CatchAllFinding With(IReadOnlyCollection<DecoyObservation> observations, DateTimeOffset now)
    {
        var usable = observations.Count(seen => seen.Meaning is ReplyMeaning.MailboxExists or ReplyMeaning.NoSuchMailbox);
        if (usable == 0)
            return this;
        var fade = FadeUntil(now);
        var (digits, firstLast) = Tallies;
        digits = digits.Faded(fade).With(observations, DecoyShape.Digits);
        firstLast = firstLast.Faded(fade).With(observations, DecoyShape.FirstLast);
        var state = StateOf(digits, firstLast);
        return new CatchAllFinding(state, now, now + FreshnessOf(state), (fade < Negligible ? 0 : Samples) + usable) { Digits = digits, FirstLast = firstLast };
    }

    private static TimeSpan FreshnessOf(CatchAllState state) => state switch
    {
        CatchAllState.Unknown => TimeSpan.Zero,
        CatchAllState.AnswersBothWays => ContradictionFreshness,
        CatchAllState.RefusesDecoys or CatchAllState.AcceptsDecoys => Freshness,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a state."),
    };

    // One accepted decoy alone may be a filter's whim; a second of another shape settles it.
    private static CatchAllState StateOf(DecoyTally digits, DecoyTally firstLast) => ChanceOf(digits, firstLast, fade: 1) switch
    {
        <= RefusesAtMost => CatchAllState.RefusesDecoys,
        >= AcceptsAtLeast when digits.Accepted > Negligible && firstLast.Accepted > Negligible => CatchAllState.AcceptsDecoys,
        _ when digits.Refused + firstLast.Refused > Negligible => CatchAllState.AnswersBothWays,
        _ => CatchAllState.Unknown,
    };

    // The mean of a beta distribution.
    private static double ChanceOf(DecoyTally digits, DecoyTally firstLast, double fade)
    {
        var accepted = (digits.Accepted + firstLast.Accepted) * fade;
        return ((Prior * PriorWeight) + accepted) / (PriorWeight + accepted + ((digits.Refused + firstLast.Refused) * fade));
    }

    private double FadeUntil(DateTimeOffset now) => now <= ObservedAt ? 1 : Math.Pow(2, -((now - ObservedAt) / HalfLife));

    private DecoyShape? OnlyShape()
    {
        var (digits, firstLast) = Tallies;
        return (Accepts(digits), Accepts(firstLast), Refuses(digits), Refuses(firstLast)) switch
        {
            (true, false, false, true) => DecoyShape.Digits,
            (false, true, true, false) => DecoyShape.FirstLast,
            _ => null,
        };

        static bool Accepts(DecoyTally tally) => tally.Accepted > Negligible;

        static bool Refuses(DecoyTally tally) => tally.Refused > Negligible;
    }
}
