using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using Orleans.Concurrency;

namespace EmailVerify.Grains.Domains;

/// <summary>
/// What is known of one domain: its route, what decoys have shown, the pauses that its answers named. Key: the ASCII domain in lower case; what decoys have shown about one of its backups
/// is kept under <c>domain/host</c> (<see cref="CatchAllName"/>), where nothing else is.
/// </summary>
/// <remarks>
/// While a cluster is upgraded, a call of <c>request-decoys</c> or <c>catch-all</c> by a silo of the version before fails, as one of their successors "like" does at a grain there: the register
/// takes that for <see cref="DecoyGrant.NotNeeded"/>, so no decoy is sent, and who asked what they have shown concludes nothing and asks about the address again.
/// </remarks>
[Alias("domain")]
public interface IDomainGrain : IGrainWithStringKey
{
    /// <summary>Says what is known; asks the DNS when the route is missing or stale, once however many ask.</summary>
    [Alias("know"), AlwaysInterleave]
    ValueTask<DomainAnswer> KnowAsync();

    /// <summary>Says what is known, and asks the DNS anew unless it was asked within the last seconds. Where the DNS does not tell, what was known stays.</summary>
    [Alias("refresh"), AlwaysInterleave]
    ValueTask<DomainAnswer> RefreshAsync();

    /// <summary>Grants the right to send decoys to one session at a time, while it is not known whether those of the form are refused.</summary>
    /// <param name="shape">The form of the local part that was accepted.</param>
    [Alias("request-decoys-like"), AlwaysInterleave]
    ValueTask<DecoyGrant> RequestDecoysAsync(DecoyShape shape);

    /// <summary>Takes what decoys met; empty gives the grant back. Durable when it returns.</summary>
    [Alias("report-decoys"), AlwaysInterleave]
    ValueTask ReportDecoysAsync(ImmutableArray<DecoyObservation> seen);

    /// <summary>Says what decoys have shown; waits for those that are on their way.</summary>
    /// <param name="wait">At most so long, 0 to 20 s.</param>
    [Alias("catch-all-belief"), AlwaysInterleave]
    ValueTask<CatchAllBelief> CatchAllAsync(TimeSpan wait);

    /// <summary>Says what decoys have shown, for a local part that was accepted: where those of its form alone are untried, it has one asked about.</summary>
    /// <param name="shape">The form of the local part.</param>
    /// <param name="interactive">Whether a person waits: the decoy goes to the head of its lane.</param>
    /// <param name="wait">At most so long, 0 to 20 s.</param>
    [Alias("catch-all-like"), AlwaysInterleave]
    ValueTask<CatchAllBelief> CatchAllAsync(DecoyShape shape, bool interactive, TimeSpan wait);

    /// <summary>Hears what became of the first question about a mailbox, where that tells how strangers are put off.</summary>
    /// <param name="wasGreylisted">True when it was greylisted, false when it was refused as no such mailbox.</param>
    /// <returns>Whether only mailboxes that exist are greylisted, as far as is known.</returns>
    [Alias("stranger"), AlwaysInterleave]
    ValueTask<bool> StrangerAsync(bool wasGreylisted);

    /// <summary>Remembers that the domain's own answer asked us to stay away.</summary>
    [Alias("pause"), AlwaysInterleave]
    ValueTask PauseAsync(DateTimeOffset until);
}

/// <summary>What is known of a domain.</summary>
/// <param name="Route">Where its mail goes.</param>
/// <param name="CatchAll">What decoys have shown, as it is believed now.</param>
/// <param name="PausedUntil">Until when it asked us to stay away, or null.</param>
public sealed record DomainAnswer(Route Route, CatchAllBelief CatchAll, DateTimeOffset? PausedUntil)
{
    /// <summary>Gets a value indicating whether it greylists only mailboxes that it has.</summary>
    public bool GreylistsKnownOnly { get; init; }

    /// <summary>Says what holds of a record at an instant.</summary>
    /// <param name="record">What is remembered.</param>
    /// <param name="route">Its route, fresh.</param>
    /// <param name="now">The instant.</param>
    public static DomainAnswer At(DomainRecord record, Route route, DateTimeOffset now) =>
        new(route, record.CatchAll.BeliefAt(now), record.PausedUntil is { } until && until > now ? until : null) { GreylistsKnownOnly = record.Strangers.GreylistsKnownOnly(now) };
}
