using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>The truth of a real OpenSMTPD, over the whole service.</summary>
[Trait("Pace", "slow")]
public sealed class OpenSmtpdTests(OpenSmtpdServer opensmtpd) : IClassFixture<OpenSmtpdServer>
{
    [Fact]
    public async Task Verify_AgainstOpenSmtpd_TellsTheTruthAndIsPolite()
    {
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["alice@opensmtpd.test"] = "deliverable/accepted_email",
            ["nobody@opensmtpd.test"] = "undeliverable/rejected_email",
            ["alice@users.test"] = "deliverable/accepted_email",
            ["nobody@users.test"] = "undeliverable/rejected_email",
            ["anyone@all.test"] = "risky/accept_all",

            // It says "Invalid recipient" of a domain that is not its own too.
            ["alice@relay.test"] = "undeliverable/rejected_email",
        };

        var answers = await opensmtpd.AskAsync(expected.Keys);

        Assert.Equal(Lines.Of(expected), Lines.Of(answers));

        // Where its TLS fails it is OpenSMTPD that ends the session.
        var ends = await opensmtpd.EndsAsync("smtp connected", "smtp disconnected");
        Assert.All(ends, line => Assert.True(line.Contains("reason=quit", StringComparison.Ordinal) || line.Contains("SSL routines", StringComparison.Ordinal), line));
        Assert.Contains(ends.Skip(1), line => line.Contains("reason=quit", StringComparison.Ordinal));
        Assert.DoesNotContain(opensmtpd.Log, line => line.Contains("command=\"DATA", StringComparison.Ordinal) || line.Contains("smtp message", StringComparison.Ordinal));
    }
}
