using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Tests.Addresses;

public sealed class EmailAddressTests
{
    private const string A63 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string A64 = A63 + "a";

    [Theory]
    [InlineData("Jane.Doe@Example.COM", "Jane.Doe@example.com")]
    [InlineData("a@b", "a@b")]
    [InlineData("postmaster@localhost", "postmaster@localhost")]
    [InlineData("!#$%&'*+-/=?^_`{|}~@x.org", "!#$%&'*+-/=?^_`{|}~@x.org")]
    [InlineData("a+b@x.org", "a+b@x.org")]
    [InlineData("-@x.org", "-@x.org")]
    [InlineData("1@2.3", "1@2.3")]
    [InlineData("a@1.2.3.4", "a@1.2.3.4")]
    [InlineData("a@3com.com", "a@3com.com")]
    [InlineData("a@a-b.c-d", "a@a-b.c-d")]
    [InlineData("a@x--y.com", "a@x--y.com")]
    [InlineData("customer/department=shipping@example.com", "customer/department=shipping@example.com")]
    [InlineData("$A12345@example.com", "$A12345@example.com")]
    [InlineData("!def!xyz%abc@example.com", "!def!xyz%abc@example.com")]
    [InlineData(A64 + "@x.org", A64 + "@x.org")]
    [InlineData("a@" + A63 + ".org", "a@" + A63 + ".org")]
    public void TryParse_DotString_KeepsTheLocalPartAndLowersTheDomain(string text, string canonical) =>
        Assert.Equal(canonical, EmailAddress.Parse(text).Canonical);

    [Theory]
    [InlineData("\"Abc@def\"@example.com", "\"Abc@def\"@example.com")]
    [InlineData("\"Fred Bloggs\"@example.com", "\"Fred Bloggs\"@example.com")]
    [InlineData("\"Abc\\@def\"@example.com", "\"Abc@def\"@example.com")]
    [InlineData("\"Joe\\\\Blow\"@example.com", "\"Joe\\\\Blow\"@example.com")]
    [InlineData("\"a\\\"b\"@example.com", "\"a\\\"b\"@example.com")]
    [InlineData("\"john.doe\"@example.com", "john.doe@example.com")]
    [InlineData("\"\\j\\o\\h\\n\"@example.com", "john@example.com")]
    [InlineData("\"\"@example.com", "\"\"@example.com")]
    [InlineData("\" \"@example.com", "\" \"@example.com")]
    [InlineData("\".a\"@example.com", "\".a\"@example.com")]
    [InlineData("\"a..b\"@example.com", "\"a..b\"@example.com")]
    [InlineData("\"a<b>c,(d)\"@example.com", "\"a<b>c,(d)\"@example.com")]
    [InlineData("\"ü ü\"@example.com", "\"ü ü\"@example.com")]
    [InlineData("\"ü\"@example.com", "ü@example.com")]
    public void TryParse_QuotedString_QuotesNoMoreThanItMust(string text, string canonical) =>
        Assert.Equal(canonical, EmailAddress.Parse(text).Canonical);

    [Theory]
    [InlineData("用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v")]
    [InlineData("अजय@डाटा.भारत", "अजय@xn--c2bd1gb.xn--h2brj9c")]
    [InlineData("квіточка@пошта.укр", "квіточка@xn--80a1acn3a.xn--j1amh")]
    [InlineData("χρήστης@παράδειγμα.ελ", "χρήστης@xn--hxajbheg2az3al.xn--qxam")]
    [InlineData("Dörte@Sörensen.example.com", "Dörte@xn--srensen-90a.example.com")]
    [InlineData("o\u0308@x.org", "ö@x.org")]
    [InlineData("\u212A@x.org", "K@x.org")]
    [InlineData("👩‍💻@x.org", "👩‍💻@x.org")]
    [InlineData("i❤\uFE0Fu@x.org", "i❤\uFE0Fu@x.org")]
    [InlineData("1\uFE0F\u20E3@x.org", "1\uFE0F\u20E3@x.org")]
    [InlineData("می‌خواهم@x.org", "می‌خواهم@x.org")]
    public void TryParse_Utf8_NormalisesTheLocalPartAndConvertsTheDomain(string text, string canonical) =>
        Assert.Equal(canonical, EmailAddress.Parse(text).Canonical);

