using System.Collections.Immutable;

namespace EmailVerify.Core.Domains;

/// <summary>Whether a session may ask a domain about decoys. Each decoy is a refusal that a provider counts against us, so one session at a time finds out for all.</summary>
public enum DecoyGrant
{
    /// <summary>Ask, and report.</summary>
    Granted,

    /// <summary>Another session is asking, or the state is known: do not ask.</summary>
    NotNeeded,
}

/// <summary>Keeps what decoys show about domains.</summary>
public interface ICatchAllRegister
{
    /// <summary>Asks for the right to send decoys to a domain.</summary>
    ValueTask<DecoyGrant> RequestAsync(string domain);

    /// <summary>Reports what the decoys that were granted met; empty when none was answered, which gives the grant back.</summary>
    ValueTask ReportAsync(string domain, ImmutableArray<DecoyObservation> seen);
}
