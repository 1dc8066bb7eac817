using System.Net;
using System.Net.Sockets;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Tests.Smtp;

public sealed class SmtpSessionOverSocketsTests
{
    private const string Ehlo = "250-mx.example\n250 PIPELINING";
    private const string EhloTls = "250-mx.example\n250 STARTTLS";

    [Fact]
    public async Task Session_InClear_AsksAndSaysQuitBeforeItCloses()
    {
        var heard = new TaskCompletionSource<List<string>>();
        await using var host = new MailHost(async side =>
        {
            await side.SayAsync("220-mx.example\n220 ready");
            heard.SetResult(await side.AnswerAsync(Ehlo, "250 ok", "250 ok", "550 no", "250 ok", "250 ok", "550 no"));
        });
        var session = await Asking.ReadyAsync(host);
        Assert.IsType<ProbeOutcome.Answered>(await session.AskAsync(Address("a@dest.example"), new NumberedDecoys(), TestContext.Current.CancellationToken));
        var second = Assert.IsType<ProbeOutcome.Answered>(await session.AskAsync(Address("b@dest.example"), null, TestContext.Current.CancellationToken));
        await session.QuitAsync();

        Assert.Equal(550, second.Reply.Code);
        Assert.Equal(IPAddress.Loopback, second.Trace.Address);
        Assert.Equal(
            ["EHLO probe.example", "MAIL FROM:<verify@probe.example>", "RCPT TO:<a@dest.example>", "RCPT TO:<decoy0@dest.example>", "RSET", "MAIL FROM:<verify@probe.example>", "RCPT TO:<b@dest.example>", "QUIT"],
            await host.Within(heard.Task));
    }

    [Fact]
    public async Task Session_OverTlsWithAnyCertificate_AsksAndSaysQuitBeforeItCloses()
    {
        using var certificate = Certificates.SelfSigned();
        var heard = new TaskCompletionSource<List<string>>();
        string? serverName = null;
        await using var host = new MailHost(async side =>
        {
            await side.SayAsync("220 ready");
            _ = await side.HearAsync();
            await side.SayAsync(EhloTls);
            _ = await side.HearAsync();

            // In one piece with the reply, as who sits between us and the server would have it.
            await side.SayAsync("220 go ahead\n250-forged.example\n250 PIPELINING");
            await side.SecureAsync(certificate);
            serverName = side.ServerName;
            heard.SetResult(await side.AnswerAsync("250 mx.example", "250 ok", "250 ok"));
        });
        var session = await Asking.ReadyAsync(host);
        var outcome = Assert.IsType<ProbeOutcome.Answered>(await session.AskAsync(Address("a@dest.example"), null, TestContext.Current.CancellationToken));
        await session.QuitAsync();

        Assert.Equal("TLS 1.3", outcome.Trace.Tls);
        Assert.False(session.Capabilities.Pipelining);
        Assert.Equal(["EHLO probe.example", "MAIL FROM:<verify@probe.example>", "RCPT TO:<a@dest.example>", "QUIT"], await host.Within(heard.Task));
        Assert.Equal("mx.example", serverName);
    }

    [Fact]
    public async Task Quit_WithUnreadRepliesWaiting_ArrivesAllTheSame()
    {
        var heard = new TaskCompletionSource<List<string>>();
        var flooded = new TaskCompletionSource();
        await using var host = new MailHost(async side =>
        {
            await side.SayAsync("220 ready");
            _ = await side.HearAsync();
            await side.SayAsync("250 mx.example");
            await side.SayAsync(new byte[8_000]);
            flooded.SetResult();
            heard.SetResult(await side.AnswerAsync());
        });
        var opening = await Asking.OpenAsync(host);
        await flooded.Task;
        if (opening is SessionOpening.Ready { Session: var session })
            await session.QuitAsync();
        Assert.Equal(["QUIT"], await host.Within(heard.Task));
    }

    [Fact]
    public async Task Session_ThatTheServerResets_IsLostAsCut()
    {
        await using var host = new MailHost(async side =>
        {
            await side.SayAsync("220 ready");
            _ = await side.HearAsync();
            await side.SayAsync(Ehlo);
            _ = await side.HearAsync();
            side.Reset();
        });
        await using var session = await Asking.ReadyAsync(host);
        var lost = Assert.IsType<ProbeOutcome.Lost>(await session.AskAsync(Address("a@dest.example"), null, TestContext.Current.CancellationToken));
        Assert.Equal(LossCause.Cut, lost.Cause);
        Assert.Null(await session.AskAsync(Address("b@dest.example"), null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Session_FromAnEgress_ComesFromItsAddress()
    {
        var client = new TaskCompletionSource<IPAddress>();
        await using var host = new MailHost(async side =>
        {
            client.SetResult(side.Client);
            await side.SayAsync("220 ready");
            _ = await side.AnswerAsync(Ehlo);
        });
        await using var session = await Asking.ReadyAsync(host, from: IPAddress.Parse("127.0.0.42"));
        Assert.Equal(IPAddress.Parse("127.0.0.42"), await host.Within(client.Task));
    }

    [Fact]
    public async Task Tls_WithACertificateThatNamesItsIssuersUrl_FetchesNothing()
    {
        using var trap = new TcpListener(IPAddress.Loopback, 0);
        trap.Start();
        using var certificate = Certificates.IssuedElsewhere($"http://{trap.LocalEndpoint}/issuer.cer");
        await using var host = new MailHost(async side =>
        {
            await side.SayAsync("220 ready");
            _ = await side.HearAsync();
            await side.SayAsync(EhloTls);
            _ = await side.HearAsync();
            await side.SayAsync("220 go ahead");
            await side.SecureAsync(certificate);
            _ = await side.AnswerAsync("250 mx.example");
        });
        await using var session = await Asking.ReadyAsync(host, tls: TlsMode.Required);
        Assert.NotNull(session.Tls);
        Assert.False(trap.Pending());
    }

    [Fact]
    public async Task Session_GivenUpInMidDialogue_ThrowsAndEnds()
    {
        using var caller = new CancellationTokenSource();
        var heard = new TaskCompletionSource<List<string>>();
        await using var host = new MailHost(async side =>
        {
            await side.SayAsync("220 ready");
            _ = await side.HearAsync();
            await side.SayAsync(Ehlo);
            _ = await side.HearAsync();
            await caller.CancelAsync();
            heard.SetResult(await side.AnswerAsync());
        });
        var session = await Asking.ReadyAsync(host);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await session.AskAsync(Address("a@dest.example"), null, caller.Token));
        Assert.Equal(SessionEnd.GivenUp, session.Ending!.Cause);
        await session.QuitAsync();
        Assert.Equal(["QUIT"], await host.Within(heard.Task));
    }

    private static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);
}
