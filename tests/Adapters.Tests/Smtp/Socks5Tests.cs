using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailVerify.Adapters.Smtp;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Adapters.Tests.Smtp;

/// <summary>Proxies of every behaviour. Whatever one does, it is never the mail server's deed.</summary>
public sealed class Socks5Tests
{
    private const int MailPort = 2_525;

    private static readonly byte[] NoProof = [5, 0];
    private static readonly byte[] Proof = [5, 2];
    private static readonly byte[] Bound = [1, 192, 0, 2, 9, 0x1f, 0x90];
    private static readonly byte[] Granted = [5, 0, 0, .. Bound];
    private static readonly IPAddress Target = IPAddress.Parse("198.51.100.7");

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, LossCause.ProxyFailed)]
    [InlineData(2, LossCause.ProxyFailed)]
    [InlineData(3, LossCause.NoConnect)]
    [InlineData(4, LossCause.NoConnect)]
    [InlineData(5, LossCause.NoConnect)]
    [InlineData(6, LossCause.NoConnect)]
    [InlineData(7, LossCause.ProxyFailed)]
    [InlineData(8, LossCause.ProxyFailed)]
    [InlineData(9, LossCause.ProxyFailed)]
    [InlineData(255, LossCause.ProxyFailed)]
    public async Task Dial_RefusedByTheProxy_IsTheTargetsDeedOnlyWhereItIs(byte reply, LossCause cause)
    {
        await using var whole = Proxy(NoProof, [5, reply, 0, .. Bound]);
        Assert.Equal(new Dialled(null, cause), await DialAsync(whole));

        // Some leave away what nobody needs.
        await using var bare = Proxy(NoProof, [5, reply]);
        Assert.Equal(new Dialled(null, cause), await DialAsync(bare));
    }

    [Theory]
    [InlineData("198.51.100.7", "01C6336407")]
    [InlineData("::ffff:198.51.100.7", "01C6336407")]
    [InlineData("2001:db8::7", "0420010DB8000000000000000000000007")]
    public async Task Dial_Asks_ForTheAddressThatWasJudged(string address, string form)
    {
        var heard = new TaskCompletionSource<string>();
        await using var host = new MailHost(async side =>
        {
            var greeting = await side.HearAsync(3);
            await side.SayAsync(NoProof);
            var request = await side.HearAsync(4 + (form.Length / 2) - 1 + 2);
            heard.SetResult(Convert.ToHexString([.. greeting, .. request]));
            await side.SayAsync(Granted);
        });
        var judged = new List<IPAddress>();
        var dialer = new SocketDialer(MailPort, one =>
        {
            judged.Add(one);
            return true;
        }, TimeProvider.System);

        var dialled = await dialer.DialAsync(IPAddress.Parse(address), EgressOf(host), Ends);

        await using var channel = Assert.IsType<ISmtpChannel>(dialled.Channel, exactMatch: false);
        Assert.Equal($"050100050100{form}09DD", await host.Within(heard.Task));
        Assert.Equal([address.Contains("ffff", StringComparison.Ordinal) ? Target : IPAddress.Parse(address)], judged);

        // The way to the proxy is no address that mail servers know us by.
        Assert.Null(channel.LocalAddress);
    }

    [Fact]
    public async Task Dial_OfAForbiddenAddressOrAnotherFamily_DoesNotReachTheProxy()
    {
        await using var host = Proxy(NoProof, Granted);
        Assert.Equal(Dialled.NoConnect, await new SocketDialer(MailPort, _ => false, TimeProvider.System).DialAsync(Target, EgressOf(host), Ends));
        Assert.Equal(Dialled.NoConnect, await DialAsync(host, EgressOf(host) with { Address = IPAddress.IPv6Loopback }));
        Assert.Equal(0, host.Connections);
    }

    [Fact]
    public async Task Dial_WithAnAddressOfTheProxy_BindsNothing()
    {
        await using var host = Proxy(NoProof, Granted);
        var dialled = await DialAsync(host, EgressOf(host) with { Address = IPAddress.Parse("192.0.2.44") });
        await using var channel = dialled.Channel;
        Assert.NotNull(channel);
    }

    [Theory]
    [InlineData("01C00002091F90")]
    [InlineData("0420010DB80000000000000000000000071F90")]
    [InlineData("030B70726F78792E6C6F63616C1F90")]
    [InlineData("03001F90")]
    public async Task Dial_Connected_LeavesWhatIsTheMailServers(string bound)
    {
        var reply = (byte[])[5, 0, 0, .. Convert.FromHexString(bound)];
        var banner = "220 mx.example ESMTP\r\n"u8.ToArray();

        // At once, and octet by octet.
        foreach (var pieces in (byte[][][])[[[.. reply, .. banner]], [.. reply.Concat(banner).Select(octet => (byte[])[octet])]])
        {
            await using var host = new MailHost(async side =>
            {
                _ = await side.HearAsync(3);
                foreach (var octet in NoProof)
                    await side.SayAsync([octet]);
                _ = await side.HearAsync(10);
                foreach (var piece in pieces)
                    await side.SayAsync(piece);
                _ = await side.HearAsync();
            });
            await using var channel = Assert.IsType<ISmtpChannel>((await DialAsync(host)).Channel, exactMatch: false);
            var heard = new byte[100];
            var length = 0;
            while (length < banner.Length && await channel.ReceiveAsync(heard.AsMemory(length), Ends) is var count and > 0)
                length += count;
            Assert.Equal(banner, heard[..length]);
        }
    }

    [Fact]
    public async Task Dial_WithCredentials_GivesThemWhenAsked()
    {
        var heard = new TaskCompletionSource<string>();
        await using var host = new MailHost(async side =>
        {
            var greeting = await side.HearAsync(4);
            await side.SayAsync(Proof);
            var proof = await side.HearAsync(1 + 1 + 6 + 1 + 7);
            await side.SayAsync([1, 0]);
            _ = await side.HearAsync(10);
            heard.SetResult($"{Convert.ToHexString(greeting)} {Encoding.UTF8.GetString(proof)}");
            await side.SayAsync(Granted);
        });
        await using var channel = (await DialAsync(host, EgressOf(host, "verify:p%40ss%C3%A9w@"))).Channel;
        Assert.NotNull(channel);
        Assert.Equal("05020002 \u0001\u0006verify\u0007p@ss\u00e9w", await host.Within(heard.Task));
    }

    [Theory]
    [InlineData("user:password@", "0502", "0100", null)]
    [InlineData("user:password@", "0502", "0500", null)]
    [InlineData("user:password@", "0500", "", null)]
    [InlineData("user:password@", "0502", "0101", SocksEnding.NotAuthenticated)]
    [InlineData("user:password@", "0502", "01FF", SocksEnding.NotAuthenticated)]
    [InlineData("user:password@", "0502", "0200", SocksEnding.Nonsense)]
    [InlineData("user:password@", "0502", "01", SocksEnding.Cut)]
    [InlineData("user:password@", "05FF", "", SocksEnding.NoMethod)]
    [InlineData("user:password@", "0501", "", SocksEnding.Nonsense)]
    [InlineData("", "0502", "", SocksEnding.NoMethod)]
    [InlineData("", "05FF", "", SocksEnding.NoMethod)]
    [InlineData("", "0580", "", SocksEnding.Nonsense)]
    [InlineData("", "0400", "", SocksEnding.Nonsense)]
    [InlineData("", "4854", "", SocksEnding.Nonsense)]
    [InlineData("", "05", "", SocksEnding.Cut)]
    [InlineData("", "", "", SocksEnding.Cut)]
    public async Task Connect_ByAnyProofOrNone_TellsWhatFailed(string credentials, string choice, string verdict, object? ending)
    {
        await using var host = new MailHost(async side =>
        {
            _ = await side.HearAsync(credentials.Length > 0 ? 4 : 3);
            await side.SayAsync(Convert.FromHexString(choice));
            if (choice is "0502" && credentials.Length > 0)
            {
                _ = await side.HearAsync(15);
                await side.SayAsync(Convert.FromHexString(verdict));
            }

            if (ending is null)
            {
                _ = await side.HearAsync(10);
                await side.SayAsync(Granted);
            }
        });
        var egress = EgressOf(host, credentials);
        Assert.Equal(ending ?? SocksEnding.Connected, await EndingAsync(egress));
        if (ending is not null)
            Assert.Equal(Dialled.ProxyFailed, await DialAsync(host, egress));
    }

    [Theory]
    [InlineData("", SocksEnding.Cut)]
    [InlineData("05", SocksEnding.Cut)]
    [InlineData("0500", SocksEnding.Cut)]
    [InlineData("050000", SocksEnding.Cut)]
    [InlineData("05000001C0", SocksEnding.Cut)]
    [InlineData("05000003FF", SocksEnding.Cut)]
    [InlineData("0400", SocksEnding.Nonsense)]
    [InlineData("05000002", SocksEnding.Nonsense)]
    [InlineData("050000FF", SocksEnding.Nonsense)]
    [InlineData("3232", SocksEnding.Nonsense)]
    public async Task Connect_ByABrokenReply_IsTheProxysFailure(string reply, object ending)
    {
        await using var host = Proxy(NoProof, Convert.FromHexString(reply));
        Assert.Equal(ending, await EndingAsync(EgressOf(host)));
        Assert.Equal(Dialled.ProxyFailed, await DialAsync(host));
    }

    [Fact]
    public async Task Connect_ByAProxyThatResetsAfterTheRequest_IsTheProxysFailure()
    {
        await using var host = new MailHost(async side =>
        {
            _ = await side.HearAsync(3);
            await side.SayAsync(NoProof);
            _ = await side.HearAsync(10);
            side.Reset();
        });
        Assert.Equal(SocksEnding.Cut, await EndingAsync(EgressOf(host)));
    }

    [Theory]
    [InlineData(0, SocksEnding.Silent)]
    [InlineData(1, SocksEnding.TimedOut)]
    [InlineData(2, SocksEnding.TimedOut)]
    public async Task Connect_ByASilentProxy_EndsInTimeAsWhatWasWaitedFor(int answers, object ending)
    {
        await using var host = new MailHost(async side =>
        {
            _ = await side.HearAsync(3);
            if (answers > 0)
                await side.SayAsync(NoProof);
            _ = await side.HearAsync(10);
            if (answers > 1)
                await side.SayAsync([5]);
            _ = await side.HearAsync();
        });
        using var alarm = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.Equal(ending, (await Socks5.ConnectAsync(EgressOf(host).Socks5!, new IPEndPoint(Target, MailPort), alarm.Token)).Ending);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task Connect_ToNoProxy_IsUnreachable(string host)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        Assert.Equal(SocksEnding.Unreachable, await EndingAsync(EgressAt($"{host}:{port}")));
        Assert.Equal(Dialled.ProxyFailed, await new SocketDialer(MailPort, _ => true, TimeProvider.System).DialAsync(Target, EgressAt($"{host}:{port}"), Ends));
    }

    [Fact]
    public async Task Connect_ByAName_LetsTheSystemResolveIt()
    {
        await using var host = Proxy(NoProof, Granted);
        Assert.Equal(SocksEnding.Connected, await EndingAsync(EgressAt(FormattableString.Invariant($"localhost:{host.Port}"))));
    }

    [Fact]
    public async Task Session_ThroughAProxy_SpeaksTlsOverTheSameConnection()
    {
        using var certificate = Certificates.SelfSigned();
        await using var host = new MailHost(async side =>
        {
            _ = await side.HearAsync(3);
            await side.SayAsync(NoProof);
            _ = await side.HearAsync(10);
            await side.SayAsync([.. Granted, .. "220 mx.example ESMTP\r\n"u8]);
            _ = await side.HearAsync();
            await side.SayAsync("250-mx.example\n250 STARTTLS");
            _ = await side.HearAsync();
            await side.SayAsync("220 go on");
            await side.SecureAsync(certificate);
            _ = await side.AnswerAsync("250 mx.example", "221 bye");
        });
        var opening = Assert.IsType<SessionOpening.Ready>(await OpenAsync(host, new ProbeTimeouts()));
        Assert.Equal(Target, opening.Session.Address);
        await opening.Session.QuitAsync();
    }

    [Fact]
    public async Task Session_ThroughADeadProxy_SaysSoAndNothingOfTheHost()
    {
        await using var host = new MailHost(side => side.HearAsync());
        var lost = Assert.IsType<ProbeOutcome.Lost>(Assert.IsType<SessionOpening.Failed>(await OpenAsync(host, new ProbeTimeouts { Connect = TimeSpan.FromMilliseconds(200) })).Outcome);
        Assert.Equal((LossCause.ProxyFailed, SmtpStage.Connect, null, null), (lost.Cause, lost.Trace.Stage, lost.Trace.Exchanger, lost.Trace.Address));
    }

    private static ValueTask<SessionOpening> OpenAsync(MailHost host, ProbeTimeouts timeouts) =>
        new SessionOpener(new SocketDialer(MailPort, _ => true, TimeProvider.System), _ => new ReplyFinding(ReplyMeaning.Other, "fake"), TimeProvider.System).OpenAsync(
            [new Exchanger("mx.example", 10, [Target])], new SessionSetup(EgressOf(host), new ProviderPolicy { Name = "test" }, TlsMode.Required, timeouts), Ends);

    private static MailHost Proxy(byte[] choice, byte[] reply) => new(async side =>
    {
        _ = await side.HearAsync(3);
        await side.SayAsync(choice);
        _ = await side.HearAsync(10);
        await side.SayAsync(reply);
    });

    private static Egress EgressOf(MailHost host, string credentials = "") => EgressAt(FormattableString.Invariant($"{credentials}127.0.0.1:{host.Port}"));

    private static Egress EgressAt(string place) => new("eg-1", null, "probe.example", "verify@probe.example") { Socks5 = Socks5Proxy.TryParse("socks5://" + place, out var proxy) ? proxy : throw new FormatException(place) };

    private static ValueTask<Dialled> DialAsync(MailHost host, Egress? egress = null) => new SocketDialer(MailPort, _ => true, TimeProvider.System).DialAsync(Target, egress ?? EgressOf(host), Ends);

    private static async Task<SocksEnding> EndingAsync(Egress egress)
    {
        var (socket, ending) = await Socks5.ConnectAsync(egress.Socks5!, new IPEndPoint(Target, MailPort), Ends);
        socket?.Dispose();
        return ending;
    }
}
