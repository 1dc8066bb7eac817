using System.Collections.Immutable;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Verdicts;

/// <summary>What one attempt saw. Kept with the verdict, so that every verdict can be explained and judged again when the rules change.</summary>
/// <param name="At">When the attempt ended.</param>
/// <param name="Stage">The stage it ended in.</param>
/// <param name="Route">The exchangers' names in the order of asking.</param>
/// <param name="Exchanger">The host that was asked, or null.</param>
/// <param name="Address">The IP address that was connected to, or null.</param>
/// <param name="Egress">The name of the egress, or null when nothing left the machine.</param>
/// <param name="Tls">The TLS protocol, or null in clear text.</param>
/// <param name="Reply">The masked reply, or null when there was none.</param>
/// <param name="Meaning">What the reply means; null without a reply.</param>
/// <param name="Rule">The rule that decided, or the cause where no reply came: <c>no_connect</c>, <c>silence</c>, <c>cut</c> …</param>
/// <param name="RetryAt">When it was decided to ask again, or null.</param>
/// <param name="Decoys">What decoys were answered.</param>
/// <param name="Duration">How long the attempt took.</param>
public sealed record Evidence(
    DateTimeOffset At,
    SmtpStage Stage,
    ImmutableArray<string> Route,
    string? Exchanger,
    string? Address,
    string? Egress,
    string? Tls,
    ReplyEvidence? Reply,
    ReplyMeaning? Meaning,
    string? Rule,
    DateTimeOffset? RetryAt,
    ImmutableArray<DecoyEvidence> Decoys,
    TimeSpan Duration)
{
    /// <summary>Gets a value indicating whether the route has every exchanger that the domain names. Where one is missing, "not here" of the others is no proof.</summary>
    public bool IsRouteWhole { get; init; } = true;

    /// <summary>Gets the exchanger whose replies the host's were read like, where it was recognised as a provider's by its greeting or a CNAME; null where it was read by its own name.</summary>
    public string? ReadAs { get; init; }

    /// <summary>Gets what was noticed beside the reply.</summary>
    public Signs Signs { get; init; }

    /// <summary>Gets the chance that the domain accepts any local part, 0 to 1, where the verdict rests on it: a part of its score.</summary>
    public double? CatchAllChance { get; init; }
}

/// <summary>A reply as it may be kept and shown: our own names and the recipient masked, at most 512 characters.</summary>
public sealed record ReplyEvidence(int Code, string? Enhanced, string Text);

/// <summary>The answer to one decoy.</summary>
public sealed record DecoyEvidence(ReplyEvidence Reply, ReplyMeaning Meaning);
