using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailVerify.Sandbox;

/// <summary>A self-signed certificate on ECDSA P-256, made at start and kept in memory only: as most mail servers have one.</summary>
internal sealed class SandboxCertificate : IDisposable
{
    private readonly X509Certificate2 certificate;

    private SandboxCertificate(X509Certificate2 certificate)
    {
        this.certificate = certificate;
        ServerOptions = new SslServerAuthenticationOptions
        {
            // One context for all sessions: it is what lets clients resume theirs.
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
            ClientCertificateRequired = false,
        };
    }

    public SslServerAuthenticationOptions ServerOptions { get; }

    public static SandboxCertificate Create(TimeProvider clock)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=sandbox.test", key, HashAlgorithmName.SHA256);
        var now = clock.GetUtcNow();
        return new SandboxCertificate(request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1)));
    }

    public void Dispose() => certificate.Dispose();
}
