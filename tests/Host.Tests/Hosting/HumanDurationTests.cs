using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Tests.Hosting;

public sealed class HumanDurationTests
{
    [Theory]
    [InlineData("40ms", 0.04)]
    [InlineData("6m", 360)]
    [InlineData(" 1h30m ", 5400)]
    [InlineData("14d", 1209600)]
    [InlineData("0s", 0)]
    public void TryParse_Duration_IsRead(string text, double seconds)
    {
        Assert.True(HumanDuration.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds, 3);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("6")]
    [InlineData("m")]
    [InlineData("6 m")]
    [InlineData("6M")]
    [InlineData("-6m")]
    [InlineData("1.5h")]
    [InlineData("6w")]
    [InlineData("999999999d")]
    [InlineData("9999999999s")]
    [InlineData("3660d3660d")]
    [InlineData("1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s")]
    public void TryParse_Other_IsNot(string? text) => Assert.False(HumanDuration.TryParse(text, out _));
}
