using System.Globalization;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Tests.Api;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-11-24T10:15:40Z", "2026-11-24T10:15:40.0000000+00:00")]
    [InlineData("2026-11-24t10:15:40z", "2026-11-24T10:15:40.0000000+00:00")]
    [InlineData("2026-11-24T10:15:40.5Z", "2026-11-24T10:15:40.5000000+00:00")]
    [InlineData("2026-11-24T10:15:40.123456789Z", "2026-11-24T10:15:40.1234567+00:00")]
    [InlineData("2026-11-24T10:15:40.912+01:00", "2026-11-24T10:15:40.9120000+01:00")]
    [InlineData("2026-11-24T10:15:40-00:00", "2026-11-24T10:15:40.0000000+00:00")]
    public void TryParse_AForm_IsThatTime(string text, string expected)
    {
        Assert.True(Rfc3339.TryParse(text, out var time));
        Assert.Equal(expected, time.ToString("O", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10:15")]
    [InlineData("2026-11-24")]
    [InlineData("2026-11-24T10:15Z")]
    [InlineData("2026-11-24T10:15:40")]
    [InlineData("2026-11-24 10:15:40Z")]
    [InlineData("2026-11-24T10:15:40.Z")]
    [InlineData("2026-11-24T10:15:40.5")]
    [InlineData("2026-11-24T10:15:40+0100")]
    [InlineData("2026-11-24T10:15:40+01:00:00")]
    [InlineData("2026-11-24T10:15:40 Z")]
    [InlineData("2026-13-24T10:15:40Z")]
    [InlineData("24 Nov 2026 10:15:40 GMT")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("٢٠٢٦-11-24T10:15:40Z")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(Rfc3339.TryParse(text, out _));
}
