using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Core.Tests.Probes;

/// <summary>What a transcript cannot tell.</summary>
public sealed class SessionTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly SessionSetup setup = new(new Egress("eg-1", IPAddress.Parse("192.0.2.77"), "probe.example", "verify@probe.example"), new ProviderPolicy { Name = "test" }, TlsMode.Opportunistic, new ProbeTimeouts());

    [Theory]
    [InlineData("250 x", false, false, false, null, null)]
    [InlineData("250-x\n250-starttls\n250-Pipelining \n250 SMTPUTF8", true, true, true, null, null)]
    [InlineData("250-STARTTLS\n250 x", false, false, false, null, null)]
    [InlineData("250-x\n250-STARTTLSX\n250-XPIPELINING\n250 8BITMIME", false, false, false, null, null)]
    [InlineData("250-x\n250 LIMITS MAILMAX=5 RCPTMAX=100", false, false, false, 5, 100)]
    [InlineData("250-x\n250 LIMITS RCPTMAX=0 MAILMAX=1234567 FOO", false, false, false, null, null)]
    public void Capabilities_OfAnEhlo_AreItsKeywords(string octets, bool starttls, bool pipelining, bool smtputf8, int? transactions, int? recipients)
    {
        var reply = new ReplyParser().Read(System.Text.Encoding.ASCII.GetBytes(octets + "\n")).Reply!;
        Assert.Equal(new Capabilities(starttls, pipelining, smtputf8, transactions, recipients), Capabilities.Of(reply));
    }

    [Fact]
    public async Task Open_OfManyDeadAddresses_TriesFive()
    {
        var dialer = new DeadDialer(() => { });
        var opening = await OpenAsync(dialer, Exchangers(9));
        Assert.Equal(SessionOpener.MaxAddresses, dialer.Dialled);
        var lost = Assert.IsType<ProbeOutcome.Lost>(Assert.IsType<SessionOpening.Failed>(opening).Outcome);
        Assert.Equal((LossCause.NoConnect, null, null), (lost.Cause, lost.Trace.Exchanger, lost.Trace.Address));
    }

    [Fact]
    public async Task Open_WhenTheTimeIsOver_DialsNoMore()
    {
        var dialer = new DeadDialer(() => clock.Advance(TimeSpan.FromSeconds(60)));
        _ = await OpenAsync(dialer, Exchangers(5));
        Assert.Equal(2, dialer.Dialled);
    }

    [Fact]
    public async Task Open_OfARouteWithoutAddress_IsADefect() =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await OpenAsync(new DeadDialer(() => { }), [new Exchanger("mx.example", 0, [])]));

    [Fact]
    public async Task Open_GivenUpWhileDialling_Throws()
    {
        using var caller = new CancellationTokenSource();
        var dialer = new DeadDialer(caller.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await new SessionOpener(dialer, FakeReading.Read, clock).OpenAsync(Exchangers(5), setup, caller.Token));
        Assert.Equal(1, dialer.Dialled);
    }

    [Fact]
    public async Task Read_OfEachReply_IsToldHostStageAndWhatIsOurs()
    {
        var contexts = new List<ReplyContext>();
        var script = Script("S 220 x", "C EHLO probe.example", "S 250 x", "C MAIL FROM:<verify@probe.example>", "S 250 ok", "C RCPT TO:<a@dest.example>", "S 250 ok", "C RCPT TO:<decoy@dest.example>", "S 550 no such user", "C QUIT");
        var opener = new SessionOpener(new OneChannel(new TranscriptChannel(script, Pieces.Whole, clock)), context =>
        {
            contexts.Add(context);
            return FakeReading.Read(context);
        }, clock);
        await using var session = Assert.IsType<SmtpSession>(Assert.IsType<SessionOpening.Ready>(await opener.OpenAsync(Exchangers(2), setup, TestContext.Current.CancellationToken)).Session);
        Assert.True(EmailAddress.TryParse("a@dest.example", out var target));
        _ = await session.AskAsync(target, new FakePermits(_ => "decoy"), TestContext.Current.CancellationToken);

        var ours = new ReplyMask("a@dest.example", "verify@probe.example", "probe.example", "192.0.2.77");
        Assert.Equal([(SmtpStage.Rcpt, 250, "mx0.example", ours), (SmtpStage.Rcpt, 550, "mx0.example", ours with { Recipient = "decoy@dest.example" })], contexts.Select(context => (context.Stage, context.Reply.Code, context.Exchanger, context.Ours)));
        Assert.Equal("mx1.example", Assert.Single(session.Untried).Host);
        Assert.Equal((IPAddress.Parse("192.0.2.0"), "x"), (session.Address, session.Banner));
    }

    [Theory]
    [InlineData("mx.own.example", "220 VI1EUR04FT019.mail.protection.outlook.com Microsoft ESMTP MAIL Service ready", "250 own.example", "microsoft365", "mx.mail.protection.outlook.com", 2)]
    [InlineData("mx.own.example", "220 own.example ESMTP ready", "250 mx.google.com at your service", "google", "mx.l.google.com", 2)]
    [InlineData("mx.own.example", "220 own.example Microsoft ESMTP MAIL Service ready", "250 own.example", "exchange", "mx.own.example", 1)]
    [InlineData("mx.own.example", "220 own.example ESMTP Postfix", "250 eu-smtp-1.mimecast.com", "mimecast", "mx.mimecast.com", 2)]
    [InlineData("mx.own.example", "220 eu-smtp-1.mimecast.com ESMTP", "250 own.example ESMTP Postfix", "mimecast", "mx.mimecast.com", 2)]
    [InlineData("mx.own.example", "220 own.example ESMTP", "250 own.example", null, "mx.own.example", 5)]
    [InlineData("mx1.comcast.net", "220 mx.google.com ESMTP gsmtp", "250 mx.google.com", null, "mx1.comcast.net", 5)]
    public async Task Open_OfAHostWhoseGreetingNamesMoreThanItsName_KeepsToTheStricterAndReadsByIt(string host, string banner, string ehlo, string? seen, string readAs, int cautiousRate)
    {
        var contexts = new List<ReplyContext>();
        var script = Script("S " + banner, "C EHLO probe.example", "S " + ehlo, "C MAIL FROM:<verify@probe.example>", "S 250 ok", "C RCPT TO:<a@dest.example>", "S 550 no such user", "C QUIT");
        var opener = new SessionOpener(new OneChannel(new TranscriptChannel(script, Pieces.Whole, clock)), context =>
        {
            contexts.Add(context);
            return FakeReading.Read(context);
        }, clock, ProviderCatalog.Default);
        var ready = Assert.IsType<SessionOpening.Ready>(await opener.OpenAsync([new Exchanger(host, 0, [IPAddress.Loopback])], setup, TestContext.Current.CancellationToken));
        await using var session = Assert.IsType<SmtpSession>(ready.Session);
        Assert.True(EmailAddress.TryParse("a@dest.example", out var target));
        var outcome = await session.AskAsync(target, null, TestContext.Current.CancellationToken);

        Assert.Equal(seen, ready.Seen?.Name);
        Assert.Equal(cautiousRate, ready.Seen is null ? 5 : setup.Policy.Stricter(ready.Seen).CautiousRate);
        Assert.Equal(readAs, Assert.Single(contexts).Exchanger);
        Assert.Equal(host, outcome!.Trace.Exchanger);
    }

    [Fact]
    public async Task Open_OfAStrangerThatGreetsAsASmallerOne_EndsAfterAsManyRefusals()
    {
        var script = Script("S 220 own.example Microsoft ESMTP MAIL", "C EHLO probe.example", "S 250 own.example", "C MAIL FROM:<verify@probe.example>", "S 250 ok", "C RCPT TO:<a@dest.example>", "S 550 no such user", "C RSET", "S 250 ok", "C MAIL FROM:<verify@probe.example>", "S 250 ok", "C RCPT TO:<b@dest.example>", "S 550 no such user", "C QUIT");
        var opener = new SessionOpener(new OneChannel(new TranscriptChannel(script, Pieces.Whole, clock)), FakeReading.Read, clock, ProviderCatalog.Default);
        await using var session = ((SessionOpening.Ready)await opener.OpenAsync(Exchangers(1), setup, TestContext.Current.CancellationToken)).Session as SmtpSession;
        foreach (var local in (string[])["a", "b"])
        {
            Assert.True(EmailAddress.TryParse(local + "@dest.example", out var target));
            _ = await session!.AskAsync(target, null, TestContext.Current.CancellationToken);
        }

        Assert.Equal(SessionEnd.RefusalLimit, session!.Ending!.Cause);
    }

    [Theory]
    [InlineData("mx.yandex.net", null, "mx.yandex.ru")]
    [InlineData(null, "postfix", "mx.own.example")]
    [InlineData("mx.elsewhere.example", "postfix", "mx.own.example")]
    public async Task Open_OfAHostInAProvidersRoute_ReadsByItsRulesOnlyWhereItsNameLeadsThere(string? canonical, string? seen, string readAs)
    {
        var contexts = new List<ReplyContext>();
        var script = Script("S 220 own.example ESMTP Postfix", "C EHLO probe.example", "S 250 own.example", "C MAIL FROM:<verify@probe.example>", "S 550 no such user", "C QUIT");
        var opener = new SessionOpener(new OneChannel(new TranscriptChannel(script, Pieces.Whole, clock)), context =>
        {
            contexts.Add(context);
            return FakeReading.Read(context);
        }, clock, ProviderCatalog.Default);
        var ready = (SessionOpening.Ready)await opener.OpenAsync([new Exchanger("mx.own.example", 0, [IPAddress.Loopback]) { CanonicalName = canonical }], setup with { Policy = ProviderCatalog.Default.PolicyOf("yandex") }, TestContext.Current.CancellationToken);
        await using var session = (SmtpSession)ready.Session;
        Assert.True(EmailAddress.TryParse("a@dest.example", out var target));
        _ = await session.AskAsync(target, null, TestContext.Current.CancellationToken);

        Assert.Equal(seen, ready.Seen?.Name);
        Assert.Equal(readAs, Assert.Single(contexts).Exchanger);
    }

    [Fact]
    public async Task Ask_AtADomainThatLeavesNoRoomForADecoy_IsAnsweredWithoutOne()
    {
        var script = Script("S 220 x", "C EHLO probe.example", "S 250 x", "C MAIL FROM:<verify@probe.example>", "S 250 ok", "C RCPT TO:<a@dest.example>", "S 250 ok", "C QUIT");
        await using var session = await ReadyAsync(script);
        Assert.True(EmailAddress.TryParse("a@dest.example", out var target));
        var answered = Assert.IsType<ProbeOutcome.Answered>(await session.AskAsync(target, new FakePermits(_ => new string('d', 65)), TestContext.Current.CancellationToken));
        Assert.Empty(answered.Decoys);
    }

    [Fact]
    public async Task Ask_AfterASurplusReply_TakesItForNoAnswer()
    {
        var script = Script("S 220 x", "C EHLO probe.example", "S 250 x", "C MAIL FROM:<verify@probe.example>", "S 250 ok", "S 550 5.1.1 no such user", "C QUIT");
        await using var session = await ReadyAsync(script);
        Assert.True(EmailAddress.TryParse("a@dest.example", out var target));
        Assert.Equal(LossCause.Nonsense, Assert.IsType<ProbeOutcome.Lost>(await session.AskAsync(target, null, TestContext.Current.CancellationToken)).Cause);
    }

    [Fact]
    public async Task Ask_GivenUpWhileWaiting_ThrowsEndsAndStillSaysQuit()
    {
        using var caller = new CancellationTokenSource();
        var script = Script("S 220 x", "C EHLO probe.example", "S 250 x", "C MAIL FROM:<verify@probe.example>", "SILENCE", "C QUIT");
        await using var session = await ReadyAsync(script);
        Assert.True(EmailAddress.TryParse("a@dest.example", out var target));
        using var givesUp = clock.CreateTimer(_ => caller.Cancel(), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await session.AskAsync(target, null, caller.Token));
        Assert.Equal(SessionEnd.GivenUp, session.Ending!.Cause);
        Assert.False(session.CanContinue);
    }

    private static Queue<TranscriptLine> Script(params string[] lines) =>
        new(lines.Select(line => line.Split(' ', 2)).Select(parts => new TranscriptLine(parts[0], parts.ElementAtOrDefault(1) ?? string.Empty)));

    private static ImmutableArray<Exchanger> Exchangers(int count) =>
        [.. Enumerable.Range(0, count).Select(at => new Exchanger($"mx{at}.example", at, [IPAddress.Parse($"192.0.2.{at}")]))];

    private async Task<SmtpSession> ReadyAsync(Queue<TranscriptLine> script) =>
        Assert.IsType<SmtpSession>(Assert.IsType<SessionOpening.Ready>(await OpenAsync(new OneChannel(new TranscriptChannel(script, Pieces.Whole, clock)), Exchangers(1))).Session);

    private ValueTask<SessionOpening> OpenAsync(ISmtpDialer dialer, ImmutableArray<Exchanger> exchangers) =>
        new SessionOpener(dialer, FakeReading.Read, clock).OpenAsync(exchangers, setup, TestContext.Current.CancellationToken);

    private sealed class DeadDialer(Action onDial) : ISmtpDialer
    {
        public int Dialled { get; private set; }

        public ValueTask<Dialled> DialAsync(IPAddress address, Egress egress, CancellationToken cancellationToken)
        {
            Dialled++;
            onDial();
            return new(Core.Probes.Dialled.NoConnect);
        }
    }

    private sealed class OneChannel(ISmtpChannel channel) : ISmtpDialer
    {
        public ValueTask<Dialled> DialAsync(IPAddress address, Egress egress, CancellationToken cancellationToken) => new(new Dialled(channel, default));
    }
}
