using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>The truth of a real Exim, over the whole service.</summary>
[Trait("Pace", "slow")]
public sealed class EximTests(EximServer exim) : IClassFixture<EximServer>
{
    [Fact]
    public async Task Verify_AgainstExim_TellsTheTruthAndIsPolite()
    {
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["alice@exim.test"] = "deliverable/accepted_email",
            ["nobody@exim.test"] = "undeliverable/rejected_email",
            ["full@exim.test"] = "risky/mailbox_full",
            ["disabled@exim.test"] = "undeliverable/mailbox_disabled",
            ["anyone@all.test"] = "risky/accept_all",
            ["alice@grey.test"] = "deliverable/accepted_email",
            ["nobody@grey.test"] = "undeliverable/rejected_email",
            ["alice@relay.test"] = "undeliverable/invalid_domain",
        };

        var answers = await exim.AskAsync(expected.Keys);

        Assert.Equal(Lines.Of(expected), Lines.Of(answers));
        Assert.True(answers["alice@grey.test"].Attempts > 1, "Nobody was greylisted.");

        // Exim says of each session how it ended; what is sent before its turn and a DATA are refused and logged.
        _ = await exim.EndsAsync("TCP/IP connection count", "closed by QUIT");
        Assert.DoesNotContain(exim.Log, line => line.Contains("synchronization error", StringComparison.Ordinal));
        Assert.DoesNotContain(exim.Log, line => line.Contains("No message is taken", StringComparison.Ordinal));
    }
}
