using System.Net;

namespace EmailVerify.Core.Probes;

/// <summary>One connection to a mail server, as narrow as the dialogue needs it. Used by one caller at a time.</summary>
/// <remarks>A connection that breaks is an ending, not an exception; only the caller's cancellation throws. Disposing closes gently: what was sent still arrives, and the server has closed as well, unless that takes it longer than a second.</remarks>
public interface ISmtpChannel : IAsyncDisposable
{
    /// <summary>Gets our end, or null when unknown.</summary>
    IPAddress? LocalAddress { get; }

    /// <summary>Sends all octets.</summary>
    /// <returns><see langword="false"/> when the connection is broken.</returns>
    ValueTask<bool> SendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken);

    /// <summary>Receives what there is, at least one octet.</summary>
    /// <returns>How many octets came; 0 when the server closed the connection or it broke.</returns>
    ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellationToken);

    /// <summary>Throws away what came in clear and was not received yet, then negotiates TLS (RFC 3207 4). Whoever asks for a certificate's truth asks elsewhere: none is refused.</summary>
    /// <param name="host">The exchanger's name, for SNI and for resumption.</param>
    /// <param name="cancellationToken">Ends the handshake.</param>
    /// <returns>The protocol, such as <c>TLS 1.3</c>; null when none was agreed, and then the connection is of no more use.</returns>
    ValueTask<string?> StartTlsAsync(string host, CancellationToken cancellationToken);
}

/// <summary>Connects to mail servers.</summary>
public interface ISmtpDialer
{
    /// <summary>Connects to one address from an egress. The token ends it as what had not come by then: it throws nothing.</summary>
    ValueTask<Dialled> DialAsync(IPAddress address, Egress egress, CancellationToken cancellationToken);
}

/// <summary>What came of dialling: a connection, or by whose doing there is none.</summary>
/// <param name="Channel">The connection, or null.</param>
/// <param name="Cause">Why there is none.</param>
public readonly record struct Dialled(ISmtpChannel? Channel, LossCause Cause)
{
    /// <summary>The mail server cannot be connected to.</summary>
    public static readonly Dialled NoConnect = new(null, LossCause.NoConnect);

    /// <summary>The proxy of the egress failed, so that the mail server was not tried.</summary>
    public static readonly Dialled ProxyFailed = new(null, LossCause.ProxyFailed);
}