    [Theory]
    [InlineData("a@[192.0.2.1]", "a@[192.0.2.1]")]
    [InlineData("a@[192.000.002.010]", "a@[192.0.2.10]")]
    [InlineData("a@[IPv6:2001:DB8:0:0:0:0:0:1]", "a@[IPv6:2001:db8::1]")]
    [InlineData("a@[ipv6:::1]", "a@[IPv6:::1]")]
    [InlineData("a@[IPv6:::]", "a@[IPv6:::]")]
    [InlineData("a@[IPv6:1::]", "a@[IPv6:1::]")]
    [InlineData("a@[IPv6:1:2:3:4:5:6:7:8]", "a@[IPv6:1:2:3:4:5:6:7:8]")]
    [InlineData("a@[IPv6:1:2:3::7:8]", "a@[IPv6:1:2:3::7:8]")]
    [InlineData("a@[IPv6:::ffff:192.0.2.1]", "a@[IPv6:::ffff:192.0.2.1]")]
    [InlineData("a@[IPv6:1:2:3:4:5:6:1.2.3.4]", "a@[IPv6:1:2:3:4:5:6:102:304]")]
    [InlineData("a@[IPv6:1:2:3:4:5:6::8]", "a@[IPv6:1:2:3:4:5:6:0:8]")]
    [InlineData("a@[IPv6:1:2:3:4:5:6:7::]", "a@[IPv6:1:2:3:4:5:6:7:0]")]
    [InlineData("a@[IPv6:::2:3:4:5:6:7:8]", "a@[IPv6:0:2:3:4:5:6:7:8]")]
    public void TryParse_Literal_IsAMailbox(string text, string canonical)
    {
        var address = EmailAddress.Parse(text);

        Assert.Equal(canonical, address.Canonical);
        Assert.True(address.IsLiteral);
        Assert.Equal(address.Canonical, address.Key);
        Assert.Equal(address.Domain, address.DomainUnicode);
    }

