using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EmailVerify.Adapters.Dns;
using EmailVerify.Adapters.Doctor;
using EmailVerify.Adapters.Smtp;
using EmailVerify.Adapters.Tests.Dns;
using EmailVerify.Adapters.Tests.Smtp;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Tests.Doctor;

/// <summary>Each check of the network with right and wrong answers, over real datagrams and connections.</summary>
public sealed class NetworkDoctorTests
{
    private static readonly Egress Us = new("eg-1", null, "probe.example", "verify@sender.example");
    private static readonly ImmutableArray<string> MailDomains = ["one.example", "two.example", "three.example"];

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Examine_AllRight_IsAble()
    {
        await using var mail = new MailHost(side => side.SayAsync("220 mx.one.example ESMTP"));
        await using var dns = new TestDnsServer(World().Answer);

        var report = await ExamineAsync(dns, mail.Port, Us);

        Assert.Equal(DoctorVerdict.Able, report.Verdict);
        Assert.Empty(report.MostlyUnknown);
        Assert.Equal(
            ["egress", "resolver", "nxdomain", "dns_tcp", "port_25", "helo", "sender", "spf", "block_lists"],
            report.Checks.Select(check => check.Id), StringComparer.Ordinal);
        Assert.All(report.Checks, check => Assert.Equal((CheckState.Ok, null), (check.State, check.Cure)));
        Assert.Equal(["eg-1"], report.Checks.Where(check => check.Subject is not null).Select(check => check.Subject).Distinct(StringComparer.Ordinal), StringComparer.Ordinal);

        // One host greeted us: nobody else is called on.
        Assert.Equal(1, mail.Connections);
    }

    [Fact]
    public async Task Egress_None_IsUnableAndNamesTheSettings()
    {
        await using var mail = new MailHost(side => side.SayAsync("220 mx.one.example ESMTP"));
        await using var dns = new TestDnsServer(World().Answer);

        var report = await ExamineAsync(dns, mail.Port);

        Assert.Equal(DoctorVerdict.Unable, report.Verdict);
        var egress = Assert.Single(report.MostlyUnknown);
        Assert.Contains("EmailVerify:Egresses:0:HeloName", egress.Cure, StringComparison.Ordinal);
        Assert.Contains("EmailVerify:Egresses:0:MailFrom", egress.Cure, StringComparison.Ordinal);
        Assert.Equal(CheckState.Skipped, Of(report, CheckIds.Port25).State);
        Assert.Equal(0, mail.Connections);

        // A person who asks is told all the same.
        var world = new DoctorWorld(OptionsOf(dns), mail.Port, _ => true, []) { MailDomains = MailDomains };
        var checks = await new NetworkDoctor(world, new Random(1), TimeProvider.System) { KnocksWithoutEgress = true }.ExamineAsync(Ends);
        Assert.Equal(CheckState.Ok, checks.Single(check => check.Id is CheckIds.Port25).State);
    }

    [Fact]
    public async Task Egress_NotBegunInTime_IsSkippedAndNobodyIsCalledOn()
    {
        await using var mail = new MailHost(side => side.SayAsync("220 mx.one.example ESMTP"));
        await using var dns = new TestDnsServer(World().Answer);
        var world = new DoctorWorld(OptionsOf(dns), mail.Port, _ => true, [Us]) { MailDomains = MailDomains };

        var checks = await new NetworkDoctor(world, new Random(1), TimeProvider.System) { BeginsUntil = TimeSpan.Zero }.ExamineAsync(Ends);

        var late = checks.Where(check => check.Subject is "eg-1").ToList();
        Assert.Equal(["port_25", "helo", "sender", "spf", "block_lists"], late.Select(check => check.Id), StringComparer.Ordinal);
        Assert.All(late, check => Assert.Equal(CheckState.Skipped, check.State));
        Assert.All(late, check => Assert.StartsWith("Not looked at in time", check.Seen, StringComparison.Ordinal));
        Assert.Equal(0, mail.Connections);
    }

