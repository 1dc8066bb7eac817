using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Sandbox.Tests.Dns;

public sealed class DnsServerTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private SandboxInternet Sandbox => fixture.Sandbox;

    [Fact]
    public async Task Mx_DomainWithFiveExchangers_NamesAllWithTheirPreferences()
    {
        var reply = await DnsTestClient.UdpAsync(Sandbox, "gmail.com", DnsTestClient.Mx);

        Assert.Equal((0x1234, 0, false), (reply.Id, reply.Code, reply.Truncated));
        Assert.Equal(
            "10 alt1, 20 alt2, 30 alt3, 40 alt4, 5 gmail-smtp-in",
            string.Join(", ", reply.Exchangers.Select(exchanger => exchanger.Split('.')[0]).Order(StringComparer.Ordinal)));
        Assert.All(reply.Answers, record => Assert.Equal(("gmail.com", 300), (record.Owner, record.Ttl)));
    }

    [Fact]
    public async Task Name_InAnyCase_IsFound() =>
        Assert.Equal(3, (await DnsTestClient.UdpAsync(Sandbox, "YaHoo.COM", DnsTestClient.Mx)).Exchangers.Count());

    [Fact]
    public async Task Address_OfAHost_IsItsOwnAndInTheNetwork()
    {
        var reply = await DnsTestClient.UdpAsync(Sandbox, "mx01.mail.icloud.com", DnsTestClient.A);

        Assert.Equal([Sandbox.AddressOf("mx01.mail.icloud.com")!], reply.Addresses);
        Assert.True(Sandbox.Network.Contains(reply.Addresses.Single()));
    }

    [Fact]
    public async Task Aaaa_OfAHostThatHasOne_IsAnswered() =>
        Assert.Equal("2001:db8:100::1a", (await DnsTestClient.UdpAsync(Sandbox, "gmail-smtp-in.l.google.com", DnsTestClient.Aaaa)).Answers.Single().Value);

    [Theory]
    [InlineData("no-mail-host.test", DnsTestClient.Mx, 0, "no-mail-host.test", "30")]
    [InlineData("no-mail-host.test", DnsTestClient.A, 0, "no-mail-host.test", "30")]
    [InlineData("implicit-mx.test", DnsTestClient.Mx, 0, "implicit-mx.test", "60")]
    [InlineData("nxdomain.test", DnsTestClient.Mx, 3, "nxdomain.test", "45")]
    [InlineData("below.nxdomain.test", DnsTestClient.A, 3, "nxdomain.test", "45")]
    [InlineData("nosuchhost.postfix.test", DnsTestClient.Mx, 3, "postfix.test", "60")]
    public async Task NegativeAnswer_CarriesTheSoaWithItsMinimum(string name, int type, int code, string zone, string minimum)
    {
        var reply = await DnsTestClient.UdpAsync(Sandbox, name, type);

        Assert.Equal(code, reply.Code);
        Assert.Empty(reply.Answers);
        Assert.Equal((zone, minimum), (reply.Authorities.Single().Owner, reply.Authorities.Single().Value));
    }

    [Theory]
    [InlineData("servfail.test", DnsTestClient.Mx, 2)]
    [InlineData("servfail.test", DnsTestClient.A, 2)]
    [InlineData("servfail-mx.test", DnsTestClient.Mx, 2)]
    [InlineData("dns-refused.test", DnsTestClient.Mx, 5)]
    [InlineData("somewhere-else.example", DnsTestClient.Mx, 2)]
    [InlineData("alias-circle.test", DnsTestClient.Mx, 2)]
    public async Task Failure_SaysItsCode(string name, int type, int code)
    {
        var reply = await DnsTestClient.UdpAsync(Sandbox, name, type);

        Assert.Equal(code, reply.Code);
        Assert.Empty(reply.Authorities);
    }

    [Fact]
    public async Task Failure_ForMxOnly_LeavesTheAddress() =>
        Assert.Single((await DnsTestClient.UdpAsync(Sandbox, "servfail-mx.test", DnsTestClient.A)).Addresses);

    [Fact]
    public async Task Silence_AnswersNothing_AndTheNextQuestionAllTheSame()
    {
        using var socket = new UdpClient();
        socket.Connect(Sandbox.Dns);
        await socket.SendAsync(DnsTestClient.Query("dns-silence.test", DnsTestClient.Mx, id: 1), TestContext.Current.CancellationToken);
        await socket.SendAsync(new byte[] { 1, 2, 3 }, TestContext.Current.CancellationToken);
        await socket.SendAsync(DnsTestClient.Query("postfix.test", DnsTestClient.Mx, id: 2), TestContext.Current.CancellationToken);

        var first = DnsReply.Read((await socket.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer);

        Assert.Equal((2, "10 mx.postfix.test"), (first.Id, first.Exchangers.Single()));
    }

    [Theory]
    [InlineData("dns-truncated.test", 1, null)]
    [InlineData("dns-truncated.test", 1, 4_096)]
    [InlineData("dns-large.test", 17, null)]
    [InlineData("dns-large.test", 17, 4_096)]
    public async Task TruncatedAnswer_IsWholeOverTcp(string name, int count, int? ednsSize)
    {
        var udp = await DnsTestClient.UdpAsync(Sandbox, name, DnsTestClient.Mx, ednsSize);
        var tcp = await DnsTestClient.TcpAsync(Sandbox, name, DnsTestClient.Mx);

        Assert.Equal((true, 0, ednsSize is null ? 0 : 1), (udp.Truncated, udp.Answers.Count, udp.Additional));
        Assert.Equal((false, count), (tcp.Truncated, tcp.Exchangers.Count()));
    }

    [Fact]
    public async Task Alias_IsFollowedToItsEnd()
    {
        var reply = await DnsTestClient.UdpAsync(Sandbox, "domain-alias.test", DnsTestClient.Mx);

        Assert.Equal(
            [("domain-alias.test", "alias-middle.test"), ("alias-middle.test", "alias-end.test"), ("alias-end.test", "10 mx.alias-end.test")],
            reply.Answers.Select(record => (record.Owner, record.Value)));
    }

    [Fact]
    public async Task Alias_AskedForItself_IsNotFollowed() =>
        Assert.Equal("alias-middle.test", Assert.Single((await DnsTestClient.UdpAsync(Sandbox, "domain-alias.test", DnsTestClient.Cname)).Answers).Value);

    [Fact]
    public async Task NullMx_IsTheRootAtPreferenceZero() =>
        Assert.Equal("0 ", Assert.Single((await DnsTestClient.UdpAsync(Sandbox, "null-mx.test", DnsTestClient.Mx)).Exchangers));

    [Theory]
    [InlineData("sandbox.test", DnsTestClient.Txt, "v=spf1 ip4:127.0.0.1 -all")]
    [InlineData("sandbox.test", DnsTestClient.Mx, "10 mx.sandbox.test")]
    [InlineData("1.0.0.127.in-addr.arpa", DnsTestClient.Ptr, "probe.sandbox.test")]
    [InlineData("probe.sandbox.test", DnsTestClient.A, "127.0.0.1")]
    [InlineData("2.0.0.127.bl.sandbox.test", DnsTestClient.A, "127.0.0.2")]
    public async Task Sandbox_AnswersForItself(string name, int type, string value) =>
        Assert.Equal(value, Assert.Single((await DnsTestClient.UdpAsync(Sandbox, name, type)).Answers).Value);

    [Theory]
    [InlineData("1.0.0.127.bl.sandbox.test")]
    [InlineData("nobody-has-this.sandbox.test")]
    public async Task Sandbox_OfWhatItHasNot_SaysSo(string name) => Assert.Equal(3, (await DnsTestClient.UdpAsync(Sandbox, name, DnsTestClient.A)).Code);

    [Fact]
    public async Task LoadDomain_HasAnExchangerOfItsOwnOnASharedAddress()
    {
        Assert.Equal("10 mx.load17.test", Assert.Single((await DnsTestClient.UdpAsync(Sandbox, "d17.load.test", DnsTestClient.Mx)).Exchangers));
        var one = (await DnsTestClient.UdpAsync(Sandbox, "mx.load17.test", DnsTestClient.A)).Addresses.Single();
        var other = (await DnsTestClient.UdpAsync(Sandbox, "mx.load267.test", DnsTestClient.A)).Addresses.Single();

        Assert.Equal(one, other);
        Assert.True(Sandbox.Network.Contains(one));
        Assert.Equal(2, (await DnsTestClient.UdpAsync(Sandbox, "d5001.load.test", DnsTestClient.Mx)).Code);
        Assert.Equal(2, (await DnsTestClient.UdpAsync(Sandbox, "d017.load.test", DnsTestClient.Mx)).Code);
    }

    [Theory]
    [InlineData(new byte[] { 0, 9, 0x28, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1 }, 4)]
    [InlineData(new byte[] { 0, 9, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1 }, 1)]
    [InlineData(new byte[] { 0, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63, 65, 65 }, 1)]
    public async Task BadQuery_IsToldSo(byte[] query, int code)
    {
        using var socket = new UdpClient();
        socket.Connect(Sandbox.Dns);
        await socket.SendAsync(query, TestContext.Current.CancellationToken);

        var reply = DnsReply.Read((await socket.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer);

        Assert.Equal((9, code), (reply.Id, reply.Code));
    }

    [Fact]
    public async Task Delay_HoldsTheAnswerBack()
    {
        var clock = new FakeTimeProvider();
        await using var slow = await SandboxFixture.StartAsync(new SandboxOptions { DnsDelay = TimeSpan.FromSeconds(3), Load = null }, clock);
        using var socket = new UdpClient();
        socket.Connect(slow.Dns);
        await socket.SendAsync(DnsTestClient.Query("postfix.test", DnsTestClient.Mx), TestContext.Current.CancellationToken);
        var answer = socket.ReceiveAsync(TestContext.Current.CancellationToken).AsTask();
        while (slow.Counters.Snapshot().DnsQueries == 0)
            await Task.Yield();
        for (var sessions = 0; sessions < 10; sessions++)
        {
            using var meanwhile = await SmtpTestClient.GreetedAsync(slow, "mx.postfix.test");
            await meanwhile.QuitAsync();
        }

        var early = answer.IsCompleted;
        while (!answer.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.False(early);
        Assert.Equal(0, DnsReply.Read((await answer).Buffer).Code);
    }
}
