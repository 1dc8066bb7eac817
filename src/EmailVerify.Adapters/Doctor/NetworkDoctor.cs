using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EmailVerify.Adapters.Dns;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Doctor;

/// <summary>The world as the doctor looks at it: the same that is verified in.</summary>
/// <param name="Dns">Whom names are asked of.</param>
/// <param name="SmtpPort">The port of mail servers.</param>
/// <param name="MayConnect">Judges the very address that is connected to.</param>
/// <param name="Egresses">Who asks.</param>
public sealed record DoctorWorld(DnsOptions Dns, int SmtpPort, Func<IPAddress, bool> MayConnect, ImmutableArray<Egress> Egresses)
{
    /// <summary>Gets the domains that the resolver is asked about and whose mail hosts are knocked at: well known, so that everybody's resolver knows them. At most three are used.</summary>
    public ImmutableArray<string> MailDomains { get; init; } = [];

    /// <summary>Gets the block lists that are asked, by their zones.</summary>
    public ImmutableArray<string> BlockLists { get; init; } = [];
}

/// <summary>Looks at the network: DNS, port 25 and what others see of each egress. Every wait is bounded; a run takes some 300 ms where all is well, 25 s where nothing answers, and about a minute where there are many egresses or hosts that connect and say nothing.</summary>
/// <param name="world">The world.</param>
/// <param name="random">Makes names that nobody has.</param>
/// <param name="clock">The clock.</param>
public sealed class NetworkDoctor(DoctorWorld world, Random random, TimeProvider clock)
{
    private const int MostDomains = 3;
    private const int EgressesAtOnce = 16;
    private const int HostsOfDomain = 2;

    private static readonly ImmutableArray<string> OfEachEgress = [CheckIds.Port25, CheckIds.Helo, CheckIds.Sender, CheckIds.Spf, CheckIds.BlockLists];

    private static readonly ImmutableArray<string> NeedNames =
        [CheckIds.NxDomain, CheckIds.DnsTcp, .. OfEachEgress];

    // Answers of one run only: whoever asks again wants to know whether it is mended.
    private const int CacheCapacity = 4_000;

    /// <summary>Gets how long a connection, and then a greeting, may take. Default: 8 s; big providers need a tenth of a second, and what is dropped by a firewall never comes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Gets after how long no further egress is begun. Default: 30 s; one takes up to four times <see cref="Patience"/> (a host, then the others at once), so that the whole ends about a minute after its start.
    /// </summary>
    public TimeSpan BeginsUntil { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets a value indicating whether mail hosts are knocked at although no egress is configured. Default: false, since without one nobody is connected to; a person may ask for it.
    /// </summary>
    public bool KnocksWithoutEgress { get; init; }

    /// <summary>Looks at everything.</summary>
    public async Task<ImmutableArray<Check>> ExamineAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        using var records = new DnsResolver(world.Dns with { CacheCapacity = CacheCapacity }, clock, counts: false);
        ImmutableArray<Check> first = [EgressCheck.Judge(world.Egresses), await ResolverAsync(cancellationToken)];
        if (first[^1].StopsWork)
            return [.. first, .. NeedNames.Select(id => new Check(id, CheckState.Skipped, "Not looked at, since no DNS server told where mail for well-known domains goes.", "It needs the DNS."))];

        // :: The rest needs names.
        var names = NxDomainCheck.RunAsync(records, Domains, random, cancellationToken);
        var tcp = TcpAsync(cancellationToken);
        var hosts = await HostsAsync(records, cancellationToken);
        var knocking = new PortCheck(world.SmtpPort, Patience, clock);
        var egresses = new ImmutableArray<Check>[world.Egresses.Length];
        await Parallel.ForAsync(0, egresses.Length, new ParallelOptions { MaxDegreeOfParallelism = EgressesAtOnce, CancellationToken = cancellationToken }, async (at, ending) =>
            egresses[at] = clock.GetElapsedTime(began) < BeginsUntil ? await OfEgressAsync(world.Egresses[at], at, hosts, knocking, records, ending) : NotInTime(world.Egresses[at]));
        if (egresses.Length == 0)
            egresses = [[KnocksWithoutEgress ? await knocking.RunAsync(egress: null, hosts, 0, cancellationToken) : PortCheck.NotAsked]];
        return [.. first, await names, await tcp, .. egresses.SelectMany(checks => checks)];
    }

