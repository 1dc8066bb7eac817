using System.Net;
using System.Net.Sockets;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Tests.Hosting;

public sealed class ListenAddressesTests
{
    [Theory]
    [InlineData("foo")]
    [InlineData("ftp://127.0.0.1:21")]
    [InlineData("https://127.0.0.1:5080")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://mail.example.org:5080")]
    [InlineData(";")]
    public void Read_Wrong_IsOneSentence(string text) =>
        Assert.Contains("--urls", Assert.Single(Assert.Throws<OptionsRefusedException>(() => ListenAddresses.Read(text, hasCertificate: false)).Errors), StringComparison.Ordinal);

    [Fact]
    public void Read_APortAlone_SaysTheAddressThatIsMeant() => Assert.Equal(
        "--urls \"5092\" is no address of a web server, such as http://127.0.0.1:5092.",
        Assert.Single(Assert.Throws<OptionsRefusedException>(() => ListenAddresses.Read("5092", hasCertificate: false)).Errors));

    [Fact]
    public void Read_Several_AreTaken()
    {
        Assert.Equal(["http://127.0.0.1:0", "http://[::1]:5080"], ListenAddresses.Read("http://127.0.0.1:0; http://[::1]:5080;", hasCertificate: false), StringComparer.Ordinal);
        Assert.Equal(["http://*:5080", "http://unix:/run/emailverify.sock"], ListenAddresses.Read("http://*:5080;http://unix:/run/emailverify.sock", hasCertificate: false), StringComparer.Ordinal);
        Assert.Equal(["https://localhost:5080"], ListenAddresses.Read("https://localhost:5080", hasCertificate: true), StringComparer.Ordinal);
    }

    [Fact]
    public void Try_Taken_SaysSo()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var url = $"http://{taken.LocalEndPoint}";

        var refused = Assert.Throws<CommandRefusedException>(() => ListenAddresses.Try([url]));

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(url, refused.Message, StringComparison.Ordinal);
        taken.Dispose();
        ListenAddresses.Try([url]);
        ListenAddresses.Try([url]);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:5080/")]
    [InlineData("http://[::]:5080", "http://localhost:5080/")]
    [InlineData("http://0.0.0.0:80", "http://localhost/")]
    [InlineData("http://[::1]:5080", "http://[::1]:5080/")]
    [InlineData("https://192.0.2.7:5443", "https://192.0.2.7:5443/")]
    public void ForBrowser_OfWhatTheServerNames_CanBeTypedIn(string url, string address) => Assert.Equal(address, ListenAddresses.ForBrowser(url).ToString());
}
