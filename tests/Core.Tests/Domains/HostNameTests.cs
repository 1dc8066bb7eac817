using CsCheck;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Tests.Domains;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("example.org")]
    [InlineData("localhost")]
    [InlineData("_dmarc.example.org")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("1.example")]
    [InlineData("3com.com")]
    [InlineData("a.b-c.d")]
    [InlineData("mx-.example.org")]
    public void IsValid_HostName_Yes(string name) => Assert.True(HostName.IsValid(name));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("example.org.")]
    [InlineData(".example.org")]
    [InlineData("a..b")]
    [InlineData("Example.org")]
    [InlineData("exa mple.org")]
    [InlineData("example.org\r\nQUIT")]
    [InlineData("bücher.example")]
    [InlineData("192.0.2.1")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("[192.0.2.1]")]
    [InlineData("2001:db8::1")]
    [InlineData("*.example.org")]
    public void IsValid_AnythingElse_No(string name) => Assert.False(HostName.IsValid(name));

    [Fact]
    public void IsValid_Lengths_AreThoseOfTheDns()
    {
        Assert.True(HostName.IsValid(new string('a', 63) + ".org"));
        Assert.False(HostName.IsValid(new string('a', 64) + ".org"));
        Assert.True(HostName.IsValid(string.Concat(Enumerable.Repeat("abcdefg.", 31)) + "abcde"));
        Assert.False(HostName.IsValid(string.Concat(Enumerable.Repeat("abcdefg.", 31)) + "abcdef"));
    }

    [Fact]
    public void IsValid_WhateverTheText_NeverLetsControlCharactersThrough() =>
        Gen.String.Sample(text => !HostName.IsValid(text) || !text.Any(letter => letter <= ' ' || letter > '~'));
}