    /// <summary>Looks only at what would make nearly every answer <c>unknown</c>: egress, resolver, port 25.</summary>
    public async Task<ImmutableArray<Check>> GlanceAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<Check> first = [EgressCheck.Judge(world.Egresses), await ResolverAsync(cancellationToken)];
        if (first.Any(check => check.StopsWork))
            return first;
        using var records = new DnsResolver(world.Dns with { CacheCapacity = CacheCapacity }, clock, counts: false);
        var hosts = await HostsAsync(records, cancellationToken);
        int start;
        lock (random)
            start = random.Next(MostDomains);
        var knocking = new PortCheck(world.SmtpPort, Patience, clock);
        return [.. first, .. await Task.WhenAll(world.Egresses.Take(EgressesAtOnce).Select((egress, at) => knocking.RunAsync(egress, hosts, start + at, cancellationToken)))];
    }

    private IEnumerable<string> Domains => world.MailDomains.Take(MostDomains);

    private static ImmutableArray<Check> NotInTime(Egress egress) =>
    [
        .. OfEachEgress.Select(id => new Check(id, CheckState.Skipped, "Not looked at in time, since there are many egresses and others took long.", "What holds of one egress need not hold of another.") { Subject = egress.Name }),
    ];

    private async Task<ImmutableArray<Check>> OfEgressAsync(
        Egress egress, int at, ImmutableArray<KnownHost> hosts, PortCheck knocking, DnsResolver records, CancellationToken cancellationToken)
    {
        // Through a proxy only its own address counts, which nobody here knows but by the setting.
        var source = egress.Address is not null || egress.Socks5 is not null ? egress.Address
            : hosts.SelectMany(host => host.Addresses).Select(address => SourceAddress.Toward(new IPEndPoint(address, world.SmtpPort))).FirstOrDefault(address => address is not null);
        var standing = await Standing.OfAsync(egress, source, records, cancellationToken);
        return
        [
            .. await Task.WhenAll(
                knocking.RunAsync(egress, hosts, at, cancellationToken),
                HeloCheck.RunAsync(standing, records, cancellationToken),
                SenderCheck.RunAsync(egress, records, cancellationToken),
                SpfCheck.RunAsync(standing, records, cancellationToken),
                BlockListCheck.RunAsync(standing, world.BlockLists, records, cancellationToken)),
        ];
    }

    private async Task<Check> ResolverAsync(CancellationToken cancellationToken) => ResolverCheck.Judge(await AskEachAsync(world.Dns, cancellationToken));

    private async Task<Check> TcpAsync(CancellationToken cancellationToken) =>
        ResolverCheck.JudgeTcp(await AskEachAsync(world.Dns with { OverTcp = true, Retries = 0 }, cancellationToken));

    // Each server by itself: behind the first one's back the others may be dead for months.
    private async Task<ImmutableArray<ServerAnswer>> AskEachAsync(DnsOptions options, CancellationToken cancellationToken) =>
        [.. await Task.WhenAll(options.ServersInUse().Select(async server =>
        {
            using var one = new DnsResolver(options with { Servers = [server], CacheCapacity = CacheCapacity }, clock, counts: false);
            var outcome = DnsOutcome.Timeout;
            foreach (var domain in Domains)
            {
                outcome = (await one.MxAsync(domain, cancellationToken)).Outcome;

                // The next domain where this one is not what it was; a server that is silent is silent about the next one, too.
                if (outcome is DnsOutcome.Answer or DnsOutcome.Timeout)
                    break;
            }

            return new ServerAnswer(server.ToString(), outcome);
        }))];

    private async Task<ImmutableArray<KnownHost>> HostsAsync(DnsResolver records, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(Domains.Select(async domain =>
        {
            var answer = await records.MxAsync(domain, cancellationToken);
            foreach (var record in answer.Records.Where(record => record.Host.Length > 0).OrderBy(record => record.Preference).Take(HostsOfDomain))
            {
                var four = await records.AddressesAsync(record.Host, AddressFamily.InterNetwork, cancellationToken);
                var six = await records.AddressesAsync(record.Host, AddressFamily.InterNetworkV6, cancellationToken);
                ImmutableArray<IPAddress> addresses = [.. four.Records.Concat(six.Records).Where(world.MayConnect)];
                if (!addresses.IsEmpty)
                    return new KnownHost(record.Host, addresses);
            }

            return null;
        }));
        return [.. found.OfType<KnownHost>()];
    }
}
