using System.Diagnostics;
using System.Net;
using System.Text;

namespace EmailVerify.Sandbox.Tests.Smtp;

public sealed class LoadTests
{
    [Theory]
    [InlineData("ok", 250)]
    [InlineData("ok1", 250)]
    [InlineData("OK-jane", 250)]
    [InlineData("okra", 550)]
    [InlineData("no1", 550)]
    [InlineData("decoy12word", 550)]
    public async Task LocalPart_DecidesAtAnOrdinaryDomain(string local, int code)
    {
        await using var sandbox = await SandboxFixture.StartAsync(new SandboxOptions());
        using var client = await SmtpTestClient.ConnectAsync(await ExchangerAsync(sandbox, 17));
        await client.ReadAsync();
        await client.AskAsync("EHLO probe.sender.test");

        var reply = await client.RcptAsync($"{local}@d17.load.test");

        Assert.StartsWith(code.ToString(System.Globalization.CultureInfo.InvariantCulture), reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwentiethDomain_AcceptsAll_AndADomainOfAnotherAddressIsNotServed()
    {
        await using var sandbox = await SandboxFixture.StartAsync(new SandboxOptions());
        using var client = await SmtpTestClient.ConnectAsync(await ExchangerAsync(sandbox, 40));
        await client.ReadAsync();
        await client.AskAsync("EHLO probe.sender.test");

        Assert.StartsWith("250", await client.RcptAsync("no-one@d40.load.test"), StringComparison.Ordinal);
        Assert.StartsWith("554", await client.AskAsync("RCPT TO:<ok@d41.load.test>"), StringComparison.Ordinal);
        await client.QuitAsync();
        Assert.Equal(1, sandbox.Counters.Snapshot().Providers["mx.load40.test"].Sessions);
        Assert.Empty(sandbox.Counters.Snapshot().Hosts);
    }

    [Fact]
    public async Task ManyRecipients_AreAnsweredFast()
    {
        const int Sessions = 8;
        const int Groups = 1_000;
        await using var sandbox = await SandboxFixture.StartAsync(new SandboxOptions());
        var clock = Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(1, Sessions).Select(domain => Task.Run(() => RunAsync(sandbox, domain))));

        var total = sandbox.Counters.Snapshot().Total;
        Assert.Equal((Sessions * Groups, Sessions, Groups), (total.Recipients, total.Sessions, total.MaxRecipientsInSession));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(8), $"{total.Recipients} recipients took {clock.Elapsed}");

        static async Task RunAsync(SandboxInternet sandbox, int domain)
        {
            using var client = await SmtpTestClient.ConnectAsync(await ExchangerAsync(sandbox, domain));
            await client.ReadAsync();
            await client.AskAsync("EHLO probe.sender.test");
            var group = new StringBuilder();
            for (var at = 0; at < Groups; at++)
            {
                group.Clear().Append(System.Globalization.CultureInfo.InvariantCulture, $"RSET\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<{(at % 2 == 0 ? "ok" : "no")}{at}@d{domain}.load.test>\r\n");
                await client.SendAsync(group.ToString());
                await client.ReadAsync();
                await client.ReadAsync();
                Assert.StartsWith(at % 2 == 0 ? "250" : "550", await client.ReadAsync(), StringComparison.Ordinal);
            }

            await client.QuitAsync();
        }
    }

    private static async Task<IPEndPoint> ExchangerAsync(SandboxInternet sandbox, int domain)
    {
        var address = (await DnsTestClient.UdpAsync(sandbox, $"mx.load{domain}.test", DnsTestClient.A)).Addresses.Single();
        return new IPEndPoint(address, sandbox.SmtpPort);
    }
}
