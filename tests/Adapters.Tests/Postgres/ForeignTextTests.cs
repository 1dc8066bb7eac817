using System.Text;
using CsCheck;
using EmailVerify.Adapters.Postgres;

namespace EmailVerify.Adapters.Tests.Postgres;

public sealed class ForeignTextTests
{
    private const string Special = "\0\uFDD0\uFDD1\uD800\uDBFF\uDC00\uDFFF\uE000\uE7FFa";

    // As often as not of those that are not stored as they are, or what they are stored as.
    private static readonly Gen<string> Texts = Gen.OneOf(Gen.Char, Gen.Int[0, Special.Length - 1].Select(at => Special[at])).Array[0, 12].Select(characters => new string(characters));

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Fact]
    public void Text_OfWhatIsStored_IsTheText() => Texts.Sample(text => string.Equals(ForeignText.Text(ForeignText.Stored(text)), text, StringComparison.Ordinal), iter: 100_000);

    [Fact]
    public void Stored_AnyText_IsWhatPostgresCanHave() => Texts.Sample(
        text => Strict.GetString(Strict.GetBytes(ForeignText.Stored(text))) is var stored && !stored.Contains('\0', StringComparison.Ordinal), iter: 100_000);

    [Theory]
    [InlineData("")]
    [InlineData("jane@example.com")]
    [InlineData("жук@пример.рф 😀 \uE000")]
    public void Stored_OrdinaryText_StaysAsItIs(string text) => Assert.Equal(text, ForeignText.Stored(text));
}