    [Theory]
    [InlineData("", AddressFault.Empty)]
    [InlineData("a", AddressFault.NoAt)]
    [InlineData("example.com", AddressFault.NoAt)]
    [InlineData("\"a\"", AddressFault.NoAt)]
    [InlineData("@", AddressFault.LocalPartEmpty)]
    [InlineData("@x.org", AddressFault.LocalPartEmpty)]
    [InlineData("@a,@b:c@x.org", AddressFault.LocalPartEmpty)]
    [InlineData("a@", AddressFault.DomainEmpty)]
    [InlineData("a@b@c", AddressFault.ManyAts)]
    [InlineData("a@@b", AddressFault.ManyAts)]
    [InlineData(" a@x.org", AddressFault.Blank)]
    [InlineData("a @x.org", AddressFault.Blank)]
    [InlineData("a@ x.org", AddressFault.Blank)]
    [InlineData("a@x.org ", AddressFault.Blank)]
    [InlineData("Jane <a@x.org>", AddressFault.Blank)]
    [InlineData("<a@x.org>", AddressFault.LocalPartForm)]
    [InlineData("a@x.org>", AddressFault.LabelForm)]
    [InlineData(".a@x.org", AddressFault.LocalPartForm)]
    [InlineData("a.@x.org", AddressFault.LocalPartForm)]
    [InlineData("a..b@x.org", AddressFault.LocalPartForm)]
    [InlineData("a,b@x.org", AddressFault.LocalPartForm)]
    [InlineData("a(comment)@x.org", AddressFault.LocalPartForm)]
    [InlineData("a@(comment)x.org", AddressFault.LabelForm)]
    [InlineData("a@x.org(comment)", AddressFault.LabelForm)]
    [InlineData("a\\@b@x.org", AddressFault.LocalPartForm)]
    [InlineData("a\"b\"c@x.org", AddressFault.LocalPartForm)]
    [InlineData("\"a\".\"b\"@x.org", AddressFault.QuoteForm)]
    [InlineData("\"a\"b@x.org", AddressFault.QuoteForm)]
    [InlineData("\"a@x.org", AddressFault.QuoteForm)]
    [InlineData("\"a\\\"@x.org", AddressFault.QuoteForm)]
    [InlineData("\"a\\", AddressFault.QuoteForm)]
    [InlineData("\"a\\ü\"@x.org", AddressFault.QuoteForm)]
    [InlineData("\"", AddressFault.QuoteForm)]
    [InlineData("a\r\n@x.org", AddressFault.ControlCharacter)]
    [InlineData("\"a\r\nRCPT TO:<b@c>\"@x.org", AddressFault.ControlCharacter)]
    [InlineData("a@x.org\n", AddressFault.ControlCharacter)]
    [InlineData("a\0@x.org", AddressFault.ControlCharacter)]
    [InlineData("\"a\tb\"@x.org", AddressFault.ControlCharacter)]
    [InlineData("a\u007F@x.org", AddressFault.ControlCharacter)]
    [InlineData("a\u0085@x.org", AddressFault.ControlCharacter)]
    [InlineData("a\u2028@x.org", AddressFault.ControlCharacter)]
    [InlineData("a@x.org.", AddressFault.LabelEmpty)]
    [InlineData("a@.x.org", AddressFault.LabelEmpty)]
    [InlineData("a@x..org", AddressFault.LabelEmpty)]
    [InlineData("a@.", AddressFault.LabelEmpty)]
    [InlineData("a@-x.org", AddressFault.LabelForm)]
    [InlineData("a@x-.org", AddressFault.LabelForm)]
    [InlineData("a@x_y.org", AddressFault.LabelForm)]
    [InlineData("a@x/y.org", AddressFault.LabelForm)]
    [InlineData("a@x:25", AddressFault.LabelForm)]
    [InlineData("a@192.0.2.1]", AddressFault.LabelForm)]
    [InlineData("a@" + A64 + ".org", AddressFault.LabelTooLong)]
    [InlineData(A64 + "a@x.org", AddressFault.LocalPartTooLong)]
    public void TryParse_NoMailbox_SaysWhy(string text, AddressFault fault)
    {
        Assert.False(EmailAddress.TryParse(text, out var address, out var found));
        Assert.Null(address);
        Assert.Equal(fault, found);
        Assert.NotNull(AddressFaults.Explain(found));
    }

    [Theory]
    [InlineData("a\u200B@x.org")] // zero width space
    [InlineData("a\uFE0F@x.org")] // a variation selector that varies nothing
    [InlineData("a\u202E@x.org")] // right-to-left override
    [InlineData("a\u2066b@x.org")] // left-to-right isolate
    [InlineData("a\uFEFF@x.org")] // byte order mark
    [InlineData("a\u00AD@x.org")] // soft hyphen
    [InlineData("a\u200Db@x.org")] // joiner between ASCII letters
    [InlineData("é\u200D@x.org")] // joiner with nothing behind it
    [InlineData("a\u00A0b@x.org")] // no-break space
    [InlineData("\"a\u3000b\"@x.org")] // ideographic space
    [InlineData("a\u3164@x.org")] // Hangul filler
    [InlineData("a\u034F@x.org")] // combining grapheme joiner
    [InlineData("\u212A\u200C😀@x.org")] // joiner behind what normalises to an ASCII letter
    [InlineData("\u0301a@x.org")] // begins with a mark
    [InlineData("a\uE000@x.org")] // private use
    [InlineData("a\uFFFF@x.org")] // no character
    [InlineData("a\uFFFD@x.org")] // replacement character
    [InlineData("a\u0378@x.org")] // not assigned
    public void TryParse_InvisibleCharacter_IsRefused(string text)
    {
        Assert.False(EmailAddress.TryParse(text, out _, out var fault));
        Assert.Equal(AddressFault.LocalPartCharacter, fault);
    }

