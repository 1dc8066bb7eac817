using System.Collections.Immutable;

namespace EmailVerify.Core.Domains;

/// <summary>Whether a session may ask a domain about decoys. Each decoy is a refusal that a provider counts against us, so one session at a time finds out for all.</summary>
public enum DecoyGrant
{
    /// <summary>Ask, and report.</summary>
    Granted,

    /// <summary>Another session is asking, or the state is known: do not ask.</summary>
    NotNeeded,

    /// <summary>Ask about a decoy of <see cref="DecoyShape.Digits"/> alone, and report: the other shape was tried before, and only both together settle it.</summary>
    GrantedForDigits,

    /// <summary>The same for <see cref="DecoyShape.FirstLast"/>.</summary>
    GrantedForFirstLast,
}

/// <summary>Keeps what decoys show, by the names of <see cref="CatchAllName"/>.</summary>
public interface ICatchAllRegister
{
    /// <summary>Asks for the right to send decoys, where a local part was accepted of whose form it is not known that decoys are refused.</summary>
    /// <param name="name">By <see cref="CatchAllName"/>.</param>
    /// <param name="shape">The form of the local part.</param>
    ValueTask<DecoyGrant> RequestAsync(string name, DecoyShape shape);

    /// <summary>Reports what the decoys that were granted met; empty when none was answered, which gives the grant back.</summary>
    ValueTask ReportAsync(string name, ImmutableArray<DecoyObservation> seen);
}

/// <summary>The names that knowledge of decoys goes by.</summary>
public static class CatchAllName
{
    /// <summary>Gets the name: the domain's own; for a backup <c>domain/host</c>, since what a backup does with decoys tells nothing of the exchangers that it stands in for, and the other way round.</summary>
    /// <param name="domain">The ASCII domain in lower case.</param>
    /// <param name="route">Where its mail goes.</param>
    /// <param name="exchanger">The host that was asked, or null.</param>
    /// <param name="policy">What the provider's data say: one that tells the truth has one directory behind all of its own exchangers.</param>
    public static string Of(string domain, Route.Exchangers route, string? exchanger, ProviderPolicy policy) =>
        IsOfBackup(route, exchanger, policy) ? $"{domain}/{exchanger}" : domain;

    /// <summary>Says whether the host that was asked is a backup with knowledge of its own.</summary>
    public static bool IsOfBackup(Route.Exchangers route, string? exchanger, ProviderPolicy policy) => route.IsBackup(exchanger) && !policy.At(route.Find(exchanger)).TellsTheTruth;
}
