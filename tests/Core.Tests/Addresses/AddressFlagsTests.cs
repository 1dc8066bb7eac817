using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Tests.Addresses;

public sealed class AddressFlagsTests
{
    private static readonly AddressFlags None = new(Disposable: false, Free: false, Role: false, Subaddress: false, NoReply: false, Smtputf8: false, Relay: false);

    [Theory]
    [InlineData("jane@example.com")]
    [InlineData("jane@[192.0.2.1]")]
    [InlineData("\"sales+x\"@example.com", true)] // plain once unquoted
    [InlineData("\"sales \"@example.com")]
    [InlineData("salesman@example.com")]
    public void Of_NothingSpecial_HasNone(string text, bool special = false) =>
        Assert.Equal(special, AddressFlags.Of(EmailAddress.Parse(text)) != None);

    [Theory]
    [InlineData("x@mailinator.com")]
    [InlineData("x@yopmail.com")]
    [InlineData("x@guerrillamail.com")]
    [InlineData("x@any.depth.of.mailinator.com")]
    [InlineData("x@Mailinator.COM")]
    public void Of_DisposableDomainOrBelow_IsDisposable(string text) => Assert.Equal(None with { Disposable = true }, AddressFlags.Of(EmailAddress.Parse(text)));

    [Theory]
    [InlineData("x@surelynotmailinator.com")]
    [InlineData("x@mailinator.com.example.com")]
    public void Of_DomainThatOnlyLooksDisposable_IsNot(string text) => Assert.False(AddressFlags.Of(EmailAddress.Parse(text)).Disposable);

    [Theory]
    [InlineData("jane@gmail.com")]
    [InlineData("jane@web.de")]
    [InlineData("jane@qq.com")]
    [InlineData("jane@yahoo.co.uk")]
    public void Of_MailboxesForThePublic_AreFree(string text) => Assert.Equal(None with { Free = true }, AddressFlags.Of(EmailAddress.Parse(text)));

    [Fact]
    public void Of_BelowAFreeDomain_IsNotFree() => Assert.False(AddressFlags.Of(EmailAddress.Parse("jane@corp.gmail.com")).Free);

    [Theory]
    [InlineData("x@duck.com")]
    [InlineData("x@mozmail.com")]
    [InlineData("x@privaterelay.appleid.com")]
    [InlineData("x@jane.anonaddy.com")]
    public void Of_PrivacyRelay_IsRelayAndNotDisposable(string text) => Assert.Equal(None with { Relay = true }, AddressFlags.Of(EmailAddress.Parse(text)));

    [Theory]
    [InlineData("info@example.com")]
    [InlineData("Info@example.com")]
    [InlineData("postmaster@example.com")]
    [InlineData("abuse@example.com")]
    [InlineData("datenschutz@example.com")]
    [InlineData("ventas@example.com")]
    [InlineData("comptabilite@example.com")]
    [InlineData("human.resources@example.com")]
    public void Of_FunctionName_IsRole(string text) => Assert.Equal(None with { Role = true }, AddressFlags.Of(EmailAddress.Parse(text)));

    [Theory]
    [InlineData("noreply@example.com")]
    [InlineData("No-Reply@example.com")]
    [InlineData("do_not_reply@example.com")]
    [InlineData("alerts-noreply@example.com")]
    [InlineData("noreply.billing@example.com")]
    [InlineData("nicht-antworten@example.com")]
    public void Of_NoReply_IsRoleToo(string text) => Assert.Equal(None with { Role = true, NoReply = true }, AddressFlags.Of(EmailAddress.Parse(text)));

    [Theory]
    [InlineData("moreply@example.com")]
    [InlineData("noreplyer@example.com")]
    [InlineData("-noreply@example.com")]
    public void Of_NameThatOnlyResemblesNoReply_IsNone(string text) => Assert.False(AddressFlags.Of(EmailAddress.Parse(text)).NoReply);

    [Fact]
    public void Of_TagBehindARole_IsBoth() =>
        Assert.Equal(None with { Role = true, Subaddress = true }, AddressFlags.Of(EmailAddress.Parse("support+case17@example.com")));

    [Fact]
    public void Of_LeadingPlus_IsNoTag() => Assert.Equal(None, AddressFlags.Of(EmailAddress.Parse("+support@example.com")));

    [Fact]
    public void Of_NonAsciiLocalPart_NeedsSmtputf8() => Assert.Equal(None with { Smtputf8 = true }, AddressFlags.Of(EmailAddress.Parse("jürgen@example.com")));
}