    [Theory]
    [InlineData("a@[]")]
    [InlineData("a@[")]
    [InlineData("a@[1.2.3.4")]
    [InlineData("a@[1.2.3.4]x")]
    [InlineData("a@[1.2.3]")]
    [InlineData("a@[1.2.3.4.5]")]
    [InlineData("a@[256.1.1.1]")]
    [InlineData("a@[1.2.3.0004]")]
    [InlineData("a@[+1.2.3.4]")]
    [InlineData("a@[ 1.2.3.4]")]
    [InlineData("a@[0x7f.0.0.1]")]
    [InlineData("a@[::1]")]
    [InlineData("a@[IPv6:]")]
    [InlineData("a@[IPv6:1:2:3:4:5:6:7]")]
    [InlineData("a@[IPv6:1:2:3:4:5:6:7:8:9]")]
    [InlineData("a@[IPv6:1:2:3:4:5:6:7:8::]")]
    [InlineData("a@[IPv6:1:2:3:4:5:6::7.8.9.10]")]
    [InlineData("a@[IPv6:1::2::3]")]
    [InlineData("a@[IPv6::1:2]")]
    [InlineData("a@[IPv6:12345::]")]
    [InlineData("a@[IPv6:::g]")]
    [InlineData("a@[IPv6:::1%eth0]")]
    [InlineData("a@[IPv6:::1/64]")]
    [InlineData("a@[IPv6:1.2.3.4::1]")]
    [InlineData("a@[IPv6:::1.2.3.4:1]")]
    [InlineData("a@[IPv6:1:2:3:4:5:6:7:1.2.3.4]")]
    [InlineData("a@[IPv6:::1.2.3]")]
    [InlineData("a@[tag:]")]
    [InlineData("a@[tag:content]")] // no tag is registered but IPv6
    [InlineData("a@[2001:db8::1]")] // an address without its tag, not a tag 2001
    [InlineData("a@[:x]")]
    [InlineData("a@[tag-:x]")]
    [InlineData("a@[t_g:x]")]
    [InlineData("a@[tag:a>b]")]
    [InlineData("a@[tag:a b]")]
    [InlineData("a@[tag:a]b]")]
    [InlineData("a@[tag:ü]")]
    [InlineData("a@[tag:\"]")]
    [InlineData("a@[tag:b@c]")]
    public void TryParse_BrokenLiteral_IsRefused(string text)
    {
        Assert.False(EmailAddress.TryParse(text, out _, out var fault));
        Assert.Equal(AddressFault.LiteralForm, fault);
    }

    [Fact]
    public void TryParse_HalfASurrogatePair_IsRefused()
    {
        // Attributes cannot carry ill-formed text.
        foreach (var text in (string[])["a\uD83D@x.org", "a\uDC00@x.org", "a@x.org\uD83D", "\uDC00\uD83D@x.org"])
        {
            Assert.False(EmailAddress.TryParse(text, out _, out var fault));
            Assert.Equal(AddressFault.IllFormedText, fault);
        }
    }

    [Theory]
    [InlineData(64, 189, true)]
    [InlineData(64, 190, false)]
    public void TryParse_WholeAddress_Takes254Octets(int localPart, int domain, bool valid)
    {
        Assert.Equal(valid, EmailAddress.TryParse(new string('a', localPart) + "@" + Domain(domain), out var address, out var fault));
        Assert.Equal(valid ? AddressFault.None : AddressFault.TooLong, fault);
        Assert.Equal(valid, address is { Canonical.Length: EmailAddress.MaxOctets });
    }

