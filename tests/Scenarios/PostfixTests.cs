using System.Globalization;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>The truth of a real Postfix with postgrey, over the whole service.</summary>
[Trait("Pace", "slow")]
public sealed class PostfixTests(PostfixServer postfix) : IClassFixture<PostfixServer>
{
    [Fact]
    public async Task Verify_AgainstPostfix_TellsTheTruth()
    {
        using var data = new Folder("data");
        await using var service = await Service.StartAsync(data.Path, Settings(), TestContext.Current.CancellationToken);

        var expected = new Dictionary<string, string>(StringComparer.Ordinal)
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
        var answers = await Task.WhenAll(expected.Keys.Select(async email => (email, answer: await service.VerifyAsync(email, TestContext.Current.CancellationToken))));

        Assert.Equal(expected, answers.ToDictionary(pair => pair.email, pair => pair.answer.Verdict(), StringComparer.Ordinal));
        Assert.All(answers.Where(pair => pair.email.EndsWith("grey.test", StringComparison.Ordinal)), pair => Assert.True(pair.answer.GetProperty("attempts").GetInt32() > 1));
    }

    [Fact]
    public async Task Verify_AgainstPostfix_IsPolite()
    {
        using var data = new Folder("data");
        await using (var service = await Service.StartAsync(data.Path, Settings(), TestContext.Current.CancellationToken))
        {
            _ = await service.VerifyAsync("alice@postfix.test", TestContext.Current.CancellationToken);
            _ = await service.VerifyAsync("nobody@postfix.test", TestContext.Current.CancellationToken);
            await service.Process.TerminateAsync(TestContext.Current.CancellationToken);
        }

        // Postfix counts the commands of each session when it ends.
        while (postfix.Log.Split('\n').Count(line => line.Contains("disconnect from", StringComparison.Ordinal)) < postfix.Log.Split('\n').Count(line => line.Contains(" connect from", StringComparison.Ordinal)))
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        var ends = postfix.Log.Split('\n').Where(line => line.Contains("disconnect from", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(ends);
        Assert.All(ends, line => Assert.Contains("quit=1", line, StringComparison.Ordinal));
        Assert.All(ends, line => Assert.DoesNotContain("data=", line, StringComparison.Ordinal));
        Assert.DoesNotContain("lost connection", postfix.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("improper command pipelining", postfix.Log, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["Dns:Servers:0"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{postfix.DnsPort}"),
        ["Smtp:Port"] = postfix.SmtpPort.ToString(CultureInfo.InvariantCulture),
        ["Smtp:AllowPrivateAddresses"] = "true",
        ["Egresses:0:Name"] = "eg-1",
        ["Egresses:0:Address"] = "127.0.0.1",
        ["Egresses:0:HeloName"] = "probe.example.org",
        ["Egresses:0:MailFrom"] = "probe@example.org",
        ["Retries:Schedule"] = "3s,3s,3s",
    };
}
