using System.Text;
using CsCheck;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Tests.Probes;

public sealed class SmtpCommandTests
{
    private static readonly Egress Us = new("eg-1", null, "probe.example", "verify@probe.example");

    [Fact]
    public void Commands_OfAnEgress_AreAsTheRfcHasThem()
    {
        Assert.Equal("EHLO probe.example\r\n", Written(SmtpCommand.Ehlo(Us)));
        Assert.Equal("HELO probe.example\r\n", Written(SmtpCommand.Helo(Us)));
        Assert.Equal("MAIL FROM:<verify@probe.example>\r\n", Written(SmtpCommand.MailFrom(Us, smtputf8: false)));
        Assert.Equal("MAIL FROM:<verify@probe.example> SMTPUTF8\r\n", Written(SmtpCommand.MailFrom(Us, smtputf8: true)));
        Assert.Equal("STARTTLS\r\nRSET\r\nQUIT\r\n", Written(SmtpCommand.Starttls) + Written(SmtpCommand.Rset) + Written(SmtpCommand.Quit));
    }

    [Fact]
    public void RcptTo_WhateverTheAddress_IsOneLineOrNothing() =>
        Gen.Frequency((3, Gen.String), (1, Gen.String.Select(text => $"a\r\nDATA\r\n{text}@dest.example")), (1, Gen.String[Gen.Char['!', '~'], 1, 40].Select(text => $"{text}@dest.example"))).Sample(text =>
        {
            if (!EmailAddress.TryParse(text, out var address))
                return;
            string written;
            try
            {
                written = Written(SmtpCommand.RcptTo(address));
            }
            catch (InvalidOperationException)
            {
                return;
            }

            Assert.StartsWith("RCPT TO:<", written, StringComparison.Ordinal);
            Assert.EndsWith(">\r\n", written, StringComparison.Ordinal);
            Assert.DoesNotContain(written[..^2], char.IsControl);
        });

    [Theory]
    [InlineData("probe.example", true)]
    [InlineData("probe-1.EXAMPLE", true)]
    [InlineData("localhost", true)]
    [InlineData("[192.0.2.1]", true)]
    [InlineData("[IPv6:2001:db8::1]", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("probe..example", false)]
    [InlineData(".example", false)]
    [InlineData("probe.example.", false)]
    [InlineData("probe example", false)]
    [InlineData("probe.example\r\nDATA", false)]
    [InlineData("prübe.example", false)]
    [InlineData("a123456789012345678901234567890123456789012345678901234567890123.example", false)]
    [InlineData("[]", false)]
    [InlineData("[2001:db8::1]", false)]
    [InlineData("[IPv6:192.0.2.1]", false)]
    [InlineData("[IPv6:fe80::1%eth0]", false)]
    [InlineData("[192.0.2.1\r\n]", false)]
    [InlineData("192.0.2.1]", false)]
    public void IsHeloName_OfAText_TellsWhatMayFollowEhlo(string? text, bool expected)
    {
        Assert.Equal(expected, Egress.IsHeloName(text));
        if (!expected)
            Assert.Throws<ArgumentException>(() => Us with { HeloName = text! });
    }

    [Theory]
    [InlineData("verify@probe.example", true)]
    [InlineData("first.last+tag@probe.example", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("@probe.example", false)]
    [InlineData("verify@", false)]
    [InlineData("verify", false)]
    [InlineData("a..b@probe.example", false)]
    [InlineData("a b@probe.example", false)]
    [InlineData("a>b@probe.example", false)]
    [InlineData("a\r\n@probe.example", false)]
    [InlineData("a@b@probe.example", false)]
    [InlineData("a@probe.example> SIZE=1", false)]
    [InlineData("ä@probe.example", false)]
    [InlineData("a1234567890123456789012345678901234567890123456789012345678901234@probe.example", false)]
    public void IsMailFrom_OfAText_TellsWhatMayBeTheSender(string? text, bool expected)
    {
        Assert.Equal(expected, Egress.IsMailFrom(text));
        if (!expected)
            Assert.Throws<ArgumentException>(() => new Egress("eg-1", null, "probe.example", text!));
    }

    [Fact]
    public void IsMailFrom_OfAPathThatIsTooLong_IsFalse()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 60), 4));
        Assert.True(Egress.IsMailFrom($"a@{domain}"));
        Assert.False(Egress.IsMailFrom($"aaaaaaaaaaaa@{domain}"));
    }

    private static string Written(SmtpCommand command)
    {
        Span<byte> octets = stackalloc byte[command.MostOctets];
        return Encoding.UTF8.GetString(octets[..command.Write(octets)]);
    }
}
