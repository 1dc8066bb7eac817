namespace EmailVerify.Core.Probes;

/// <summary>When TLS is spoken.</summary>
public enum TlsMode
{
    /// <summary>Where it is offered; in clear where it is not or fails.</summary>
    Opportunistic,

    /// <summary>Only where the host demands it: by its provider's data, or by refusing MAIL in clear. Spares the handshake elsewhere.</summary>
    Demanded,

    /// <summary>Always; nothing is asked in clear.</summary>
    Required,
}