    [Fact]
    public void TryParse_Domain_Takes255Octets()
    {
        Assert.False(EmailAddress.TryParse("a@" + Domain(255), out _, out var whole));
        Assert.False(EmailAddress.TryParse("a@" + Domain(256), out _, out var domain));
        Assert.Equal((AddressFault.TooLong, AddressFault.DomainTooLong), (whole, domain));
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void TryParse_Utf8LocalPart_IsMeasuredInOctets(int letters, bool valid) =>
        Assert.Equal(valid, EmailAddress.TryParse(new string('ü', letters) + "@x.org", out _));

    [Fact]
    public void TryParse_LocalPartThatNormalisationLengthens_IsMeasuredAfterIt()
    {
        // U+0958 takes three octets and decomposes into six, also in NFC.
        Assert.True(EmailAddress.TryParse(new string('\u0958', 10) + "@x.org", out var address));
        Assert.Equal(20, address.LocalPart.Length);
        Assert.False(EmailAddress.TryParse(new string('\u0958', 11) + "@x.org", out _, out var fault));
        Assert.Equal(AddressFault.LocalPartTooLong, fault);
    }

    [Fact]
    public void TryParse_LetterThatNormalisesToASemicolon_NeedsQuotes()
    {
        Assert.False(EmailAddress.TryParse("a\u037E@x.org", out _, out var fault));
        Assert.Equal(AddressFault.LocalPartForm, fault);
        Assert.Equal("\"a;\"@x.org", EmailAddress.Parse("\"a\u037E\"@x.org").Canonical);
    }

    [Fact]
    public void TryParse_Null_IsEmpty()
    {
        Assert.False(EmailAddress.TryParse(null, out _, out var fault));
        Assert.False(EmailAddress.TryParse(null, out _));
        Assert.Equal(AddressFault.Empty, fault);
    }

    [Fact]
    public void Parse_NoMailbox_ThrowsWithoutTheText()
    {
        var exception = Assert.Throws<FormatException>(() => EmailAddress.Parse("jane@doe@x.org"));
        Assert.DoesNotContain("jane", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Equals_SpellingsOfOneCanonicalForm_AreOneAddress()
    {
        var (quoted, plain, other) = (EmailAddress.Parse("\"jane\"@X.org"), EmailAddress.Parse("jane@x.org"), EmailAddress.Parse("Jane@x.org"));

        Assert.Equal(plain, quoted);
        Assert.Equal(plain.GetHashCode(), quoted.GetHashCode());
        Assert.NotEqual(plain, other);
        Assert.False(plain.Equals(null));
        Assert.Equal("jane@x.org", plain.ToString());
    }

    [Fact]
    public void NeedsSmtputf8_OnlyForTheLocalPart()
    {
        Assert.True(EmailAddress.Parse("ü@x.org").NeedsSmtputf8);
        Assert.False(EmailAddress.Parse("u@ü.org").NeedsSmtputf8);
        Assert.True(EmailAddress.Parse("\"a b\"@x.org").IsQuoted);
        Assert.False(EmailAddress.Parse("ab@x.org").IsQuoted);
    }

    [Fact]
    public void Explain_EveryFault_HasItsOwnSentence()
    {
        var sentences = Enum.GetValues<AddressFault>().Where(fault => fault != AddressFault.None).Select(AddressFaults.Explain).ToArray();

        Assert.Equal(sentences.Length, sentences.Distinct(StringComparer.Ordinal).Count());
        Assert.Null(AddressFaults.Explain(AddressFault.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => AddressFaults.Explain((AddressFault)99));
    }

    // A domain of exactly so many octets, in labels of at most 63.
    private static string Domain(int length) => string.Create(length, length, (text, _) =>
    {
        text.Fill('a');
        for (var i = 60; i < text.Length - 1; i += 60)
            text[i] = '.';
    });
}
