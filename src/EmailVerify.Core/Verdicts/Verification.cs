using System.Collections.Immutable;

namespace EmailVerify.Core.Verdicts;

/// <summary>One act of verifying one address, for one customer.</summary>
public sealed record Verification
{
    /// <summary>Gets its id, <c>ver_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Gets who asked.</summary>
    public required string CustomerId { get; init; }

    /// <summary>Gets the keyed hash of the address' key: equal for addresses that are one mailbox.</summary>
    public required AddressHash AddressHash { get; init; }

    /// <summary>Gets the address as it was asked for. Personal data: never logged.</summary>
    public required string Email { get; init; }

    /// <summary>Gets the customer's own mark, at most 256 characters, or null.</summary>
    public string? Tag { get; init; }

    /// <summary>Gets when it was asked.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets the verdict; null while it is pending.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>Gets what is waited for; null once there is a verdict.</summary>
    public Pending? Pending { get; init; }

    /// <summary>Gets how often mail servers were asked.</summary>
    public int Attempts { get; init; }

    /// <summary>Gets what the attempts saw, oldest first, at most <see cref="MaxEvidence"/>.</summary>
    public ImmutableArray<Evidence> Evidence { get; init; } = [];

    /// <summary>Gets what it said before its evidence was judged again, oldest first, at most <see cref="EarlierVerdict.MaxKept"/>. Known to who reads the store; grains leave it out.</summary>
    public ImmutableArray<EarlierVerdict> Earlier { get; init; } = [];

    /// <summary>How many attempts' evidence is kept: more than the retry schedule has steps.</summary>
    public const int MaxEvidence = 16;

    /// <summary>Gets its id: an address must not get into a log by being formatted.</summary>
    public override string ToString() => Id;

    /// <summary>Gives it the verdict of another verification of the same address, with the attempts and the evidence that it was found by.</summary>
    public Verification AnsweredAs(Verification other) => this with { Pending = null, Verdict = other.Verdict, Attempts = other.Attempts, Evidence = other.Evidence };
}

/// <summary>Why a verification has no verdict yet.</summary>
/// <param name="Since">When it was accepted.</param>
/// <param name="Cause">What the last attempt met, or null before the first has ended.</param>
/// <param name="NextAttemptAt">When mail servers are asked again.</param>
/// <param name="GivesUpAt">When it ends as unknown at the latest.</param>
public sealed record Pending(DateTimeOffset Since, VerdictReason? Cause, DateTimeOffset NextAttemptAt, DateTimeOffset GivesUpAt);
