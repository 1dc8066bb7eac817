using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Tests.Domains;

public sealed class DisposableExchangersTests
{
    [Theory]
    [InlineData("fresh.example", true, "mail.mailinator.com", "mail2.mailinator.com")]
    [InlineData("fresh.example", true, "mx.temp-mail.io")]
    [InlineData("fresh.example", false, "mx.example.net")]
    [InlineData("fresh.example", false, "mx.example.net", "mail.mailinator.com")]
    [InlineData("fresh.example", false, "surelynotmailinator.com")]
    [InlineData("gmail.com", false, "mail.mailinator.com")] // a large provider is none, whatever its exchangers are called
    [InlineData("duck.com", false, "mail.mailinator.com")]
    public void Serve_AllFirstExchangers_Decide(string domain, bool expected, params string[] hosts) =>
        Assert.Equal(expected, DisposableExchangers.Serve(RouteTo([.. hosts.Select(host => new Exchanger(host, 10, []))]), EmailAddress.Parse("x@" + domain)));

    [Fact]
    public void Serve_BackupOfSomebodyElse_DoesNotMatter() => Assert.True(DisposableExchangers.Serve(
        RouteTo(new Exchanger("mail.mailinator.com", 10, []), new Exchanger("backup.example.net", 20, [])), EmailAddress.Parse("x@fresh.example")));

    private static Route.Exchangers RouteTo(params Exchanger[] exchangers) => new([.. exchangers], "example");
}
