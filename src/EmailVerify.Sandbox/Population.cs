using System.Net;
using EmailVerify.Sandbox.Counting;
using EmailVerify.Sandbox.Personas;
using EmailVerify.Sandbox.Smtp;

namespace EmailVerify.Sandbox;

/// <summary>Who lives where: an address for every host.</summary>
/// <param name="Hosts">The hosts that listen.</param>
/// <param name="Addresses">By name, every persona host that was given an address, whether it listens or is dead.</param>
/// <param name="LoadAddresses">The addresses that the load domains share.</param>
internal sealed record Population(IReadOnlyList<SmtpHost> Hosts, IReadOnlyDictionary<string, IPAddress> Addresses, IReadOnlyList<IPAddress> LoadAddresses)
{
    /// <summary>Where the load hosts begin in the network: well above the personas.</summary>
    private const int FirstLoadAddress = 0x8001;

    public static Population Of(IReadOnlyList<Persona> personas, SandboxOptions options, Counters counters, TimeProvider clock)
    {
        var hosts = new List<SmtpHost>();
        var addresses = new Dictionary<string, IPAddress>(StringComparer.OrdinalIgnoreCase);
        foreach (var persona in personas)
        {
            var provider = counters.Provider(persona.Provider ?? persona.Name);
            var shared = new HostScript(persona.Server, options.Tls);
            var sharedRecipients = new PersonaRecipients(persona, shared, clock);
            foreach (var host in persona.Hosts.Where(host => host.Address is "own" or "dead"))
            {
                var address = AddressAt(options.Network, addresses.Count + 1);
                addresses.Add(host.Name, address);
                if (host.Address is "dead")
                    continue;
                var script = host.Server is { } own ? new HostScript(own, options.Tls) : shared;
                var recipients = host.Server is null ? sharedRecipients : new PersonaRecipients(persona, script, clock);
                hosts.Add(new SmtpHost(host.Name, address, script, recipients, provider, counters.Host(host.Name), clock));
            }
        }

        var loadAddresses = new List<IPAddress>();
        if (options.Load is { } load)
        {
            var source = new ServerScript { Banner = new("220 load.test ESMTP"), Greeting = "load.test", Otherwise = new("550 5.1.1 No such mailbox here") };
            var script = new HostScript(source, options.Tls);
            var providers = new CounterSet?[load.Domains];
            for (var place = 0; place < load.Addresses; place++)
            {
                var address = AddressAt(options.Network, FirstLoadAddress + place);
                loadAddresses.Add(address);
                var recipients = new LoadRecipients(script, load, place, providers, counters);
                hosts.Add(new SmtpHost("load.test", address, script, recipients, provider: null, counters: null, clock));
            }
        }

        return new Population(hosts, addresses, loadAddresses);
    }

    private static IPAddress AddressAt(IPNetwork network, int number)
    {
        var octets = network.BaseAddress.GetAddressBytes();
        octets[2] = (byte)(number >> 8);
        octets[3] = (byte)number;
        return new IPAddress(octets);
    }
}
