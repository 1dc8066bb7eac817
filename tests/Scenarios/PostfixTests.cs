using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>The truth of a real Postfix with postgrey, over the whole service.</summary>
[Trait("Pace", "slow")]
public sealed class PostfixTests(PostfixServer postfix) : IClassFixture<PostfixServer>
{
    [Fact]
    public async Task Verify_AgainstPostfix_TellsTheTruthAndIsPolite()
    {
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["alice@postfix.test"] = "deliverable/accepted_email",
            ["nobody@postfix.test"] = "undeliverable/rejected_email",
            ["full@postfix.test"] = "risky/mailbox_full",
            ["disabled@postfix.test"] = "undeliverable/mailbox_disabled",
            ["anyone@all.test"] = "risky/accept_all",
            ["alice@grey.test"] = "deliverable/accepted_email",
            ["nobody@grey.test"] = "undeliverable/rejected_email",
            ["alice@relay.test"] = "undeliverable/invalid_domain",
            ["alice@nowhere.test"] = "undeliverable/invalid_domain",
        };

        var answers = await postfix.AskAsync(expected.Keys);

        Assert.Equal(Lines.Of(expected), Lines.Of(answers));
        Assert.True(answers["alice@grey.test"].Attempts > 1, "Nobody was greylisted.");

        // Postfix counts the commands of each session when it ends.
        var ends = await postfix.EndsAsync(" connect from", "disconnect from");
        Assert.All(ends, line => Assert.Contains("quit=1", line, StringComparison.Ordinal));
        Assert.All(ends, line => Assert.DoesNotContain("data=", line, StringComparison.Ordinal));
        Assert.DoesNotContain(postfix.Log, line => line.Contains("lost connection", StringComparison.Ordinal));
        Assert.DoesNotContain(postfix.Log, line => line.Contains("improper command pipelining", StringComparison.Ordinal));
    }
}
