using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Replies;

public sealed class EnhancedCodeTests
{
    [Theory]
    [InlineData("5.1.1 unknown", "5.1.1", 5)]
    [InlineData("4.7.650", "4.7.650", 7)]
    [InlineData("5.1.1. x", "5.1.1", 5)]
    [InlineData("2.0.0", "2.0.0", 5)]
    public void TryParse_CodeAtTheBeginning_IsRead(string text, string code, int length)
    {
        Assert.True(EnhancedCode.TryParse(text, out var parsed, out var taken));
        Assert.Equal((code, length), (parsed.ToString(), taken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5.1")]
    [InlineData("5.1.")]
    [InlineData("3.1.1")]
    [InlineData("5..1")]
    [InlineData("5.1.1.7")]
    [InlineData("5.1.1234")]
    [InlineData("5.1.1a")]
    [InlineData("5x1.1")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(EnhancedCode.TryParse(text, out _, out _));

    [Fact]
    public void Of_Lines_LoseTheirCodesAndKeepTheFirst() => Assert.Equal(
        new SmtpReply(550, new EnhancedCode(5, 1, 1), "one\ntwo\n\nthree"),
        SmtpReply.Of(550, "5.1.1 one", "5.2.2 two", "", "three"));

    [Fact]
    public void About_EveryMeaning_IsDecided() => Assert.All(Enum.GetValues<ReplyMeaning>(), meaning => Assert.True(Enum.IsDefined(meaning.About())));

    [Fact]
    public void About_NoMeaning_IsADefect() => Assert.Throws<ArgumentOutOfRangeException>(() => ((ReplyMeaning)99).About());
}