    [Theory]
    [InlineData(2, "answers with a failure")]
    [InlineData(3, "do not exist")]
    [InlineData(5, "answers with a failure")]
    [InlineData(null, "does not answer in time")]
    public async Task Resolver_ThatDoesNotTell_IsUnableAndTheRestSkipped(int? code, string seen)
    {
        await using var dns = new TestDnsServer(_ => code is { } answered ? TestReply.Failing(answered) : null);

        var report = await ExamineAsync(dns, 1, Us);

        Assert.Equal(DoctorVerdict.Unable, report.Verdict);
        Assert.Contains(seen, Of(report, CheckIds.Resolver).Seen, StringComparison.Ordinal);
        Assert.Equal(code is 3, Of(report, CheckIds.Resolver).Cure!.Contains("Only where nothing but domains of a closed network is verified", StringComparison.Ordinal));
        Assert.All(report.Checks.Skip(2), check => Assert.Equal((CheckState.Skipped, "Not looked at, since no DNS server told where mail for well-known domains goes."), (check.State, check.Seen)));
        Assert.Equal(CheckIds.Resolver, Assert.Single(report.MostlyUnknown).Id);
    }

    [Fact]
    public async Task Resolver_OneOfTwoDead_IsWarnedOf()
    {
        await using var mail = new MailHost(side => side.SayAsync("220 mx.one.example ESMTP"));
        await using var dns = new TestDnsServer(World().Answer);
        await using var dead = new TestDnsServer(_ => null);

        var report = await ExamineAsync([dead, dns], mail.Port, Us);

        var check = Of(report, CheckIds.Resolver);
        Assert.Equal((CheckState.Warning, DoctorVerdict.Able), (check.State, report.Verdict));
        Assert.Contains($"{dead.EndPoint} does not answer in time; {dns.EndPoint} answers", check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NxDomain_WhereAllNamesHaveAnAddress_Fails()
    {
        var check = await CheckAsync(CheckIds.NxDomain, World().Below("example", asked => TestReply.Of(TestReply.Address(asked.Name, "192.0.2.99"))));
        Assert.Equal(CheckState.Failed, check.State);
        Assert.Contains("192.0.2.99", check.Seen, StringComparison.Ordinal);
        Assert.NotNull(check.Cure);
    }

    [Fact]
    public async Task NxDomain_WhereInvalidHasAnAddress_Fails() =>
        Assert.Equal(CheckState.Failed, (await CheckAsync(CheckIds.NxDomain, World().Below("invalid", asked => TestReply.Of(TestReply.Address(asked.Name, "192.0.2.99"))))).State);

    [Fact]
    public async Task NxDomain_WhereOneDomainHasAWildcard_IsNoLie() =>
        Assert.Equal(CheckState.Ok, (await CheckAsync(CheckIds.NxDomain, World().Below(".one.example", asked => TestReply.Of(TestReply.Address(asked.Name, "192.0.2.99"))))).State);

    [Fact]
    public async Task NxDomain_WhereNothingIsTold_IsSkipped() =>
        Assert.Equal(CheckState.Skipped, (await CheckAsync(CheckIds.NxDomain, World().Below("", _ => TestReply.Failing(2)))).State);

    [Fact]
    public async Task DnsTcp_Closed_Fails()
    {
        var zones = World();
        await using var mail = new MailHost(side => side.SayAsync("220 mx.one.example ESMTP"));
        await using var dns = new TestDnsServer(asked => asked.Tcp ? null : zones.Answer(asked));

        var check = Of(await ExamineAsync(dns, mail.Port, Us), CheckIds.DnsTcp);

        Assert.Equal(CheckState.Failed, check.State);
        Assert.Contains("TCP port 53", check.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port25_Refused_IsUnable()
    {
        await using var dns = new TestDnsServer(World().Answer);

        var report = await ExamineAsync(dns, ClosedPort(), Us);

        var check = Of(report, CheckIds.Port25);
        Assert.Equal((CheckState.Failed, DoctorVerdict.Unable), (check.State, report.Verdict));
        Assert.Contains("seems closed from here: the connection to mx.one.example was refused; the connection to mx.two.example was refused", check.Seen, StringComparison.Ordinal);
        Assert.Equal(CheckIds.Port25, Assert.Single(report.MostlyUnknown).Id);
    }

    [Fact]
    public async Task Port25_WithoutAnAnswer_IsToldFromARefusal()
    {
        // A listener that takes nobody in: once its queue is full, the system drops who comes, as a firewall does.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var target = (IPEndPoint)full.LocalEndPoint!;
        var waiting = new List<Socket>();
        try
        {
            for (var number = 0; number < 4; number++)
            {
                waiting.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                _ = waiting[^1].ConnectAsync(target, Ends).AsTask();
            }

            var check = await KnockAsync(target.Port, TimeSpan.FromMilliseconds(300), new Door("mx.one.example", "127.0.0.1"));
            Assert.Equal((CheckState.Failed, true), (check.State, check.StopsWork));
            Assert.Contains("mx.one.example timed out", check.Seen, StringComparison.Ordinal);
        }
        finally
        {
            waiting.ForEach(socket => socket.Dispose());
        }
    }

    [Theory]
    [InlineData("554 5.7.1 192.0.2.7 is not welcome", "said \"554 5.7.1 192.0.2.7 is not welcome\"", false)]
    [InlineData("421 too busy\u0007\u00e9", "said \"421 too busy??\"", false)]
    [InlineData("", "took the connection and said nothing", true)]
    public async Task Port25_WithoutAGreeting_IsToldByWhatIsSaid(string banner, string seen, bool stopsWork)
    {
        await using var mail = new MailHost(side => banner.Length == 0 ? side.HearAsync() : side.SayAsync(banner));
        var check = await KnockAsync(mail.Port, TimeSpan.FromSeconds(banner.Length == 0 ? 0.5 : 5), new Door("mx.one.example", "127.0.0.1"));
        Assert.Equal((CheckState.Failed, stopsWork), (check.State, check.StopsWork));
        Assert.Contains(seen, check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port25_OpenToSome_IsWarnedOf()
    {
        await using var mail = new MailHost(side => side.SayAsync("220 mx.two.example ESMTP"));
        var check = await KnockAsync(mail.Port, TimeSpan.FromSeconds(5), new Door("mx.one.example", "127.0.0.9"), new Door("mx.two.example", "127.0.0.1"));
        Assert.Equal(CheckState.Warning, check.State);
        Assert.Contains("mx.two.example greeted us", check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port25_Greeting_IsAnsweredWithQuitAndNothingElse()
    {
        var heard = new TaskCompletionSource<string?>();
        await using var mail = new MailHost(async side =>
        {
            await side.SayAsync("220-mx.one.example ESMTP\n220 second line");
            heard.SetResult($"{await side.HearAsync()}/{await side.HearAsync()}");
        });

        var check = await KnockAsync(mail.Port, TimeSpan.FromSeconds(5), new Door("mx.one.example", "127.0.0.1"));

        Assert.Equal(CheckState.Ok, check.State);
        Assert.Equal("QUIT/", await mail.Within(heard.Task));
    }

    [Fact]
    public async Task Port25_FromAnAddressThatIsNotOurs_SaysSo()
    {
        await using var dns = new TestDnsServer(World().Answer);
        var check = Of(await ExamineAsync(dns, ClosedPort(), Us with { Address = IPAddress.Parse("192.0.2.7") }), CheckIds.Port25);
        Assert.Equal((CheckState.Failed, true), (check.State, check.StopsWork));
        Assert.Contains("EmailVerify:Egresses:n:Address", await CureAsync(), StringComparison.Ordinal);

        async Task<string?> CureAsync() => (await new PortCheck(25, TimeSpan.FromSeconds(1), TimeProvider.System).RunAsync(
            Us with { Address = IPAddress.Parse("192.0.2.7") }, [new Door("mx.one.example", "127.0.0.1").ToHost()], 0, Ends)).Cure;
    }

    [Fact]
    public async Task Port25_HostsThatMayNotBeConnectedTo_AreLeftAlone()
    {
        await using var mail = new MailHost(side => side.SayAsync("220 mx.one.example ESMTP"));
        await using var dns = new TestDnsServer(World().Answer);
        var world = new DoctorWorld(OptionsOf(dns), mail.Port, _ => false, [Us]) { MailDomains = MailDomains };

        var checks = await new NetworkDoctor(world, new Random(1), TimeProvider.System).ExamineAsync(Ends);

        Assert.Equal(CheckState.Skipped, checks.Single(check => check.Id is CheckIds.Port25).State);
        Assert.Equal(0, mail.Connections);
    }

    [Fact]
    public async Task Port25_OneEgressOfTwo_LeavesTheOther()
    {
        await using var mail = new MailHost(side => side.SayAsync("220 mx.one.example ESMTP"));
        await using var dns = new TestDnsServer(World().Answer);

        var report = await ExamineAsync(dns, mail.Port, Us, Us with { Name = "eg-2", Address = IPAddress.Parse("192.0.2.7") });

        Assert.Equal([("eg-1", CheckState.Ok), ("eg-2", CheckState.Failed)], report.Checks.Where(check => check.Id is CheckIds.Port25).Select(check => (check.Subject!, check.State)));
        Assert.Equal(DoctorVerdict.Degraded, report.Verdict);
        Assert.Empty(report.MostlyUnknown);
    }

    [Fact]
    public async Task Port25_ThroughAProxy_IsItsMachines()
    {
        await using var host = new MailHost(async side =>
        {
            _ = await side.HearAsync(4);
            await side.SayAsync([5, 0]);
            _ = await side.HearAsync(10);
            await side.SayAsync([5, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. "220 mx.one.example ESMTP\r\n"u8]);
            _ = await side.HearAsync();
        });
        await using var dns = new TestDnsServer(World().Answer);

        // The address is the proxy's, and 127.0.0.1 by the names: nothing is bound to it, and HELO and PTR are looked at as for any other.
        var report = await ExamineAsync(dns, ClosedPort(), Through(host.Port) with { Address = IPAddress.Loopback });

        Assert.Equal(DoctorVerdict.Able, report.Verdict);
        Assert.All(report.Checks, check => Assert.Equal(CheckState.Ok, check.State));
        Assert.DoesNotContain(report.Checks, check => check.Seen.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Port25_ClosedForTheProxy_IsSaidOfItsMachine()
    {
        await using var host = new MailHost(async side =>
        {
            _ = await side.HearAsync(4);
            await side.SayAsync([5, 0]);
            _ = await side.HearAsync(10);
            await side.SayAsync([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]);
        });
        await using var dns = new TestDnsServer(World().Answer);
        var check = Of(await ExamineAsync(dns, 25, Through(host.Port)), CheckIds.Port25);
        Assert.Equal((CheckState.Failed, true), (check.State, check.StopsWork));
        Assert.Contains($"from the machine of the proxy socks5://***@127.0.0.1:{host.Port}: the connection to mx.one.example was refused", check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_ThatCannotBeReached_IsAFindingOfItsOwn()
    {
        await using var dns = new TestDnsServer(World().Answer);

        var report = await ExamineAsync(dns, ClosedPort(), Through(ClosedPort()));

        Assert.Equal(DoctorVerdict.Unable, report.Verdict);
        var check = Assert.Single(report.MostlyUnknown);
        Assert.Equal((CheckIds.Proxy, "eg-1", true), (check.Id, check.Subject, check.StopsWork));
        Assert.Contains("cannot be connected to", check.Seen, StringComparison.Ordinal);
        Assert.Contains("EmailVerify:Egresses:n:Socks5", check.Cure, StringComparison.Ordinal);
        Assert.DoesNotContain(report.Checks, one => one.Id is CheckIds.Port25);
        Assert.DoesNotContain(report.Checks, one => $"{one.Seen} {one.Cure}".Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Proxy_HoweverItFailed_IsToldWithACure() => Assert.All(Enum.GetValues<SocksEnding>().Where(ending => ending.IsOfProxy()), ending =>
    {
        var egress = Through(1080);
        Assert.NotEmpty(ProxyCheck.Judge(egress, egress.Socks5!, ending).Cure!);
    });

    [Fact]
    public async Task Glance_LooksAtWhatStopsTheWorkOnly()
    {
        await using var dns = new TestDnsServer(World().Answer);
        var world = new DoctorWorld(OptionsOf(dns), ClosedPort(), _ => true, [Us]) { MailDomains = MailDomains };

        var checks = await new NetworkDoctor(world, new Random(1), TimeProvider.System).GlanceAsync(Ends);

        Assert.Equal(["egress", "resolver", "port_25"], checks.Select(check => check.Id), StringComparer.Ordinal);
        Assert.True(checks[^1].StopsWork);
        Assert.DoesNotContain(dns.Questions, asked => asked.Name.Contains("probe.example", StringComparison.Ordinal));
    }

    private static Egress Through(int port) => Us with { Socks5 = Socks5Proxy.TryParse(FormattableString.Invariant($"socks5://verify:hunter2@127.0.0.1:{port}"), out var proxy) ? proxy : null };

    /// <summary>A world in which all is right: the egress asks from 127.0.0.1.</summary>
    internal static Zones World() => new Zones()
        .Mx("one.example", "mx.one.example").Host("mx.one.example", "127.0.0.1")
        .Mx("two.example", "mx.two.example").Host("mx.two.example", "127.0.0.1")
        .Mx("three.example", "mx.three.example").Host("mx.three.example", "127.0.0.1")
        .Host("probe.example", "127.0.0.1").Ptr("1.0.0.127.in-addr.arpa", "probe.example")
        .Mx("sender.example", "mx.sender.example").Host("mx.sender.example", "192.0.2.25")
        .Txt("sender.example", "v=spf1 ip4:127.0.0.1 -all")
        .BlockList("bl.example");

    internal static DnsOptions OptionsOf(params TestDnsServer[] servers) => new() { Servers = [.. servers.Select(server => server.EndPoint)], Timeout = TimeSpan.FromMilliseconds(400) };

    private static async Task<Check> CheckAsync(string id, Zones zones)
    {
        await using var mail = new MailHost(side => side.SayAsync("220 mx.one.example ESMTP"));
        await using var dns = new TestDnsServer(zones.Answer);
        return Of(await ExamineAsync(dns, mail.Port, Us), id);
    }

    private static Task<DoctorReport> ExamineAsync(TestDnsServer dns, int port, params Egress[] egresses) => ExamineAsync([dns], port, egresses);

    private static async Task<DoctorReport> ExamineAsync(TestDnsServer[] dns, int port, params Egress[] egresses)
    {
        var world = new DoctorWorld(OptionsOf(dns), port, _ => true, [.. egresses]) { MailDomains = MailDomains, BlockLists = ["bl.example"] };
        return new DoctorReport(DateTimeOffset.UnixEpoch, await new NetworkDoctor(world, new Random(1), TimeProvider.System).ExamineAsync(Ends));
    }

    private static Check Of(DoctorReport report, string id) => Assert.Single(report.Checks, check => check.Id.Equals(id, StringComparison.Ordinal));

    private static Task<Check> KnockAsync(int port, TimeSpan patience, params Door[] hosts) =>
        new PortCheck(port, patience, TimeProvider.System).RunAsync(Us, [.. hosts.Select(host => host.ToHost())], 0, Ends);

    private static int ClosedPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private sealed record Door(string Name, string Address)
    {
        public KnownHost ToHost() => new(Name, [IPAddress.Parse(Address)]);
    }
}
