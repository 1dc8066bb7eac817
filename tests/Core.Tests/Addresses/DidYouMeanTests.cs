using CsCheck;
using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Tests.Addresses;

public sealed class DidYouMeanTests
{
    [Theory]
    [InlineData("gmial.com", "gmail.com")]
    [InlineData("gamil.com", "gmail.com")]
    [InlineData("gmai.com", "gmail.com")]
    [InlineData("gmaill.com", "gmail.com")]
    [InlineData("gnail.com", "gmail.com")]
    [InlineData("gmail.con", "gmail.com")]
    [InlineData("gmail.cm", "gmail.com")]
    [InlineData("gmail.co", "gmail.com")]
    [InlineData("gmailcom", "gmail.com")]
    [InlineData("gmail", "gmail.com")]
    [InlineData("gmial.con", "gmail.com")]
    [InlineData("hotmial.com", "hotmail.com")]
    [InlineData("hotmal.co.uk", "hotmail.co.uk")]
    [InlineData("outloook.com", "outlook.com")]
    [InlineData("yahooo.com", "yahoo.com")]
    [InlineData("yahoo.couk", "yahoo.co.uk")]
    [InlineData("icould.com", "icloud.com")]
    [InlineData("comcast.ney", "comcast.net")]
    [InlineData("t-onlin.de", "t-online.de")]
    [InlineData("wanado.fr", "wanadoo.fr")]
    [InlineData("aol.con", "aol.com")]
    [InlineData("gmx.dee", "gmx.de")]
    [InlineData("acme.con", "acme.com")]
    [InlineData("acme.co.ukk", "acme.co.uk")]
    public void For_Typo_IsCorrected(string typed, string meant) => Assert.Equal("Jane+x@" + meant, DidYouMean.For(EmailAddress.Parse("Jane+x@" + typed)));

    [Theory]
    [InlineData("gmail.com")]
    [InlineData("ymail.com")]
    [InlineData("email.com")]
    [InlineData("duck.com")]
    [InlineData("mailinator.com")]
    [InlineData("example.com")]
    [InlineData("ao.com")] // a name of its own, beside aol.com
    [InlineData("nail.com")]
    [InlineData("jmail.com")] // too far for so short a name
    [InlineData("hmail.com")] // gmail.com or ymail.com
    [InlineData("outlook.e")] // many countries
    [InlineData("mail.by")] // exists, as mail.bg does
    [InlineData("acme.co")] // exists
    [InlineData("acme.cm")]
    [InlineData("localhost")]
    [InlineData("con")]
    [InlineData("bücher.example")]
    [InlineData("[192.0.2.1]")]
    [InlineData("a-very-long-name.that-nobody-meant-as-a.large-mail-domain-at-all.com")]
    public void For_NoClearTypo_IsNull(string domain) => Assert.Null(DidYouMean.For(EmailAddress.Parse("jane@" + domain)));

    [Fact]
    public void For_EveryLargeDomain_IsNull() => Assert.All(DomainList.Large.All, domain => Assert.Null(DidYouMean.ForDomain(domain)));

    [Fact]
    public void For_WhateverItSuggests_IsAnAddressThatNeedsNoSuggestion()
    {
        var slip = Gen.Select(Gen.OneOf(DomainList.Large.All.Order(StringComparer.Ordinal).ToArray()), Gen.Int[0, 30], Gen.Char["abcdefghijklmnopqrstuvwxyz.-0"], Gen.Int[0, 2]).Select((domain, at, c, kind) =>
        {
            at %= domain.Length;
            return kind switch { 0 => domain.Insert(at, c.ToString()), 1 => domain.Remove(at, 1), _ => domain[..at] + c + domain[(at + 1)..] };
        });
        slip.Sample(domain =>
        {
            if (!EmailAddress.TryParse("jane@" + domain, out var address) || DidYouMean.For(address) is not { } suggestion)
                return;

            var suggested = EmailAddress.Parse(suggestion);
            Assert.Equal("jane", suggested.LocalPart);
            Assert.NotEqual(address.Domain, suggested.Domain, StringComparer.Ordinal);
            Assert.Null(DidYouMean.For(suggested));
        });
    }

    [Theory]
    [InlineData("gmail", "gmail", 0)]
    [InlineData("gmal", "gmail", TypingDistance.Edit)]
    [InlineData("gmaiil", "gmail", TypingDistance.Edit)]
    [InlineData("gmial", "gmail", TypingDistance.Edit)]
    [InlineData("gnail", "gmail", TypingDistance.Slip)]
    [InlineData("gxail", "gmail", TypingDistance.Substitution)]
    [InlineData("", "ab", 2 * TypingDistance.Edit)]
    [InlineData("ab", "", 2 * TypingDistance.Edit)]
    [InlineData("ab", "ba", TypingDistance.Edit)]
    [InlineData("ca", "abc", 30)] // restricted: no edit between what was transposed
    [InlineData("abcdef", "badcfe", 30)]
    public void Between_Edits_Cost(string typed, string meant, int distance) => Assert.Equal(distance, TypingDistance.Between(typed, meant, 100));

    [Fact]
    public void Between_NarrowLimit_AgreesWithWideOne()
    {
        var text = Gen.Char["abgh.-"].Array[0, 9].Select(letters => new string(letters));
        Gen.Select(text, text, Gen.Int[0, 40]).Sample((typed, meant, limit) =>
        {
            var wide = TypingDistance.Between(typed, meant, 1_000);
            Assert.Equal(wide <= limit ? wide : int.MaxValue, TypingDistance.Between(typed, meant, limit));
        });
    }

    [Fact]
    public void Between_LongTexts_AreNotMeasured() => Assert.Equal(int.MaxValue, TypingDistance.Between(new string('a', 65), new string('a', 65), 10));

    [Theory]
    [InlineData('g', 'h', true)]
    [InlineData('g', 't', true)]
    [InlineData('g', 'y', true)]
    [InlineData('g', 'v', true)]
    [InlineData('g', 'b', true)]
    [InlineData('g', 'g', false)]
    [InlineData('g', 'm', false)]
    [InlineData('p', 'a', false)]
    [InlineData('ü', 'u', false)]
    public void AreNeighbours_OnAKeyboard_AreKeysThatTouch(char a, char b, bool expected)
    {
        Assert.Equal(expected, TypingDistance.AreNeighbours(a, b));
        Assert.Equal(expected, TypingDistance.AreNeighbours(b, a));
    }
}
