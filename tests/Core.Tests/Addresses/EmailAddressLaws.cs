using System.Text;
using CsCheck;
using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Tests.Addresses;

/// <summary>What holds for every text, made to look like addresses often enough to get through.</summary>
public sealed class EmailAddressLaws
{
    private static readonly Gen<string> Piece = Gen.OneOf<string>(
        Gen.OneOf("a", "Z", "0", "-", ".", "+", "@", "\"", "\\", " ", "<", ">", "(", ")", ",", ";", ":", "[", "]", "\r", "\n", "\0", "\t", "\u007F", "\u0085"),
        Gen.OneOf("ü", "o\u0308", "ß", "例", "א", "ا", "١", "。", "．", "＠", "\u200D", "\u200C", "\u202E", "\u00AD", "\u0301", "\u0338", "\u2028", "\u037E", "\u1FEF", "\u0958", "\u212A", "😀", "\uD83D", "\uDC00", "\uFFFD"),
        Gen.OneOf("xn--", "xn--fa-hia", "--", "IPv6:", "::1", "192.0.2.1", "example.com", "gmail.com", "local", "\"@", "@x", ".org", "\\\""),
        Gen.Char.Select(c => c.ToString()));

    private static readonly Gen<string> Soup = Piece.Array[0, 14].Select(string.Concat);

    // Pieces that may stand in an address, with one of any kind among them.
    private static readonly Gen<string> Fitting = Gen.OneOf("a", "Z", "0", "x-y", "b.c", "+", "ü", "o\u0308", "例", "א", "xn--fa-hia", "example", "\u0958", "ß");

    private static readonly Gen<string> AlmostAddress =
        Gen.Select(
            Gen.Frequency((4, Fitting), (1, Piece)).Array[1, 4].Select(string.Concat),
            Gen.OneOf("{0}@{1}", "\"{0}\"@{1}", "\"{0} \\\"\"@{1}", "{0}@[{1}]", "{0}@[IPv6:::1]", "{0}@[IPv6:{1}]", "{0}@{1}.org"),
            Gen.Frequency((6, Fitting), (1, Piece)).Array[1, 3].Select(string.Concat))
            .Select((local, form, domain) => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, local, domain));

    private static readonly Gen<string> Text = Gen.Frequency((2, AlmostAddress), (1, Soup));

    [Fact]
    public void TryParse_WhateverTheText_NothingEscapesFromThePath() => Text.Sample(
        text =>
        {
            if (!EmailAddress.TryParse(text, out var address))
                return;

            var wire = address.LocalPart + "@" + address.Domain;
            Assert.DoesNotContain(wire, c => char.IsControl(c) || c is '\u2028' or '\u2029');
            Assert.DoesNotContain(OutsideQuotes(address.LocalPart) + "@" + address.Domain, c => c is '<' or '>' or ' ' or '"' or '\\');
            Assert.InRange(Encoding.UTF8.GetByteCount(wire), 3, EmailAddress.MaxOctets);
            Assert.InRange(Encoding.UTF8.GetByteCount(address.LocalPart), 1, 64);
            Assert.InRange(Encoding.UTF8.GetByteCount(address.Key), 3, EmailAddress.MaxUtf8Length);
            Assert.True(Ascii.IsValid(address.Domain));
            Assert.True(address.LocalPart.IsNormalized());
        },
        iter: 30_000);

    [Fact]
    public void TryParse_CanonicalForm_IsAFixedPoint() => Text.Sample(
        text =>
        {
            if (!EmailAddress.TryParse(text, out var address))
                return;

            var again = EmailAddress.Parse(address.Canonical);
            Assert.Equal(address, again);
            Assert.Equal(address.Canonical, again.Canonical);
            Assert.Equal(EmailAddress.Parse(address.Key).Key, address.Key);
            Assert.Equal(address, EmailAddress.Parse($"{address.LocalPart}@{address.DomainUnicode}"));
        },
        iter: 30_000);

    [Fact]
    public void TryParse_TheGenerator_GetsThroughOftenEnoughToMeanSomething()
    {
        var accepted = 0;
        Text.Sample(text => { _ = EmailAddress.TryParse(text, out _) && Interlocked.Increment(ref accepted) > 0; }, iter: 2_000);
        Assert.InRange(accepted, 400, 1_900);
    }

    [Fact]
    public void TryParse_AnyWellFormedAddress_IsAccepted()
    {
        const string Letters = "abcXYZ019!#$%&'*+-/=?^_`{|}~";
        var atom = Gen.Char[Letters].Array[1, 10].Select(letters => new string(letters));
        var label = Gen.Char["abcXYZ019"].Array[1, 20].Select(letters => new string(letters));
        Gen.Select(atom.Array[1, 4], label.Array[1, 5]).Sample((atoms, labels) =>
        {
            var (local, domain) = (string.Join('.', atoms), string.Join('.', labels));
            Assert.Equal($"{local}@{domain.ToLowerInvariant()}", EmailAddress.Parse($"{local}@{domain}").Canonical);
        });
    }

    private static string OutsideQuotes(string localPart)
    {
        if (localPart[0] != '"')
            return localPart;

        // What is quoted ends at the first quote that is not escaped: it has to be the last character.
        var i = 1;
        while (localPart[i] != '"')
            i += localPart[i] == '\\' ? 2 : 1;

        return localPart[(i + 1)..];
    }
}
