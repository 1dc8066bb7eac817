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
public readonly record struct DecoyObservation(DecoyShape Shape, ReplyMeaning Meaning)
{
    /// <summary>Notes an answer. "Not now" is no refusal, whatever its words: it says of a decoy what it says of anybody.</summary>
    public static DecoyObservation Of(DecoyShape shape, SmtpReply reply, ReplyFinding finding) =>
        new(shape, reply.IsTransient && finding.Meaning is ReplyMeaning.NoSuchMailbox ? ReplyMeaning.TemporaryFailure : finding.Meaning);
}

/// <summary>What decoys of one shape were told. Each answer weighs less with its age, so these are no whole numbers.</summary>
/// <param name="Accepted">Decoys that were accepted.</param>
/// <param name="Refused">Decoys that were refused as no such mailbox.</param>
public readonly record struct DecoyTally(double Accepted, double Refused)
{
    /// <summary>Gets how much evidence there is.</summary>
    public double Weight => Accepted + Refused;

    /// <summary>Gives it the weight that it has later.</summary>
    /// <param name="factor">0 to 1.</param>
    public DecoyTally Faded(double factor) => new(Accepted * factor, Refused * factor);

    /// <summary>Adds answers to decoys of a shape.</summary>
    public DecoyTally With(IReadOnlyCollection<DecoyObservation> observations, DecoyShape shape) => new(
        Accepted + observations.Count(seen => seen.Shape == shape && seen.Meaning is ReplyMeaning.MailboxExists),
        Refused + observations.Count(seen => seen.Shape == shape && seen.Meaning is ReplyMeaning.NoSuchMailbox));
}

/// <summary>What is believed of a domain at an instant.</summary>
/// <param name="State">The state that holds.</param>
/// <param name="Chance">The chance that any local part is accepted, 0 to 1.</param>
public readonly record struct CatchAllBelief(CatchAllState State, double Chance)
{
    /// <summary>No decoy was ever answered.</summary>
    public static readonly CatchAllBelief None = new(CatchAllState.Unknown, CatchAllFinding.Prior);

    /// <summary>Gets what is believed where no more than the state was kept.</summary>
    public static CatchAllBelief Of(CatchAllState state) =>
        new(state, new CatchAllFinding(state, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, state is CatchAllState.Unknown ? 0 : 1).ChanceAt(DateTimeOffset.UnixEpoch));

    /// <summary>Gets the one shape whose decoys are accepted while those of the other are refused: a partial catch-all. Null elsewhere.</summary>
    public DecoyShape? OnlyShape { get; init; }

    /// <summary>Gets the shape that no decoy had while those of the other were refused: a host that takes everything of that form would not have been found out. Null elsewhere.</summary>
    public DecoyShape? Untried { get; init; }

    /// <summary>Says whether an acceptance of a local part of this form calls for a decoy first.</summary>
    public bool LeavesOpen(DecoyShape shape) => State is CatchAllState.Unknown || Untried == shape;

    /// <summary>Gets a value indicating whether a local part that cannot exist may be accepted, so that a refusal contradicts.</summary>
    public bool MayAccept => State is CatchAllState.AcceptsDecoys or CatchAllState.AnswersBothWays;
}
