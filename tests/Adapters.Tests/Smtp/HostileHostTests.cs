using System.Diagnostics;
using System.Text;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Tests.Smtp;

/// <summary>A hostile server costs bounded memory and time, and ends as an outcome.</summary>
public sealed class HostileHostTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Banner_WithoutEnd_IsNonsense()
    {
        await using var host = new MailHost(side => FloodAsync(side, "220-welcome\r\n"u8.ToArray()));
        Assert.Equal(LossCause.Nonsense, await Asking.LossAsync(host));
    }

    [Fact]
    public async Task Banner_OfAnOctetNowAndThen_IsSilenceWhenTheStepIsOver()
    {
        await using var host = new MailHost(async side =>
        {
            foreach (var octet in Encoding.ASCII.GetBytes("220 " + new string('x', 1_000)))
            {
                await side.SayAsync([octet]);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, side.Stop);
            }
        });
        var watch = Stopwatch.StartNew();
        Assert.Equal(LossCause.Silence, await Asking.LossAsync(host, Asking.Patient with { Banner = Short }));

        // The whole line would take twenty seconds; a busy machine may take a few itself.
        Assert.InRange(watch.Elapsed, Short * 0.9, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Server_ThatSaysNothingAtAll_IsSilenceAndIsToldNothing()
    {
        var heard = new TaskCompletionSource<string?>();
        await using var host = new MailHost(async side => heard.SetResult(await side.HearAsync()));
        Assert.Equal(LossCause.Silence, await Asking.LossAsync(host, Asking.Patient with { Banner = Short }));
        Assert.Null(await host.Within(heard.Task));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("\u0015\u0003\u0001\u0000\u0002\u0002\u0046")]
    [InlineData("\0\0\0\0")]
    public async Task Banner_OfAnotherProtocol_IsNonsenseAtOnce(string octets)
    {
        await using var host = new MailHost(async side =>
        {
            await side.SayAsync(Encoding.Latin1.GetBytes(octets));
            _ = await side.HearAsync();
        });
        Assert.Equal(LossCause.Nonsense, await Asking.LossAsync(host));
    }

    [Fact]
    public async Task Server_ThatFloodsWithoutReading_IsNonsense()
    {
        await using var host = new MailHost(async side =>
        {
            await side.SayAsync("220 ready");
            await FloodAsync(side, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("250 ok\r\n", 1_000))));
        });
        Assert.Equal(LossCause.Nonsense, await Asking.LossAsync(host));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tls_OfGarbageOrWithoutEnd_IsTriedInClearOnceMore(bool garbage)
    {
        var quit = new TaskCompletionSource<List<string>>();
        await using var host = new MailHost(side => BadTlsAsync(side, garbage), async side =>
        {
            await side.SayAsync("220 ready");
            quit.SetResult(await side.AnswerAsync("250-mx.example\n250 STARTTLS"));
        });
        var session = await Asking.ReadyAsync(host, Asking.Patient with { Starttls = Short });
        await session.QuitAsync();
        Assert.Null(session.Tls);
        Assert.Equal(["EHLO probe.example", "QUIT"], await host.Within(quit.Task));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tls_OfGarbageOrWithoutEndWhereRequired_IsLost(bool garbage)
    {
        await using var host = new MailHost(side => BadTlsAsync(side, garbage));
        Assert.Equal(LossCause.TlsFailed, await Asking.LossAsync(host, Asking.Patient with { Starttls = Short }, TlsMode.Required));
        Assert.Equal(1, host.Connections);
    }

    [Fact]
    public async Task Everything_InTimeButTooLongTogether_EndsAtTheDeadline()
    {
        await using var host = new MailHost(async side =>
        {
            await side.SayAsync("220 ready");
            _ = await side.HearAsync();
            await side.SayAsync("250 mx.example");
            _ = await side.HearAsync();
            await side.SayAsync("250 ok");
            _ = await side.HearAsync();
            _ = await side.HearAsync();
        });
        await using var session = await Asking.ReadyAsync(host, Asking.Patient with { Whole = TimeSpan.FromSeconds(1) });
        Assert.True(EmailAddress.TryParse("a@dest.example", out var target));
        var lost = Assert.IsType<ProbeOutcome.Lost>(await session.AskAsync(target, null, TestContext.Current.CancellationToken));
        Assert.Equal(LossCause.Silence, lost.Cause);
        Assert.InRange(lost.Trace.Duration, TimeSpan.FromMilliseconds(990), TimeSpan.FromSeconds(5));
    }

    private static async Task FloodAsync(HostSide side, byte[] piece)
    {
        while (!side.Stop.IsCancellationRequested)
            await side.SayAsync(piece);
    }

    private static async Task BadTlsAsync(HostSide side, bool garbage)
    {
        await side.SayAsync("220 ready");
        _ = await side.HearAsync();
        await side.SayAsync("250-mx.example\n250 STARTTLS");
        _ = await side.HearAsync();
        await side.SayAsync("220 go ahead");

        // The client's hello has no line end to wait for; its first octets do.
        if (garbage)
            await side.SayAsync(Encoding.ASCII.GetBytes(new string('?', 20_000)));
        while (await side.HearAsync() is not null)
        {
        }
    }
}
