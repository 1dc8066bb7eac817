using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EmailVerify.Adapters.Smtp;

/// <summary>
/// TLS as mail servers are spoken to (RFC 3207, RFC 7435): it hides the dialogue from those who only listen. Certificates are commonly self-signed, expired
/// or of another name, and a probe tells no secret, so none is refused; judging one would cost as much time as the handshake.
/// </summary>
internal static class TlsToMailServers
{
    // An empty store and no revocation make the chain cheap, AllFlags makes it pass. Without DisableCertificateDownloads the URL that a server's
    // certificate names (AIA) is fetched by us, on loopback and private networks too, whatever the callback says.
    // One policy and no cipher or protocol of our own: only then is the SSL_CTX shared, and sessions are resumed by TargetHost.
    private static readonly X509ChainPolicy Chain = new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        VerificationFlags = X509VerificationFlags.AllFlags,
        DisableCertificateDownloads = true,
    };

    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Makes the options for one server.</summary>
    /// <param name="host">Its name, lower case; what is none is not sent as one.</param>
    [SuppressMessage("Security", "CA5359:Do Not Disable Certificate Validation", Justification = "Opportunistic TLS: a certificate that was refused would mean clear text.")]
    [SuppressMessage("Security", "MA0039:Do not write your own certificate validation method", Justification = "Opportunistic TLS: a certificate that was refused would mean clear text.")]
    public static SslClientAuthenticationOptions OptionsFor(string host) => new()
    {
        TargetHost = host.AsSpan().ContainsAnyExcept(HostCharacters) ? string.Empty : host,
        CertificateChainPolicy = Chain,
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
    };

    /// <summary>Names a protocol as evidence does: <c>TLS 1.3</c>.</summary>
    public static string NameOf(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls12 => "TLS 1.2",
        SslProtocols.Tls13 => "TLS 1.3",
        _ => protocol.ToString(),
    };
}
