using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Tests.Addresses;

public sealed class IdnTests
{
    [Fact]
    public void IsUsable_WithIcu_IsTrue() => Assert.True(Idn.IsUsable);

    [Theory]
    [InlineData("faß.de", "xn--fa-hia.de")]
    [InlineData("FASS.de", "fass.de")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("bu\u0308cher.example", "xn--bcher-kva.example")]
    [InlineData("XN--BCHER-KVA.example", "xn--bcher-kva.example")]
    [InlineData("ｇｍａｉｌ.com", "gmail.com")]
    [InlineData("例え。テスト", "xn--r8jz45g.xn--zckzah")]
    [InlineData("σίσυφος.gr", "xn--kxa6ajbbmh.gr")]
    [InlineData("نامه\u200Cای.com", "xn--mgba3gch31f060k.com")]
    [InlineData("क्\u200Dष.com", "xn--11b2ezcw70k.com")]
    [InlineData("l·l.cat", "xn--ll-0ea.cat")]
    [InlineData("א1.com", "xn--1-zhc.com")]
    [InlineData("カ・カ.jp", "xn--lcka3v.jp")]
    [InlineData("漢・字.jp", "xn--vek488jjom.jp")]
    [InlineData("〇.jp", "xn--w6j.jp")]
    [InlineData("͵α.gr", "xn--wva4j.gr")]
    [InlineData("א׳.il", "xn--4db4e.il")]
    [InlineData("\u1100\u1161.kr", "xn--o39a.kr")] // composes to a syllable
    public void Domain_Permitted_BecomesALabels(string domain, string ascii) =>
        Assert.Equal(ascii, EmailAddress.Parse("a@" + domain).Domain);

    [Theory]
    [InlineData("☃.net")] // a symbol
    [InlineData("👍.ws")]
    [InlineData("xn--n3h.net")] // the snowman's A-label
    [InlineData("½.com")] // maps to a fraction slash
    [InlineData("a\u200Db.de")] // a joiner out of context
    [InlineData("a\u200Cb.de")]
    [InlineData("a·b.cat")] // a middle dot that is not between two l
    [InlineData("a・b.jp")] // a Katakana dot without Japanese
    [InlineData("\u0301a.de")] // begins with a mark
    [InlineData("aא.com")] // both directions in a label
    [InlineData("1א.com")] // right-to-left, but begins with a digit
    [InlineData("ا\u0660\u06F0.com")] // two kinds of Arabic digits
    [InlineData("א1\u0660.com")]
    [InlineData("\u0663\u0664.com")] // Arabic digits without a letter before them
    [InlineData("͵a.gr")] // a keraia before Latin
    [InlineData("a׳.il")] // a geresh after Latin
    [InlineData("\u1113.kr")] // a part of a Hangul syllable
    [InlineData("אב-.il")]
    [InlineData("ـا.com")] // tatweel, disallowed by RFC 5892
    [InlineData("\u0378.com")] // not assigned
    [InlineData("\uE000.com")]
    [InlineData("xn--a.de")] // no Punycode
    [InlineData("xn--\u00FC.de")]
    [InlineData("xn--a-ecp.ru")] // not what the name's U-label converts to
    [InlineData("xn--Fa-hia2.de")]
    [InlineData("ü\uFF0E\uFF0Ede")]
    [InlineData("ü_.de")]
    [InlineData("ex\u00ADample.com")] // what UTS #46 would drop: a soft hyphen
    [InlineData("ex\u200Bample.com")]
    [InlineData("ex\u2060ample.com")]
    [InlineData("example.com\uFEFF")]
    [InlineData("ex\u034Fample.com")]
    [InlineData("ex\uFE0Fample.com")]
    [InlineData("ex\U000E0101ample.com")]
    [InlineData("ü.de\u3002")]
    [InlineData("ü＠x.de")]
    [InlineData("ü\u2100.de")] // maps to "a/c"
    public void Domain_NotPermitted_IsRefused(string domain) => Assert.False(EmailAddress.TryParse("a@" + domain, out _));

    [Theory]
    [InlineData("ab--cd.com", AddressFault.LabelForm)]
    [InlineData("ａｂ－－ｃｄ.com", AddressFault.LabelForm)]
    [InlineData("xn--.com", AddressFault.LabelForm)]
    [InlineData("xn--abc-.com", AddressFault.LabelForm)]
    [InlineData("xn--a.com", AddressFault.IdnForm)]
    public void Domain_HyphensThirdAndFourth_AreForALabels(string domain, AddressFault expected)
    {
        Assert.False(EmailAddress.TryParse("a@" + domain, out _, out var fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void Domain_ULabelWithHyphensThirdAndFourth_IsRefused() => Assert.False(EmailAddress.TryParse("a@üü--ü.com", out _));

    [Fact]
    public void DomainUnicode_OfALabels_IsWhatPeopleRead()
    {
        Assert.Equal("bücher.example", EmailAddress.Parse("a@xn--bcher-kva.example").DomainUnicode);
        Assert.Equal("example.com", EmailAddress.Parse("a@example.com").DomainUnicode);
        Assert.Equal("xn--a.de", Idn.ToUnicode("xn--a.de"));
    }

    [Fact]
    public void Domain_LongULabels_AreMeasuredInALabels()
    {
        Assert.True(EmailAddress.TryParse("a@" + new string('ü', 50) + ".de", out _));
        Assert.False(EmailAddress.TryParse("a@" + new string('ü', 64) + ".de", out _));
    }
}
