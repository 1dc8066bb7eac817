using CsCheck;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Tests.Domains;

public sealed class PublicSuffixesTests
{
    /// <summary>A refresh that loses more than a twentieth of this has gone wrong.</summary>
    private const int RulesWhenLastLooked = 10_778;

    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("mx1.mail.example.com", "example.com")]
    [InlineData("com", "com")]
    [InlineData("co.uk", "co.uk")]
    [InlineData("example.co.uk", "example.co.uk")]
    [InlineData("a.b.example.co.uk", "example.co.uk")]
    [InlineData("ck", "ck")]
    [InlineData("any.ck", "any.ck")]
    [InlineData("b.any.ck", "b.any.ck")]
    [InlineData("a.b.any.ck", "b.any.ck")]
    [InlineData("www.ck", "www.ck")]
    [InlineData("a.www.ck", "www.ck")]
    [InlineData("kobe.jp", "kobe.jp")]
    [InlineData("a.c.kobe.jp", "a.c.kobe.jp")]
    [InlineData("a.city.kobe.jp", "city.kobe.jp")]
    [InlineData("shop.blogspot.com", "shop.blogspot.com")]
    [InlineData("x.shop.github.io", "shop.github.io")]
    [InlineData("a.b.unlisted", "b.unlisted")]
    [InlineData("localhost", "localhost")]
    [InlineData("mx.xn--85x722f.com.cn", "xn--85x722f.com.cn")]
    [InlineData("a.xn--55qx5d.cn", "a.xn--55qx5d.cn")]
    public void OrganisationalDomain_OfAHost_IsTheSuffixAndALabel(string host, string domain)
    {
        Assert.Equal(domain, PublicSuffixes.Default.OrganisationalDomain(host));
        Assert.Equal(domain, PublicSuffixes.Default.OrganisationalDomain(host.AsSpan()).ToString());
    }

    [Fact]
    public void OrganisationalDomain_WhateverTheText_IsItsEnd() =>
        Gen.String[Gen.Char["abck.ujp"], 0, 300].Sample(host => host.EndsWith(PublicSuffixes.Default.OrganisationalDomain(host), StringComparison.Ordinal));

    [Fact]
    public void OrganisationalDomain_Span_AllocatesNothing()
    {
        var suffixes = PublicSuffixes.Default;
        _ = suffixes.OrganisationalDomain("mx1.example.co.uk".AsSpan());
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
            _ = suffixes.OrganisationalDomain("mx1.example.co.uk".AsSpan());

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void List_Committed_KeepsItsLicenceAndSize()
    {
        using var reader = new StreamReader(typeof(PublicSuffixes).Assembly.GetManifestResourceStream("rules.public-suffixes.txt")!);
        var lines = reader.ReadToEnd().Split('\n');

        Assert.Contains("Mozilla Public", lines[0], StringComparison.Ordinal);
        Assert.InRange(lines.Count(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)), RulesWhenLastLooked * 95 / 100, int.MaxValue);
        Assert.All(lines.Where(line => !line.StartsWith("//", StringComparison.Ordinal)), line => Assert.True(line.All(char.IsAscii)));
    }

    [Fact]
    public void Read_ListWithoutRules_IsADefect() =>
        Assert.Throws<InvalidDataException>(() => PublicSuffixes.Read(new StringReader("// nothing\n\n")));
}
