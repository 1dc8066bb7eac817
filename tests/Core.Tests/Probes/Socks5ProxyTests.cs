using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Tests.Probes;

public sealed class Socks5ProxyTests
{
    [Theory]
    [InlineData("socks5://192.0.2.1", "192.0.2.1", 1080, null, null)]
    [InlineData("socks5://proxy.example.net:9050/", "proxy.example.net", 9050, null, null)]
    [InlineData("SOCKS5://[2001:db8::1]:1081", "2001:db8::1", 1081, null, null)]
    [InlineData("socks5://verify:secret@proxy", "proxy", 1080, "verify", "secret")]
    [InlineData("socks5://a%3Ab:p%40ss%2F%C3%A9:more@192.0.2.1:1", "192.0.2.1", 1, "a:b", "p@ss/é:more")]
    public void TryParse_OfAProxy_TellsItsParts(string text, string host, int port, string? user, string? password)
    {
        Assert.True(Socks5Proxy.TryParse(text, out var proxy));
        Assert.Equal((host, port, user, password), (proxy.Host, proxy.Port, proxy.User, proxy.Password));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("127.0.0.1:1080")]
    [InlineData("proxy.example.net")]
    [InlineData("http://proxy.example.net:1080")]
    [InlineData("socks4://proxy.example.net:1080")]
    [InlineData("socks5h://proxy.example.net:1080")]
    [InlineData("socks5:proxy.example.net:1080")]
    [InlineData("socks5://")]
    [InlineData("socks5:///path")]
    [InlineData("socks5://proxy:0")]
    [InlineData("socks5://proxy:65536")]
    [InlineData("socks5://proxy:x")]
    [InlineData("socks5://proxy/path")]
    [InlineData("socks5://proxy?query")]
    [InlineData("socks5://proxy#fragment")]
    [InlineData("socks5://@proxy")]
    [InlineData("socks5://user@proxy")]
    [InlineData("socks5://user:@proxy")]
    [InlineData("socks5://:password@proxy")]
    [InlineData("socks5://user:pa/ss@proxy")]
    [InlineData("socks5://user:pa#ss@proxy")]
    [InlineData("socks5://user:1080#ss@proxy")]
    public void TryParse_OfAnythingElse_IsRefused(string? text) => Assert.False(Socks5Proxy.TryParse(text, out _));

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void TryParse_OfALongPassword_KeepsToWhatTheWireCarries(int length, bool isOne) =>
        Assert.Equal(isOne, Socks5Proxy.TryParse($"socks5://user:{new string('x', length)}@proxy", out _));

    [Fact]
    public void ToString_OfItAndItsEgress_HasNoCredentials()
    {
        Assert.True(Socks5Proxy.TryParse("socks5://verify:hunter2@[2001:db8::1]", out var proxy));
        Assert.Equal("socks5://***@[2001:db8::1]:1080", proxy.ToString());
        var egress = new Egress("eg-1", null, "mail.example.org", "probe@example.org") { Socks5 = proxy }.ToString();
        Assert.Contains("socks5://***@", egress, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", egress, StringComparison.Ordinal);
        Assert.DoesNotContain("verify", egress, StringComparison.Ordinal);
    }
}
