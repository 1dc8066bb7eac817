using EmailVerify.Adapters.Dns;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Grains.Lanes;
using EmailVerify.Sandbox;

namespace EmailVerify.Host.Hosting;

/// <summary>Where questions go: the real internet, or the small one beside us. Explicit settings win over what the sandbox sets.</summary>
/// <param name="Dns">Whom names are asked of.</param>
/// <param name="SmtpPort">The port of mail servers.</param>
/// <param name="Addresses">Which addresses may be connected to.</param>
/// <param name="Lanes">Who asks, and how.</param>
internal sealed record World(DnsOptions Dns, int SmtpPort, AddressPolicy Addresses, LanePlan Lanes)
{
    private const int MailPort = 25;

    private static readonly Egress SandboxEgress = new("sandbox", null, "probe.sandbox.test", "probe@sandbox.test");

    /// <summary>Makes the world of a configuration.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="sandbox">The small internet, or null.</param>
    public static World Of(EmailVerifyOptions options, SandboxInternet? sandbox)
    {
        var egresses = options.Egresses.IsEmpty && sandbox is not null ? [SandboxEgress] : options.Egresses;
        return new World(
            new DnsOptions { Servers = options.DnsServers.IsEmpty && sandbox is not null ? [sandbox.Dns] : options.DnsServers },
            options.Smtp.Port ?? sandbox?.SmtpPort ?? MailPort,
            PolicyOf(options, sandbox).Refusing(egresses.Select(egress => egress.Address).OfType<System.Net.IPAddress>()),
            new LanePlan(egresses, options.Smtp.Tls, new ProbeTimeouts(), options.EnforcesLanes) { MaxSessions = options.MaxSessions });
    }

    private static AddressPolicy PolicyOf(EmailVerifyOptions options, SandboxInternet? sandbox)
    {
        var policy = options.Smtp.Addresses ?? (sandbox is not null ? AddressPolicy.Allowing([sandbox.Network]) : AddressPolicy.PublicOnly);

        // Beside the sandbox nothing leaves the machine; without limits nothing goes to anybody else.
        return sandbox is not null || !options.EnforcesLanes ? policy.WithoutPublic() : policy;
    }
}
