using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Sandbox.Tests.Smtp;

/// <summary>Hosts that cut, fall silent, never end or speak oddly.</summary>
public sealed class OddityTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private SandboxInternet Sandbox => fixture.Sandbox;

    [Theory]
    [InlineData("mx.goes-down.test", "220 mx.goes-down.test ESMTP\r\n421 4.3.2 mx.goes-down.test is shutting down now\r\n")]
    [InlineData("mx1.first-out.test", "421 4.3.2 mx1.first-out.test is down for maintenance, closing\r\n")]
    [InlineData("mx.cut.test", "")]
    public async Task Host_ThatCutsAtConnect_SaysThisMuch(string host, string said)
    {
        using var client = await SmtpTestClient.ConnectAsync(SandboxFixture.At(Sandbox, host));

        Assert.Equal(said, await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData("mx.cut-mid-line.test", "550 5.1.1 There is no")]
    [InlineData("mx.cut-at-rcpt.test", "")]
    [InlineData("mx.cut-after-refusal.test", "550 5.1.1 x@cut-after-refusal.test: no such user, goodbye\r\n")]
    [InlineData("mx.goes-down-after.test", "550 5.1.1 x@goes-down-after.test: no such user\r\n421 4.3.2 mx.goes-down-after.test is shutting down now\r\n")]
    public async Task Host_ThatCutsAtRcpt_SaysThisMuch(string host, string said)
    {
        using var client = await SmtpTestClient.GreetedAsync(Sandbox, host);
        await client.AskAsync("MAIL FROM:<a@b.test>");
        await client.SendAsync($"RCPT TO:<x@{host["mx.".Length..]}>\r\n");

        Assert.Equal(said, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Reset_IsSeenAsOne() =>
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var client = await SmtpTestClient.ConnectAsync(SandboxFixture.At(Sandbox, "mx.reset.test"));
            await client.ReadOctetsAsync(1);
        });

    [Theory]
    [InlineData("mx.endless-banner.test", "220-One moment")]
    [InlineData("mx.endless-line.test", "220 xxxxxx")]
    public async Task Endless_SendsMoreThanAnyBound(string host, string beginning)
    {
        using var client = await SmtpTestClient.ConnectAsync(SandboxFixture.At(Sandbox, host));

        var sent = await client.ReadOctetsAsync(1 << 20);

        Assert.Equal(1 << 20, sent.Length);
        Assert.StartsWith(beginning, Encoding.ASCII.GetString(sent, 0, 40), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drip_SendsAnOctetASecond()
    {
        var clock = new FakeTimeProvider();
        await using var sandbox = await SandboxFixture.StartAsync(new SandboxOptions { Load = null, IdleTimeout = TimeSpan.FromDays(1) }, clock);
        using var client = await SmtpTestClient.ConnectAsync(
            SandboxFixture.At(sandbox, "a-host-with-a-long-name-so-that-it-takes-a-while.mx.drip.test"));
        var first = await client.ReadOctetsAsync(1);
        var started = clock.GetUtcNow();
        var further = client.ReadOctetsAsync(3);
        while (!further.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        Assert.Equal("220 ", Encoding.ASCII.GetString([.. first, .. await further]));
        Assert.True(clock.GetUtcNow() - started >= TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("mx.garbage.test")]
    [InlineData("mx.other-protocol.test")]
    public async Task OtherThanSmtp_HasNoReplyCode(string host)
    {
        using var client = await SmtpTestClient.ConnectAsync(SandboxFixture.At(Sandbox, host));

        Assert.Contains(await client.ReadOctetsAsync(3), octet => octet is < (byte)'0' or > (byte)'9');
    }

    [Theory]
    [InlineData("mx.silence.test", false)]
    [InlineData("mx.hang-at-rcpt.test", true)]
    public async Task Silence_LastsUntilTheClientLeaves(string host, bool isAtRcpt)
    {
        using var client = await SmtpTestClient.ConnectAsync(SandboxFixture.At(Sandbox, host));
        if (isAtRcpt)
        {
            await client.ReadAsync();
            await client.AskAsync("EHLO probe.sender.test");
            await client.AskAsync("MAIL FROM:<a@b.test>");
            await client.SendAsync("RCPT TO:<ada@hang-at-rcpt.test>\r\nNOOP\r\nDATA\r\n");
        }

        await client.SendAsync("NOOP\r\nQUIT\r\n");
        if (!isAtRcpt)
            await client.LeaveAsync();

        Assert.Equal("", await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData("mx.no-text.test", "550\r\n")]
    [InlineData("mx.bare-lf.test", "550 5.1.1 <x@bare-lf.test>: Recipient address rejected: nobody goes by this name here\n")]
    [InlineData("mx.nul.test", "550 5.1.1 User\0 unknown \u001b[31m<b>really</b>\r\n")]
    [InlineData("mx.eight-bit.test", "550 5.1.1 Empfänger unbekannt, bitte Schreibweise prüfen (große Bühne für Ä, Ö, Ü)\r\n")]
    public async Task Oddity_IsOnTheWireAsWritten(string host, string octets)
    {
        using var client = await SmtpTestClient.GreetedAsync(Sandbox, host);
        await client.AskAsync("MAIL FROM:<a@b.test>");
        await client.SendAsync($"RCPT TO:<x@{host["mx.".Length..]}>\r\n");

        Assert.Equal(octets, Encoding.Latin1.GetString(await client.ReadOctetsAsync(octets.Length)));
    }

    [Fact]
    public async Task DeadExchanger_RefusesConnections()
    {
        var refused = await Assert.ThrowsAsync<SocketException>(() => SmtpTestClient.ConnectAsync(SandboxFixture.At(Sandbox, "mx1.first-dead.test")));

        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }
}
