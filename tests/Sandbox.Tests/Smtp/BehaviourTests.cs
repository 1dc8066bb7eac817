using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Sandbox.Tests.Smtp;

public sealed class BehaviourTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private SandboxInternet Sandbox => fixture.Sandbox;

    [Fact]
    public async Task Ehlo_AfterTls_NoLongerOffersStarttls()
    {
        using var client = await SmtpTestClient.ConnectAsync(SandboxFixture.At(Sandbox, "mx.postfix.test"));
        await client.ReadAsync();

        var before = await client.AskAsync("EHLO probe.sender.test");
        await client.StartTlsAsync();
        var early = await client.AskAsync("MAIL FROM:<a@b.test>");
        var after = await client.AskAsync("EHLO probe.sender.test");

        Assert.Contains("STARTTLS", before, StringComparison.Ordinal);
        Assert.StartsWith("503", early, StringComparison.Ordinal);
        Assert.DoesNotContain("STARTTLS", after, StringComparison.Ordinal);
        Assert.StartsWith("502", await client.AskAsync("STARTTLS"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MAIL FROM:<a@b.test>\r\nMAIL FROM:<a@b.test>\r\n", "250", "503")]
    [InlineData("RCPT TO:<ada@postfix.test>\r\nNOOP\r\n", "503", "250")]
    [InlineData("MAIL FROM:a@b.test\r\nmail from:<>\r\n", "501", "250")]
    [InlineData("MAIL FROM:<>\r\nRCPT TO:<>\r\n", "250", "501")]
    [InlineData("MAIL FROM:<>\r\nRCPT TO:<\"odd>\\\"local\"@postfix.test>\r\n", "250", "550")]
    [InlineData("MAIL FROM:<>\r\nRCPT TO:<käthe@postfix.test>\r\n", "250", "553")]
    [InlineData("MAIL FROM:<> BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<käthe@postfix.test>\r\n", "250", "250")]
    [InlineData("MAIL FROM:<>\r\nRCPT TO:<ada@elsewhere.test>\r\n", "250", "454")]
    [InlineData("FOO\r\nHELO\r\n", "500", "501")]
    [InlineData("MAIL FROM:<>\r\nRSET\r\n", "250", "250")]
    [InlineData("DATA\r\nVRFY ada\r\n", "554", "502")]
    public async Task Commands_AreAnsweredInOrder(string group, string first, string second)
    {
        using var client = await SmtpTestClient.GreetedAsync(Sandbox, "mx.postfix.test");
        await client.SendAsync(group);

        Assert.StartsWith(first, await client.ReadAsync(), StringComparison.Ordinal);
        Assert.StartsWith(second, await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mailbox_WithLaterReplies_IsAnsweredInTurn()
    {
        using var client = await SmtpTestClient.GreetedAsync(Sandbox, "mx.at-random.test");
        await client.AskAsync("MAIL FROM:<a@b.test>");
        var said = new List<string>();
        for (var time = 0; time < 4; time++)
            said.Add((await client.AskAsync("RCPT TO:<bea@at-random.test>"))[..3]);

        Assert.Equal(["451", "550", "250", "250"], said);
    }

    [Fact]
    public async Task AcceptsAfter_SoManyRefusals_EverybodyIsWelcome()
    {
        using var client = await SmtpTestClient.GreetedAsync(Sandbox, "mx.after-errors.test");
        await client.AskAsync("MAIL FROM:<a@b.test>");
        var said = new List<string>();
        for (var guess = 1; guess <= 5; guess++)
            said.Add((await client.AskAsync($"RCPT TO:<guess{guess}@after-errors.test>"))[..3]);

        Assert.Equal(["550", "550", "550", "250", "250"], said);
    }

    [Fact]
    public async Task Sleeps_SoManyConnections_AreCutBeforeItWakes()
    {
        var greetings = new List<string>();
        for (var time = 0; time < 3; time++)
        {
            using var client = await SmtpTestClient.ConnectAsync(SandboxFixture.At(Sandbox, "mx1.until-awake.test"));
            greetings.Add(await client.ReadAsync());
        }

        Assert.Equal(["", ""], greetings[..2]);
        Assert.StartsWith("220", greetings[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_OfFiveThousandOctets_EndsTheSession()
    {
        using var client = await SmtpTestClient.GreetedAsync(Sandbox, "mx.postfix.test");
        await client.SendAsync(new string('x', 5_000));

        Assert.StartsWith("500 5.5.2", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TlsDemanded_InClearText_RefusesMail()
    {
        using var client = await SmtpTestClient.GreetedAsync(Sandbox, "mx.tls-demanded.test");

        Assert.StartsWith("530 5.7.0", await client.AskAsync("MAIL FROM:<a@b.test>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TlsInjected_SlipsRepliesBehindThe220()
    {
        using var client = await SmtpTestClient.GreetedAsync(Sandbox, "mx.tls-injected.test");
        await client.SendAsync("STARTTLS\r\n");
        await client.ReadAsync();

        Assert.StartsWith("250-injected.example\r\n250 PIPELINING\r\n250 2.1.0", Encoding.ASCII.GetString(await client.ReadOctetsAsync(60)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mx.tls-garbage.test", "This is not")]
    [InlineData("mx.tls-cut.test", "")]
    public async Task TlsBroken_EndsAfterThe220(string host, string said)
    {
        using var client = await SmtpTestClient.GreetedAsync(Sandbox, host);

        await client.SendAsync("STARTTLS\r\n");
        Assert.StartsWith("220", await client.ReadAsync(), StringComparison.Ordinal);
        Assert.StartsWith(said, await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TlsOff_OffersNone()
    {
        await using var clear = await SandboxFixture.StartAsync(new SandboxOptions { Tls = false, Load = null });
        using var client = await SmtpTestClient.ConnectAsync(SandboxFixture.At(clear, "mx.postfix.test"));
        await client.ReadAsync();

        Assert.DoesNotContain("STARTTLS", await client.AskAsync("EHLO probe.sender.test"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mx.blocked-mail.test", "550 5.7.1 Mail from [127.0.0.1]")]
    [InlineData("mx.blocked-rcpt.test", "550 5.7.1 Service unavailable; client host [127.0.0.1]")]
    [InlineData("mx-aol.mail.gm0.yahoodns.net", "421 4.7.0 [TSS04]")]
    [InlineData("mx.rate-limit-forever.test", "450 4.7.1")]
    [InlineData("mx1.relay-all.test", "550 5.7.1 <ada@")]
    public async Task Refusal_ComesAtItsStage(string host, string said)
    {
        using var client = await SmtpTestClient.GreetedAsync(Sandbox, host);

        Assert.StartsWith(said, await client.RcptAsync($"ada@{host}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BlockedAtConnect_AnswersQuitOnly()
    {
        using var client = await SmtpTestClient.ConnectAsync(SandboxFixture.At(Sandbox, "mx.blocked-connect.test"));

        Assert.StartsWith("554 5.7.1", await client.ReadAsync(), StringComparison.Ordinal);
        Assert.StartsWith("503", await client.AskAsync("EHLO probe.sender.test"), StringComparison.Ordinal);
        Assert.StartsWith("221", await client.QuitAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FqdnDemanded_NameWithoutADot_IsRefused()
    {
        using var client = await SmtpTestClient.ConnectAsync(SandboxFixture.At(Sandbox, "mx.fqdn.test"));
        await client.ReadAsync();

        Assert.StartsWith("504 5.5.2 <laptop>", await client.AskAsync("EHLO laptop"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.AskAsync("EHLO laptop.sender.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoEhlo_TakesHelo()
    {
        using var client = await SmtpTestClient.ConnectAsync(SandboxFixture.At(Sandbox, "mx.no-ehlo.test"));
        await client.ReadAsync();

        Assert.StartsWith("502", await client.AskAsync("EHLO probe.sender.test"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.AskAsync("HELO probe.sender.test"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.RcptAsync("ada@no-ehlo.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Greylist_SameThreeAfterItsTime_LetsThroughAndKnowsTheClientThen()
    {
        var clock = new FakeTimeProvider();
        await using var sandbox = await SandboxFixture.StartAsync(new SandboxOptions { Load = null }, clock);
        using var client = await SmtpTestClient.GreetedAsync(sandbox, "mx.greylist.test");

        Assert.StartsWith("451 4.7.1 <ada@greylist.test>: Recipient address rejected: Greylisted, come back in 1 seconds", await client.RcptAsync("ada@greylist.test"), StringComparison.Ordinal);
        Assert.StartsWith("451", await client.AskAsync("RCPT TO:<ada@greylist.test>"), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.StartsWith("250", await client.AskAsync("RCPT TO:<ada@greylist.test>"), StringComparison.Ordinal);
        Assert.StartsWith("550", await client.AskAsync("RCPT TO:<decoy@greylist.test>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GreylistOfKnownOnly_RefusesUnknownAtOnce_AndForeverNeverLetsThrough()
    {
        var clock = new FakeTimeProvider();
        await using var sandbox = await SandboxFixture.StartAsync(new SandboxOptions { Load = null }, clock);
        using var known = await SmtpTestClient.GreetedAsync(sandbox, "mx.greylist-known.test");
        using var forever = await SmtpTestClient.GreetedAsync(sandbox, "mx.greylist-forever.test");

        Assert.StartsWith("550", await known.RcptAsync("nobody@greylist-known.test"), StringComparison.Ordinal);
        Assert.StartsWith("450 4.2.0", await known.AskAsync("RCPT TO:<ada@greylist-known.test>"), StringComparison.Ordinal);
        await forever.RcptAsync("ada@greylist-forever.test");
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.StartsWith("451", await forever.AskAsync("RCPT TO:<ada@greylist-forever.test>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RecipientLimit_FifthInASession_IsPutOff()
    {
        using var client = await SmtpTestClient.GreetedAsync(Sandbox, "mx.recipient-limit.test");
        await client.RcptAsync("ada@recipient-limit.test");
        for (var further = 0; further < 3; further++)
            Assert.StartsWith("250", await client.AskAsync("RCPT TO:<bea@recipient-limit.test>"), StringComparison.Ordinal);

        Assert.StartsWith("452 4.5.3", await client.AskAsync("RCPT TO:<cleo@recipient-limit.test>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SessionLimit_SecondAtOnce_IsTurnedAwayUntilTheFirstLeaves()
    {
        var host = SandboxFixture.At(Sandbox, "mx.session-limit.test");
        using var first = await SmtpTestClient.ConnectAsync(host);
        await first.ReadAsync();
        using var second = await SmtpTestClient.ConnectAsync(host);

        Assert.StartsWith("421 4.7.0 mx.session-limit.test: Too many", await second.ReadToEndAsync(), StringComparison.Ordinal);
        await first.QuitAsync();
        using var third = await SmtpTestClient.ConnectAsync(host);
        Assert.StartsWith("220", await third.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RateLimit_FifthInASecond_IsPutOffUntilTheNext()
    {
        var clock = new FakeTimeProvider();
        await using var sandbox = await SandboxFixture.StartAsync(new SandboxOptions { Load = null }, clock);
        using var client = await SmtpTestClient.GreetedAsync(sandbox, "mx.rate-limit.test");
        await client.RcptAsync("ada@rate-limit.test");
        for (var further = 0; further < 3; further++)
            Assert.StartsWith("250", await client.AskAsync("RCPT TO:<ada@rate-limit.test>"), StringComparison.Ordinal);

        Assert.StartsWith("450 4.7.1", await client.AskAsync("RCPT TO:<ada@rate-limit.test>"), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.StartsWith("250", await client.AskAsync("RCPT TO:<ada@rate-limit.test>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusalLimit_FourthRefusal_EndsTheSession()
    {
        using var client = await SmtpTestClient.GreetedAsync(Sandbox, "mx.refusal-limit.test");
        await client.RcptAsync("n1@refusal-limit.test");
        await client.AskAsync("RCPT TO:<n2@refusal-limit.test>");
        await client.AskAsync("RCPT TO:<n3@refusal-limit.test>");
        await client.SendAsync("RCPT TO:<n4@refusal-limit.test>\r\n");

        Assert.StartsWith("421 4.7.0", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tarpit_HoldsTheRefusalBackAndNotTheAcceptance()
    {
        var clock = new FakeTimeProvider();
        await using var sandbox = await SandboxFixture.StartAsync(new SandboxOptions { Load = null, Tarpit = TimeSpan.FromSeconds(5), IdleTimeout = TimeSpan.FromDays(1) }, clock);
        using var client = await SmtpTestClient.GreetedAsync(sandbox, "mail.exchange-onprem.test");
        Assert.StartsWith("250", await client.RcptAsync("j.doe@exchange-onprem.test"), StringComparison.Ordinal);
        var refusal = client.AskAsync("RCPT TO:<nobody@exchange-onprem.test>");
        await PassTheTimeAsync(sandbox);

        clock.Advance(TimeSpan.FromSeconds(4));
        await PassTheTimeAsync(sandbox);
        var early = refusal.IsCompleted;
        while (!refusal.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.False(early);
        Assert.StartsWith("550 5.1.10", await refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RoundTrip_HoldsBannerForTwoAndAnAnswerForOne()
    {
        var clock = new FakeTimeProvider();
        await using var sandbox = await SandboxFixture.StartAsync(new SandboxOptions { Load = null, RoundTrip = TimeSpan.FromSeconds(1) }, clock);
        using var client = await SmtpTestClient.ConnectAsync(SandboxFixture.At(sandbox, "mx.postfix.test"));
        var banner = client.ReadAsync();
        await PassTheTimeAsync(sandbox);

        clock.Advance(TimeSpan.FromSeconds(1.9));
        await PassTheTimeAsync(sandbox);
        var earlyBanner = banner.IsCompleted;
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await banner;
        var answer = client.AskAsync("EHLO probe.sender.test");
        await PassTheTimeAsync(sandbox);
        var earlyAnswer = answer.IsCompleted;
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.StartsWith("250", await answer, StringComparison.Ordinal);
        Assert.False(earlyBanner || earlyAnswer);
    }

    /// <summary>Lets everything that is not held back by the clock happen: other traffic goes through the same sandbox meanwhile.</summary>
    private static async Task PassTheTimeAsync(SandboxInternet sandbox)
    {
        for (var exchanges = 0; exchanges < 50; exchanges++)
            await DnsTestClient.TcpAsync(sandbox, "postfix.test", DnsTestClient.Mx);
    }

    [Fact]
    public async Task IdleClient_IsCutOff()
    {
        var clock = new FakeTimeProvider();
        await using var sandbox = await SandboxFixture.StartAsync(new SandboxOptions { Load = null, IdleTimeout = TimeSpan.FromSeconds(4) }, clock);
        using var client = await SmtpTestClient.GreetedAsync(sandbox, "mx.postfix.test");

        var end = client.ReadToEndAsync();
        while (!end.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("", await end);
        Assert.Equal(0, sandbox.Counters.Snapshot().Total.MissingQuits);
    }
}
