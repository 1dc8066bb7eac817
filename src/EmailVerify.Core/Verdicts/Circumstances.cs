using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Verdicts;

/// <summary>What an answer is judged in the light of.</summary>
public readonly record struct Circumstances
{
    /// <summary>Initializes the circumstances of a domain of which nothing is known.</summary>
    public Circumstances()
    {
    }

    /// <summary>Gets what decoys have shown about the exchangers that answered.</summary>
    public CatchAllBelief CatchAll { get; init; } = CatchAllBelief.None;

    /// <summary>Gets a value indicating whether the provider's data say that a 2xx for this domain may be believed without a decoy.</summary>
    public bool NeedsNoDecoy { get; init; }

    /// <summary>Gets a value indicating whether the provider's data say that its 2xx means a mailbox.</summary>
    public bool TellsTheTruth { get; init; }

    /// <summary>Gets a value indicating whether the domain gives out throw-away mailboxes.</summary>
    public bool IsDisposable { get; init; }

    /// <summary>Gets a value indicating whether every exchanger of the domain could be asked: only then is "not here" and "no SMTPUTF8" a word about the domain. Default: true.</summary>
    public bool AllAsked { get; init; } = true;

    /// <summary>Gets the form of the target's local part.</summary>
    public DecoyShape Shape { get; init; }

    /// <summary>Gets what was noticed about the domain, beside what the outcome itself says.</summary>
    public Signs Signs { get; init; }
}
