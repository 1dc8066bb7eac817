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
    [InlineData("acme.ner", "acme.net")]
    [InlineData("acme.rog", "acme.org")]
    [InlineData("acme.inf", "acme.info")]
    [InlineData("acme.com.combr", "acme.com.com.br")]
    [InlineData("gxail.com", "gmail.com")] // any letter, where the domain is so common
    [InlineData("hmail.com", "gmail.com")] // ymail.com is as near, and rare beside it
    [InlineData("gmial.co", "gmail.com")] // two slips, one at the end
    [InlineData("gmail.com.com", "gmail.com")]
    [InlineData("gmail.c", "gmail.com")]
    [InlineData("gmail.net", "gmail.com")] // there is one gmail
    [InlineData("gmail.fr", "gmail.com")]
    [InlineData("gmail.com.br", "gmail.com")]
    [InlineData("hotmail.org", "hotmail.com")]
    [InlineData("hotmail.f", "hotmail.fr")] // hotmail.fi is rare beside it
    [InlineData("www.gmail.com", "gmail.com")]
    [InlineData("g.mail.com", "gmail.com")]
    [InlineData("webde", "web.de")]
    [InlineData("wbe.de", "web.de")] // three letters: only what makes no other word
    [InlineData("aoll.com", "aol.com")]
    [InlineData("mial.ru", "mail.ru")]
    [InlineData("yandx.ru", "yandex.ru")]
    [InlineData("uolcom.br", "uol.com.br")]
    [InlineData("uol.con.br", "uol.com.br")]
    [InlineData("sezanm.cz", "seznam.cz")]
    [InlineData("wp.lp", "wp.pl")]
    [InlineData("navre.com", "naver.com")]
    [InlineData("jotmail.com", "hotmail.com")]
    [InlineData("outlopk.com", "outlook.com")]
    [InlineData("hotmaim.fr", "hotmail.fr")] // m is beside l on AZERTY
    [InlineData("zahoo.de", "yahoo.de")] // z is on QWERTZ where y is on QWERTY
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
    [InlineData("cloud.com")] // a company
    [InlineData("gmail.ru")] // a provider of its own
    [InlineData("gmail.dev")] // exists, and is nobody's slip
    [InlineData("web.dev")]
    [InlineData("gmz.de")] // three letters: somebody's
    [InlineData("acme.local")]
    [InlineData("acme.test")]
    [InlineData("acme.lan")]
    [InlineData("acme.internal")]
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
    public void For_EveryDomainOfAList_IsNull() =>
        Assert.All([.. DomainList.Large.All, .. DomainList.Free.All, .. DomainList.Relay.All, .. DomainList.Neighbours.All], domain => Assert.Null(DidYouMean.ForDomain(domain)));

    // Some of those who give mailboxes for throwing away have taken the names of typos; nobody else of theirs is taken for one.
    [Fact]
    public void For_DisposableDomains_IsNullButForTheTyposAmongThem() =>
        Assert.InRange(DomainList.Disposable.All.Count(domain => DidYouMean.ForDomain(domain) is not null), 0, 20);

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

    [Theory]
    [InlineData("gmial.com", "gmail.com", true)]
    [InlineData("gmaill.com", "gmail.com", true)]
    [InlineData("yaho.com", "yahoo.com", true)]
    [InlineData("gma.il.com", "gmail.com", true)]
    [InlineData("uolcom.br", "uol.com.br", true)]
    [InlineData("l8ve.com", "live.com", true)] // the digit above the letter
    [InlineData("l2ve.com", "live.com", false)]
    [InlineData("gmai.com", "gmail.com", false)]
    [InlineData("gmaiol.com", "gmail.com", false)]
    [InlineData("gmaul.com", "gmail.com", false)]
    [InlineData("gmaill.con", "gmail.com", false)]
    [InlineData("gmail.com", "gmail.com", false)]
    [InlineData("", "", false)]
    [InlineData("", "a", false)]
    public void IsLight_OneEditWithoutANewLetter_Is(string typed, string meant, bool expected) => Assert.Equal(expected, TypingDistance.IsLight(typed, meant));

    [Fact]
    public void Between_LongTexts_AreNotMeasured() => Assert.Equal(int.MaxValue, TypingDistance.Between(new string('a', 65), new string('a', 65), 10));

    [Theory]
    [InlineData('g', 'h', true)]
    [InlineData('g', 't', true)]
    [InlineData('g', 'y', true)]
    [InlineData('g', 'v', true)]
    [InlineData('g', 'b', true)]
    [InlineData('m', 'l', true)] // AZERTY
    [InlineData('y', 'z', true)] // QWERTZ for QWERTY
    [InlineData('a', 'q', true)]
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
