using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Tests.Addresses;

public sealed class OperatorListsTests
{
    private static readonly OperatorLists Lists = new(["throwaway.example", "gmail.com"], ["mailinator.com", "kept.throwaway.example"], ["club.example"]);

    [Theory]
    [InlineData("x@throwaway.example", true)]
    [InlineData("x@a.throwaway.example", true)]
    [InlineData("x@kept.throwaway.example", false)]
    [InlineData("x@gmail.com", true)] // before our own list of large providers
    [InlineData("x@mailinator.com", false)] // before the disposable domains
    [InlineData("x@a.mailinator.com", false)]
    [InlineData("x@yopmail.com", true)] // where the operator says nothing, ours
    [InlineData("x@example.com", false)]
    public void Of_OperatorsLists_GoFirst(string text, bool disposable) => Assert.Equal(disposable, AddressFlags.Of(EmailAddress.Parse(text), Lists).Disposable);

    [Fact]
    public void Of_OperatorsFreeDomains_AreFreeToo()
    {
        Assert.True(AddressFlags.Of(EmailAddress.Parse("x@club.example"), Lists).Free);
        Assert.True(AddressFlags.Of(EmailAddress.Parse("x@gmail.com"), Lists).Free);
        Assert.False(AddressFlags.Of(EmailAddress.Parse("x@example.com"), Lists).Free);
    }

    [Fact]
    public void ReadDomains_Lines_AreCanonical() => Assert.Equal(
        ["xn--bcher-kva.example", "example.com"],
        OperatorLists.ReadDomains(new StringReader("# ours\n\n  Example.COM \r\nbücher.example\nexample.com\n")).OrderDescending(StringComparer.Ordinal), StringComparer.Ordinal);

    [Theory]
    [InlineData("a b")]
    [InlineData("x@example.com")]
    [InlineData("*.example.com")]
    [InlineData("[192.0.2.1]")]
    [InlineData("example.com # ours")]
    public void ReadDomains_WhatIsNone_IsNamedByItsLine(string line)
    {
        var failure = Assert.Throws<FormatException>(() => OperatorLists.ReadDomains(new StringReader("example.com\n" + line)));
        Assert.Equal("Line 2 is no domain.", failure.Message);
    }

    [Fact]
    public void ReadDomains_TooMany_AreRefused()
    {
        Assert.Equal(2, OperatorLists.ReadDomains(new StringReader("a.example\nb.example\na.example"), most: 2).Count);
        Assert.Throws<FormatException>(() => OperatorLists.ReadDomains(new StringReader("a.example\nb.example\nc.example"), most: 2));
    }
}
