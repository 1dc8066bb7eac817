using System.Globalization;
using System.Net;
using EmailVerify.Sandbox.Personas;

namespace EmailVerify.Sandbox.Dns;

/// <summary>All names that the small internet has. A name below one of them does not exist; any other is none of its business.</summary>
internal sealed class DnsZones
{
    private const int LongestAliasChain = 8;
    private readonly Dictionary<string, DnsName> names = new(StringComparer.Ordinal);
    private readonly NumberedNames? domains;
    private readonly NumberedNames? exchangers;
    private readonly IReadOnlyList<IPAddress> loadAddresses;

    /// <summary>Initializes all names of personas and load domains.</summary>
    /// <param name="personas">The personas.</param>
    /// <param name="addresses">The loopback address of each host that has one of its own.</param>
    /// <param name="load">The load domains, or null.</param>
    /// <param name="loadAddresses">The addresses that they share.</param>
    public DnsZones(IEnumerable<Persona> personas, IReadOnlyDictionary<string, IPAddress> addresses, LoadOptions? load, IReadOnlyList<IPAddress> loadAddresses)
    {
        this.loadAddresses = loadAddresses;
        if (load is not null)
            (domains, exchangers) = (new NumberedNames(load.Domain, load.Domains), new NumberedNames(load.Exchanger, load.Domains));
        foreach (var persona in personas)
        {
            foreach (var host in persona.Hosts)
                names[host.Name] = new DnsName { Name = host.Name, Addresses = AddressesOf(host, addresses) };
            foreach (var domain in persona.Domains)
                names[domain.Name] = NameOf(domain, names.GetValueOrDefault(domain.Name));
        }
    }

    /// <summary>Answers a question.</summary>
    /// <param name="query">The message that holds the question.</param>
    /// <param name="question">The question.</param>
    /// <param name="isUdp">Whether it came over UDP, where the answer's size has a limit.</param>
    /// <param name="buffer">Where the answer goes.</param>
    /// <returns>The length of the answer; 0 for silence.</returns>
    public int Answer(ReadOnlySpan<byte> query, DnsQuestion question, bool isUdp, Span<byte> buffer)
    {
        var response = new DnsResponse(buffer, query, question);
        var most = isUdp ? question.UdpSize : buffer.Length;
        var asked = Find(question.Name);
        if (asked is null)
            return AnswerUnknown(ref response, question.Name, most);

        var manner = asked.MannerOf(question.Type);
        switch (manner)
        {
            case DnsManner.Silence:
                return 0;
            case DnsManner.ServFail:
                return response.End(DnsCode.ServFail, most, truncate: false);
            case DnsManner.Refused:
                return response.End(DnsCode.Refused, most, truncate: false);
            case DnsManner.NxDomain:
                response.Authority(asked.Name, asked.SoaMinimum);
                return response.End(DnsCode.NxDomain, most, truncate: false);
            case DnsManner.Answer or DnsManner.Truncated:
                var code = AnswerKnown(ref response, asked, question.Type);
                return response.End(code, most, truncate: isUdp && manner is DnsManner.Truncated);
            default:
                throw new ArgumentOutOfRangeException(nameof(question), manner, "Not a manner.");
        }
    }

    private static IReadOnlyList<IPAddress> AddressesOf(PersonaHost host, IReadOnlyDictionary<string, IPAddress> addresses)
    {
        var ipv6 = host.Ipv6.Select(IPAddress.Parse);
        return host.Address is "none" ? [.. ipv6]
            : addresses.TryGetValue(host.Name, out var own) ? [own, .. ipv6]
            : [IPAddress.Parse(host.Address), .. ipv6];
    }

    private static DnsName NameOf(PersonaDomain domain, DnsName? host) => new()
    {
        Name = domain.Name,
        Exchangers = [.. domain.Mx.Select(mx => mx.Split(' ')).Select(mx => (ushort.Parse(mx[0], CultureInfo.InvariantCulture), mx[1]))],
        Addresses = host?.Addresses ?? [],
        Alias = domain.Cname,
        Texts = domain.Txt,
        Pointers = domain.Ptr,
        Manner = domain.Dns,
        MannerFor = [.. domain.DnsFor.Select(type => Enum.Parse<DnsType>(type, ignoreCase: true))],
        Ttl = domain.Ttl,
        SoaMinimum = domain.SoaMinimum,
    };

    private DnsCode AnswerKnown(ref DnsResponse response, DnsName name, DnsType type)
    {
        // A chain of aliases is followed here as a resolver would, and never round in a circle.
        for (var link = 0; name.Alias is { } alias && type is not DnsType.Cname; link++)
        {
            response.Alias(name.Name, alias, name.Ttl);
            if (link >= LongestAliasChain || Find(alias) is not { } target)
                return DnsCode.ServFail;
            name = target;
            if (name.Manner is DnsManner.NxDomain)
            {
                response.Authority(name.Name, name.SoaMinimum);
                return DnsCode.NxDomain;
            }
        }

        var found = false;
        if (type is DnsType.Cname && name.Alias is { } itself)
        {
            response.Alias(name.Name, itself, name.Ttl);
            found = true;
        }

        foreach (var (preference, host) in type is DnsType.Mx ? name.Exchangers : [])
        {
            response.Exchanger(name.Name, preference, host, name.Ttl);
            found = true;
        }

        foreach (var address in type is DnsType.A or DnsType.Aaaa ? name.Addresses : [])
        {
            if (address.GetAddressBytes().Length == (type is DnsType.A ? 4 : 16))
            {
                response.Address(name.Name, address, name.Ttl);
                found = true;
            }
        }

        foreach (var text in type is DnsType.Txt ? name.Texts : [])
        {
            response.Text(name.Name, text, name.Ttl);
            found = true;
        }

        foreach (var target in type is DnsType.Ptr ? name.Pointers : [])
        {
            response.Pointer(name.Name, target, name.Ttl);
            found = true;
        }

        if (!found)
            response.Authority(name.Name, name.SoaMinimum);
        return DnsCode.NoError;
    }

    private int AnswerUnknown(ref DnsResponse response, string name, int most)
    {
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            if (Find(name[(dot + 1)..]) is { Manner: DnsManner.Answer or DnsManner.NxDomain } zone)
            {
                response.Authority(zone.Name, zone.SoaMinimum);
                return response.End(DnsCode.NxDomain, most, truncate: false);
            }
        }

        return response.End(DnsCode.ServFail, most, truncate: false);
    }

    private DnsName? Find(string name)
    {
        if (names.TryGetValue(name, out var known))
            return known;
        if (domains?.NumberOf(name) is { } domain)
            return new DnsName { Name = name, Exchangers = [(10, exchangers!.NameOf(domain))] };
        if (exchangers?.NumberOf(name) is { } exchanger)
            return new DnsName { Name = name, Addresses = [loadAddresses[exchanger % loadAddresses.Count]] };
        return null;
    }
}
