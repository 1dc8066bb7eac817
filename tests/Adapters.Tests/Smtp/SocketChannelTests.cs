using System.Net;
using System.Text;
using EmailVerify.Adapters.Smtp;
using EmailVerify.Core.Probes;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Adapters.Tests.Smtp;

public sealed class SocketChannelTests
{
    [Theory]
    [InlineData("mx.example", "mx.example")]
    [InlineData("mx.example\0.evil", "")]
    public async Task StartTls_WithClearTextStillUnreceived_ThrowsItAwayAndAgrees(string host, string expectedServerName)
    {
        using var certificate = Certificates.SelfSigned();
        var injected = new TaskCompletionSource();
        var heard = new TaskCompletionSource<(string? Name, string? Line)>();
        await using var server = new MailHost(async side =>
        {
            await side.SayAsync("250 forged\n250 forged");
            injected.SetResult();
            await side.SecureAsync(certificate);
            heard.SetResult((side.ServerName, await side.HearAsync()));
            await side.SayAsync("221 true");
        });
        await using var channel = await DialAsync(server);
        await injected.Task;
        Assert.Equal("TLS 1.3", await channel.StartTlsAsync(host, TestContext.Current.CancellationToken));
        Assert.True(await channel.SendAsync("QUIT\r\n"u8.ToArray(), TestContext.Current.CancellationToken));
        var buffer = new byte[100];
        var count = await channel.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        Assert.Equal("221 true\r\n", Encoding.ASCII.GetString(buffer, 0, count));
        Assert.Equal((expectedServerName, "QUIT"), await server.Within(heard.Task));
    }

    [Fact]
    public async Task StartTls_WithAServerThatCloses_IsNoProtocolAndNoMoreUse()
    {
        await using var server = new MailHost(async side => await side.HearAsync());
        await using var channel = await DialAsync(server);
        _ = await channel.SendAsync("now\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Null(await channel.StartTlsAsync("mx.example", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Channel_ToAServerThatIsGone_SaysSoAndDoesNotThrow()
    {
        await using var server = new MailHost(async side =>
        {
            _ = await side.HearAsync();
            side.Reset();
        });
        await using var channel = await DialAsync(server);
        Assert.Equal(IPAddress.Loopback, channel.LocalAddress);
        Assert.True(await channel.SendAsync("bye\r\n"u8.ToArray(), TestContext.Current.CancellationToken));
        Assert.Equal(0, await channel.ReceiveAsync(new byte[10], TestContext.Current.CancellationToken));
        Assert.False(await channel.SendAsync("bye\r\n"u8.ToArray(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Dispose_WhileTheServerHasNotClosed_WaitsForIt()
    {
        var (heard, leave) = (new TaskCompletionSource<string?>(), new TaskCompletionSource());
        await using var server = new MailHost(async side =>
        {
            heard.SetResult(await side.HearAsync());
            await side.SayAsync("221 bye");
            await leave.Task;
        });
        var channel = await DialAsync(server, new FakeTimeProvider());
        _ = await channel.SendAsync("QUIT\r\n"u8.ToArray(), TestContext.Current.CancellationToken);

        var closing = channel.DisposeAsync().AsTask();

        Assert.Equal("QUIT", await server.Within(heard.Task));
        Assert.False(closing.IsCompleted);
        leave.SetResult();
        await closing.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Dispose_OfAServerThatNeverCloses_TakesASecond()
    {
        var leave = new TaskCompletionSource();
        await using var server = new MailHost(_ => leave.Task);
        var clock = new FakeTimeProvider();
        var channel = await DialAsync(server, clock);

        var closing = channel.DisposeAsync().AsTask();

        Assert.False(closing.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        await closing.WaitAsync(TestContext.Current.CancellationToken);
        leave.SetResult();
    }

    private static async Task<ISmtpChannel> DialAsync(MailHost server, TimeProvider? clock = null)
    {
        var dialer = new SocketDialer(server.Port, IPAddress.IsLoopback, clock ?? TimeProvider.System);
        var dialled = await dialer.DialAsync(IPAddress.Loopback, new Egress("eg-1", null, "probe.example", "verify@probe.example"), TestContext.Current.CancellationToken);
        return Assert.IsType<ISmtpChannel>(dialled.Channel, exactMatch: false);
    }
}
