using System.Net;
using EmailVerify.Adapters.Dns;
using EmailVerify.Adapters.Tests.Dns;
using EmailVerify.Core.Doctor;

namespace EmailVerify.Adapters.Tests.Doctor;

/// <summary>SPF as RFC 7208 has it, with the names of its appendix A.</summary>
public sealed class SpfTests
{
    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v=spf1 +all", SpfResult.Pass)]
    [InlineData("V=SPF1 -ALL", SpfResult.Fail)]
    [InlineData("v=spf1 a -all", SpfResult.Pass)]
    [InlineData("v=spf1 a:example.org -all", SpfResult.Fail)]
    [InlineData("v=spf1 mx -all", SpfResult.Fail)]
    [InlineData("v=spf1 mx/30 mx:example.org/30 -all", SpfResult.Pass)]
    [InlineData("v=spf1 ptr -all", SpfResult.Pass)]
    [InlineData("v=spf1 ip4:192.0.2.128/28 -all", SpfResult.Fail)]
    [InlineData("v=spf1 ip4:192.0.2.10/28 -all", SpfResult.Pass)]
    [InlineData("v=spf1 ip6:2001:db8::/32 -all", SpfResult.Fail)]
    [InlineData("v=spf1 include:example.org -all", SpfResult.Fail)]
    [InlineData("v=spf1 include:passes.example ?all", SpfResult.Pass)]
    [InlineData("v=spf1 ?include:passes.example -all", SpfResult.Neutral)]
    [InlineData("v=spf1 include:nothing.example -all", SpfResult.PermError)]
    [InlineData("v=spf1 redirect=passes.example", SpfResult.Pass)]
    [InlineData("v=spf1 redirect=nothing.example", SpfResult.PermError)]
    [InlineData("v=spf1 -all redirect=passes.example", SpfResult.Fail)]
    [InlineData("v=spf1 exists:%{ir}.%{l1r-}.allowed.%{d} -all", SpfResult.Pass)]
    [InlineData("v=spf1 exists:%{ir}.other.%{d} -all", SpfResult.Fail)]
    [InlineData("v=spf1 exists:%{x}.%{d} -all", SpfResult.PermError)]
    [InlineData("v=spf1 unknown=modifier a -all", SpfResult.Pass)]
    [InlineData("v=spf1 a -al", SpfResult.PermError)]
    [InlineData("v=spf1 a:/24 -all", SpfResult.PermError)]
    [InlineData("v=spf1 all/24", SpfResult.PermError)]
    [InlineData("v=spf1 a/33 -all", SpfResult.PermError)]
    [InlineData("v=spf1 a//129 -all", SpfResult.PermError)]
    [InlineData("v=spf1 a/32//128 -all", SpfResult.Pass)]
    [InlineData("v=spf1 ip4:192.0.2.10//28 -all", SpfResult.PermError)]
    [InlineData("v=spf1 ip6:fe80::1%eth0 -all", SpfResult.PermError)]
    [InlineData("v=spf1 redirect=a.example redirect=b.example", SpfResult.PermError)]
    [InlineData("v=spf1 include:self.example -all", SpfResult.PermError)]
    [InlineData("v=spf1 a:g1.example a:g2.example a:g3.example -all", SpfResult.PermError)]
    [InlineData("v=spf1 a:g1.example a:g2.example -all", SpfResult.Fail)]
    [InlineData("v=spf1 a:fails.example -all", SpfResult.TempError)]
    [InlineData("v=spf1", SpfResult.Neutral)]
    [InlineData("v=spf10 -all", SpfResult.None)]
    public async Task Evaluate_Record_GivesItsResult(string record, SpfResult result) => Assert.Equal(result, (await EvaluateAsync(record)).Result);

    [Fact]
    public async Task Evaluate_TenQuestions_AreAllowedAndElevenNot()
    {
        Assert.Equal(SpfResult.Fail, (await EvaluateAsync($"v=spf1 {Repeat("a:mail-a.example.com", 10)} -all")).Result);
        Assert.Equal(SpfResult.PermError, (await EvaluateAsync($"v=spf1 {Repeat("a:mail-a.example.com", 11)} -all")).Result);

        static string Repeat(string term, int times) => string.Join(' ', Enumerable.Repeat(term, times));
    }

    [Fact]
    public async Task Evaluate_ARecordOfManyStrings_IsReadAsOne()
    {
        var record = $"v=spf1 {string.Join(' ', Enumerable.Range(0, 40).Select(at => $"ip4:198.51.100.{at}"))} ip4:192.0.2.10 -all";
        Assert.True(record.Length > 255);
        Assert.Equal(SpfResult.Pass, (await EvaluateAsync(record)).Result);
    }

    [Theory]
    [InlineData("%{s}", "strong-bad@email.example.com")]
    [InlineData("%{o}", "email.example.com")]
    [InlineData("%{d4}", "email.example.com")]
    [InlineData("%{d2}", "example.com")]
    [InlineData("%{dr}", "com.example.email")]
    [InlineData("%{d2r}", "example.email")]
    [InlineData("%{l-}", "strong.bad")]
    [InlineData("%{l1r-}", "strong")]
    [InlineData("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com")]
    [InlineData("a%%b%-c", "a%b%20c")]
    [InlineData("%{p}.%{h}", "unknown.mx.example.org")]
    [InlineData("%(d)", null)]
    [InlineData("%", null)]
    public void Expand_Macros_IsAsInTheStandard(string text, string? expected) =>
        Assert.Equal(expected, new SpfMacros(IPAddress.Parse("192.0.2.3"), "strong-bad@email.example.com", "mx.example.org").Expand(text, "email.example.com"));

    [Fact]
    public void Expand_OfIpv6_IsNibbles() => Assert.Equal(
        "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com",
        new SpfMacros(IPAddress.Parse("2001:db8::cb01"), "a@example.com", "mx.example.org").Expand("%{ir}.%{v}._spf.%{d2}", "example.com"));

    private static async Task<SpfFinding> EvaluateAsync(string record)
    {
        var zones = new Zones()
            .Host("example.com", "192.0.2.10", "192.0.2.11").Mx("example.com", "mail-a.example.com", "mail-b.example.com").Txt("example.com", record)
            .Host("mail-a.example.com", "192.0.2.129").Host("mail-b.example.com", "192.0.2.130")
            .Mx("example.org", "mail-c.example.org").Host("mail-c.example.org", "192.0.2.9").Host("example.org", "198.51.100.1").Txt("example.org", "v=spf1 a -all")
            .Txt("passes.example", "v=spf1 ip4:192.0.2.0/24 -all")
            .Txt("self.example", "v=spf1 include:self.example -all")
            .Fails("fails.example", TestReply.A)
            .Host("10.2.0.192.sender.allowed.example.com", "127.0.0.2")
            .Ptr("10.2.0.192.in-addr.arpa", "example.com");
        await using var dns = new TestDnsServer(zones.Answer);
        using var records = new DnsResolver(NetworkDoctorTests.OptionsOf(dns), TimeProvider.System);
        return await new Spf(records, new SpfMacros(IPAddress.Parse("192.0.2.10"), "sender-of@example.com", "probe.example.com")).EvaluateAsync("example.com", Ends);
    }
}
