using System.Collections.Immutable;
using System.Net;
using EmailVerify.Adapters.Dns;
using EmailVerify.Adapters.Doctor;
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
    /// <summary>The domain of the sandbox itself, at whose mail host the doctor may knock.</summary>
    public const string SandboxDomain = "sandbox.test";

    /// <summary>The sandbox' block list.</summary>
    public const string SandboxList = "bl.sandbox.test";

    private const int MailPort = 25;

    private static readonly Egress SandboxEgress = new("sandbox", null, "probe.sandbox.test", "probe@sandbox.test");

    /// <summary>Gets the domains that the doctor asks about.</summary>
    public ImmutableArray<string> MailDomains { get; init; } = DoctorOptions.WellKnownDomains;

    /// <summary>Gets the block lists that the doctor asks.</summary>
    public ImmutableArray<string> BlockLists { get; init; } = DoctorOptions.WellKnownLists;

    /// <summary>Gets what the doctor looks at.</summary>
    public DoctorWorld ForDoctor => new(Dns, SmtpPort, Addresses.Allows, Lanes.Egresses) { MailDomains = MailDomains, BlockLists = BlockLists };

    /// <summary>Makes the world of a configuration.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="sandbox">The small internet, or null.</param>
    public static World Of(EmailVerifyOptions options, SandboxInternet? sandbox)
    {
        var asksSandbox = sandbox is not null && options.DnsServers.IsEmpty;
        var egresses = options.Egresses.IsEmpty && sandbox is not null ? [SandboxEgress] : options.Egresses;
        return new World(
            new DnsOptions { Servers = options.DnsServers.IsEmpty && sandbox is not null ? [sandbox.Dns] : options.DnsServers },
            options.Smtp.Port ?? sandbox?.SmtpPort ?? MailPort,
            PolicyOf(options, sandbox).Refusing(egresses.SelectMany(OwnAddresses)),
            new LanePlan(egresses, options.Smtp.Tls, new ProbeTimeouts(), options.EnforcesLanes) { MaxSessions = options.MaxSessions })
        {
            // A DNS of one's own beside the sandbox knows nothing of the sandbox' domain.
            MailDomains = options.Doctor.MailDomains ?? (asksSandbox ? [SandboxDomain] : DoctorOptions.WellKnownDomains),
            BlockLists = options.Doctor.BlockLists ?? (asksSandbox ? [SandboxList] : DoctorOptions.WellKnownLists),
        };
    }

    // The machine of a proxy is ours as well, and what asks through it is itself to its services.
    private static IEnumerable<IPAddress> OwnAddresses(Egress egress)
    {
        if (egress.Address is { } address)
            yield return address;
        if (IPAddress.TryParse(egress.Socks5?.Host, out var proxy))
            yield return proxy;
    }

    private static AddressPolicy PolicyOf(EmailVerifyOptions options, SandboxInternet? sandbox)
    {
        var policy = options.Smtp.Addresses ?? (sandbox is not null ? AddressPolicy.Allowing([sandbox.Network]) : AddressPolicy.PublicOnly);

        // Beside the sandbox nothing leaves the machine; without limits nothing goes to anybody else.
        return sandbox is not null || !options.EnforcesLanes ? policy.WithoutPublic() : policy;
    }
}
