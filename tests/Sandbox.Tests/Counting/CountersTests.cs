using EmailVerify.Sandbox.Counting;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Sandbox.Tests.Counting;

public sealed class CountersTests
{
    private static Task<SandboxInternet> StartAsync() => SandboxFixture.StartAsync(new SandboxOptions { Load = null });

    [Fact]
    public async Task Session_IsCountedAtItsHostItsProviderAndInTotal()
    {
        await using var sandbox = await StartAsync();
        using var client = await SmtpTestClient.GreetedAsync(sandbox, "gmail-smtp-in.l.google.com");
        using var other = await SmtpTestClient.GreetedAsync(sandbox, "aspmx.l.google.com");
        await client.StartTlsAsync();
        await client.AskAsync("EHLO probe.sender.test");
        await client.RcptAsync("ada.lovelace@gmail.com");
        await client.AskAsync("RCPT TO:<decoy@gmail.com>");
        await client.QuitAsync();
        await other.QuitAsync();

        var counts = sandbox.Counters.Snapshot();

        Assert.Equal(new CounterSnapshot(2, 0, 2, 2, 1, 2, 2, 0, 0, 0, 0, 1), counts.Providers["google"] with { MaxRecipientsInSecond = 2 });
        Assert.Equal(1, counts.Hosts["aspmx.l.google.com"].Sessions);
        Assert.Equal(counts.Providers["google"], counts.Total);
        Assert.Equal("aspmx.l.google.com gmail-smtp-in.l.google.com", string.Join(' ', counts.Hosts.Keys));
    }

    [Fact]
    public async Task Pair_OfPipelinedRecipients_IsCounted()
    {
        await using var sandbox = await StartAsync();
        using var client = await SmtpTestClient.GreetedAsync(sandbox, "mx.postfix.test");
        await client.SendAsync("MAIL FROM:<a@b.test>\r\nRCPT TO:<ada@postfix.test>\r\nRCPT TO:<x@postfix.test>\r\n");
        await client.ReadAsync();
        await client.ReadAsync();
        await client.ReadAsync();
        await client.AskAsync("RCPT TO:<y@postfix.test>");

        Assert.Equal((3, 1), (sandbox.Counters.Snapshot().Total.Recipients, sandbox.Counters.Snapshot().Total.PipelinedRecipientPairs));
    }

    [Fact]
    public async Task MissingQuit_IsCountedOnlyWhereTheHostHadNotCut()
    {
        await using var sandbox = await StartAsync();
        using (var rude = await SmtpTestClient.GreetedAsync(sandbox, "mx.postfix.test"))
            await rude.LeaveAsync();
        using (var cut = await SmtpTestClient.GreetedAsync(sandbox, "mx.cut-at-rcpt.test"))
            Assert.Equal("", await cut.RcptAsync("ada@cut-at-rcpt.test"));
        using (var silent = await SmtpTestClient.ConnectAsync(SandboxFixture.At(sandbox, "mx.silence.test")))
            await silent.LeaveAsync();
        using (var hung = await SmtpTestClient.GreetedAsync(sandbox, "mx.hang-at-rcpt.test"))
        {
            await hung.SendAsync("MAIL FROM:<>\r\nRCPT TO:<ada@hang-at-rcpt.test>\r\n");
            await hung.ReadAsync();
            await hung.QuitAsync();
        }

        var counts = sandbox.Counters.Snapshot();

        Assert.Equal((1, 1), (counts.Total.MissingQuits, counts.Hosts["mx.postfix.test"].MissingQuits));
    }

    [Fact]
    public async Task Quit_BeforeASlowAnswer_IsHeardAlthoughTheClientHasClosed()
    {
        var clock = new FakeTimeProvider();
        await using var sandbox = await SandboxFixture.StartAsync(
            new SandboxOptions { Load = null, Tarpit = TimeSpan.FromSeconds(1), IdleTimeout = TimeSpan.FromDays(1) }, clock);
        using (var client = await SmtpTestClient.GreetedAsync(sandbox, "mail.exchange-onprem.test"))
        {
            await client.SendAsync("MAIL FROM:<>\r\nRCPT TO:<nobody@exchange-onprem.test>\r\n");
            while (sandbox.Counters.Snapshot().Total.Recipients == 0)
                await Task.Yield();
            await client.SendAsync("QUIT\r\n");
        }

        while (sandbox.Counters.Snapshot().Total.OpenSessions > 0)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(0, sandbox.Counters.Snapshot().Total.MissingQuits);
    }

    [Fact]
    public async Task ForbiddenCommands_AreCounted()
    {
        await using var sandbox = await StartAsync();
        using var client = await SmtpTestClient.GreetedAsync(sandbox, "mx.postfix.test");
        foreach (var command in (string[])["DATA", "BDAT 10 LAST", "VRFY ada", "EXPN list"])
            Assert.StartsWith("5", await client.AskAsync(command), StringComparison.Ordinal);

        Assert.Equal(4, sandbox.Counters.Snapshot().Total.ForbiddenCommands);
    }

    [Fact]
    public async Task TalkBeforeTheBannerEnds_IsCountedAndPunishedWhereTheHostMinds()
    {
        await using var sandbox = await StartAsync();
        using var hasty = await SmtpTestClient.ConnectAsync(SandboxFixture.At(sandbox, "mx.greet-delay.test"));
        await hasty.SendAsync("EHLO hasty.sender.test\r\n");
        using var patient = await SmtpTestClient.GreetedAsync(sandbox, "mx.greet-delay.test");

        Assert.EndsWith("554 5.5.1 Protocol error: you talked before the greeting had ended\r\n", await hasty.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250", await patient.RcptAsync("ada@greet-delay.test"), StringComparison.Ordinal);
        Assert.Equal((1, 2), (sandbox.Counters.Snapshot().Total.EarlyTalkers, sandbox.Counters.Snapshot().Total.Sessions));
    }

    [Fact]
    public async Task DnsQueries_AreCounted_AndResetForgetsAllButWhatIsOpen()
    {
        await using var sandbox = await StartAsync();
        using var client = await SmtpTestClient.GreetedAsync(sandbox, "mx.postfix.test");
        await client.RcptAsync("nobody@postfix.test");
        await DnsTestClient.UdpAsync(sandbox, "postfix.test", DnsTestClient.Mx);
        await DnsTestClient.TcpAsync(sandbox, "postfix.test", DnsTestClient.Mx);
        Assert.Equal(2, sandbox.Counters.Snapshot().DnsQueries);

        sandbox.Counters.Reset();

        var counts = sandbox.Counters.Snapshot();
        Assert.Equal((0, new CounterSnapshot(0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)), (counts.DnsQueries, counts.Total));
    }
}
