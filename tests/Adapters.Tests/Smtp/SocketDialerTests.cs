using System.Net;
using System.Net.Sockets;
using EmailVerify.Adapters.Smtp;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Tests.Smtp;

public sealed class SocketDialerTests
{
    private static readonly Egress Us = new("eg-1", null, "probe.example", "verify@probe.example");

    // A runtime that no longer has it makes batches cost nearly twice the processor time: better to hear of it here.
    [Fact]
    public void Inline_InThisRuntime_IsKnown()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        Assert.True(PlaceOfCompletions.Inline(socket));
    }

    [Fact]
    public async Task Dial_OfAForbiddenAddress_IsJudgedUnmappedAndNotConnected()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var judged = new List<IPAddress>();
        var dialer = Dialer(listener, address =>
        {
            judged.Add(address);
            return false;
        });
        Assert.Equal(Dialled.NoConnect, await dialer.DialAsync(IPAddress.Loopback.MapToIPv6(), Us, TestContext.Current.CancellationToken));
        Assert.Equal(Dialled.NoConnect, await dialer.DialAsync(IPAddress.Loopback, Us, TestContext.Current.CancellationToken));
        Assert.Equal([IPAddress.Loopback, IPAddress.Loopback], judged);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Dial_OfAClosedPort_IsNoConnection()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var dialer = Dialer(listener, _ => true);
        listener.Stop();
        Assert.Equal(Dialled.NoConnect, await dialer.DialAsync(IPAddress.Loopback, Us, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("::1")]
    [InlineData("192.0.2.1")]
    public async Task Dial_FromAnAddressThatCannot_IsNoConnection(string from)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var egress = Us with { Address = IPAddress.Parse(from) };
        Assert.Equal(Dialled.NoConnect, await Dialer(listener, _ => true).DialAsync(IPAddress.Loopback, egress, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Dial_GivenUp_IsNoConnection()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Assert.Equal(Dialled.NoConnect, await Dialer(listener, _ => true).DialAsync(IPAddress.Loopback, Us, new CancellationToken(canceled: true)));
    }

    private static SocketDialer Dialer(TcpListener listener, Func<IPAddress, bool> mayConnect) =>
        new(((IPEndPoint)listener.LocalEndpoint).Port, mayConnect, TimeProvider.System);
}
