using System.Net;
using System.Net.Sockets;

namespace EmailVerify.Sandbox.Tests;

public sealed class SandboxInternetTests
{
    [Fact]
    public async Task Dispose_EndsSessionsAndFreesItsPorts()
    {
        var options = new SandboxOptions { Load = new LoadOptions { Addresses = 3 } };
        var first = await SandboxFixture.StartAsync(options);
        using var client = await SmtpTestClient.GreetedAsync(first, "mx.postfix.test");
        await first.DisposeAsync();
        var rest = await Record.ExceptionAsync(client.ReadToEndAsync);

        await using var second = await SandboxFixture.StartAsync(options with { SmtpPort = first.SmtpPort, DnsPort = first.Dns.Port });

        Assert.True(rest is null or IOException or SocketException);
        Assert.Equal((first.SmtpPort, first.Dns), (second.SmtpPort, second.Dns));
    }

    [Fact]
    public async Task Two_StandBesideEachOther()
    {
        await using var one = await SandboxFixture.StartAsync(new SandboxOptions());
        await using var other = await SandboxFixture.StartAsync(new SandboxOptions());

        Assert.NotEqual(one.SmtpPort, other.SmtpPort);
        Assert.Equal(one.AddressOf("mx.postfix.test"), other.AddressOf("mx.postfix.test"));
    }

    [Fact]
    public async Task Port_ThatIsTaken_IsAnError()
    {
        await using var one = await SandboxFixture.StartAsync(new SandboxOptions { Load = null });

        await Assert.ThrowsAsync<SocketException>(() => SandboxFixture.StartAsync(new SandboxOptions { Load = null, SmtpPort = one.SmtpPort }));
        await Assert.ThrowsAsync<SocketException>(() => SandboxFixture.StartAsync(new SandboxOptions { Load = null, DnsPort = one.Dns.Port }));
    }

    [Fact]
    public async Task Network_IsWhereAllHostsAre()
    {
        await using var sandbox = await SandboxFixture.StartAsync(new SandboxOptions { Network = IPNetwork.Parse("127.77.0.0/16") });

        Assert.StartsWith("127.77.", sandbox.AddressOf("mx.postfix.test")!.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("127.77.128.", (await DnsTestClient.UdpAsync(sandbox, "mx.load3.test", DnsTestClient.A)).Addresses.Single().ToString(), StringComparison.Ordinal);
        Assert.Null(sandbox.AddressOf("nobody.test"));
    }

    public static TheoryData<SandboxOptions> BadOptions() =>
    [
        new SandboxOptions { RoundTrip = TimeSpan.FromSeconds(-1) },
        new SandboxOptions { ReplyDelay = TimeSpan.FromMinutes(1) },
        new SandboxOptions { IdleTimeout = TimeSpan.Zero },
        new SandboxOptions { SmtpPort = 70_000 },
        new SandboxOptions { Network = IPNetwork.Parse("10.0.0.0/8") },
        new SandboxOptions { Network = IPNetwork.Parse("127.20.0.0/24") },
        new SandboxOptions { Control = new Uri("http://192.0.2.1:80/") },
        new SandboxOptions { Load = new LoadOptions { Domains = 0 } },
        new SandboxOptions { Load = new LoadOptions { Domain = "load.test" } },
    ];

    [Theory]
    [MemberData(nameof(BadOptions), DisableDiscoveryEnumeration = true)]
    public async Task Options_ThatDoNotHold_AreRefused(SandboxOptions options) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => SandboxFixture.StartAsync(options));

    [Fact]
    public void Assembly_References_NothingOfTheProduct() =>
        Assert.DoesNotContain(
            typeof(SandboxInternet).Assembly.GetReferencedAssemblies(), name => name.Name!.StartsWith("EmailVerify", StringComparison.Ordinal));
}
