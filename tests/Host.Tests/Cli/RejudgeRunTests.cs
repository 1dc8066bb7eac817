using System.Text;
using System.Text.Json.Nodes;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Cli;
using EmailVerify.Host.Hosting;
using EmailVerify.Host.Tests.Api;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Cli;

public sealed class RejudgeRunTests : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("emailverify-tests-");
    private readonly OpenedFolder data;
    private readonly SqliteVerificationStore store;

    public RejudgeRunTests()
    {
        data = OpenedFolder.Open(new EmailVerifyOptions { Data = directory.FullName });
        store = new SqliteVerificationStore(data.Database);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await data.DisposeAsync();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Run_WithoutApply_CountsKindsAndChangesNothing()
    {
        await FillAsync();

        var (output, error) = await RunAsync();

        Assert.Equal(
            """
            FROM                                  TO                                        COUNT  RULE (OF ONE)
            undeliverable/rejected_email          unknown/blocked_by_policy                   700  generic/block-list
            undeliverable/rejected_email          would_ask_again/greylisted                    2  generic/greylisted
            unknown/unexpected_reply              undeliverable/rejected_email                  1  generic/no-such-user

            """,
            output);
        Assert.Equal(
            $"Judged by rules {ReplyRules.Default.Version}: 706. Other verdict: 701. Would be asked again, and stay: 2. Nothing kept to judge: 1. Nothing was changed; --apply does it.\n",
            error);
        Assert.Equal(output, (await RunAsync()).Output);
    }

    [Fact]
    public async Task Run_WithApply_ChangesOnceAndIsHarmlessTwice()
    {
        await FillAsync();
        var before = data.Database.Commits;

        var (_, error) = await RunAsync(apply: true);

        Assert.Contains("Changed: 701,", error, StringComparison.Ordinal);
        Assert.InRange(data.Database.Commits - before, 2, 10);
        var (output, again) = await RunAsync(apply: true, VerifyFormat.Csv);
        Assert.Equal("from_status,from_reason,to_status,to_reason,count,rule\r\nundeliverable,rejected_email,would_ask_again,greylisted,2,generic/greylisted\r\n", output);
        Assert.Contains("Changed: 0,", again, StringComparison.Ordinal);
        var changed = Assert.IsType<Verification>(await store.FindAsync("cus_a", IdOf(0), Cancellation));
        Assert.Equal((VerdictReason.BlockedByPolicy, VerdictReason.RejectedEmail), (changed.Verdict!.Reason, Assert.Single(changed.Earlier).Reason));
        Assert.Equal("old", (await store.FindAsync("cus_a", IdOf(700), Cancellation))!.Verdict!.Rules);
    }

    [Fact]
    public async Task Run_AsLines_ShowsEachAndAddressesOnlyWhenAsked()
    {
        await FillAsync();

        var lines = (await RunAsync(format: VerifyFormat.Ndjson)).Output.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        var shown = (await RunAsync(format: VerifyFormat.Ndjson, addresses: true)).Output;

        Assert.Equal(703, lines.Count);
        Assert.Equal(IdOf(0), (string?)lines[0]["id"]);
        Assert.All(lines, line => Assert.False(line.ContainsKey("email")));
        Assert.Equal(("unknown", "generic/block-list", null, false), ((string?)lines[0]["after"]!["status"], (string?)lines[0]["rule"], (string?)lines[0]["would_ask_again"], (bool)lines[0]["applied"]!));
        Assert.Equal("greylisted", (string?)lines[700]["would_ask_again"]);
        Assert.Contains("\"email\":\"jane@target.example\"", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AppliedAsLines_SaysOfEachRowWhetherItWasReplaced()
    {
        await FillAsync();

        var lines = (await RunAsync(apply: true, format: VerifyFormat.Ndjson)).Output.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!.AsObject()).ToList();

        Assert.All(lines, line => Assert.Equal((bool)line["changed"]!, (bool)line["applied"]!));
        Assert.Equal((701, ReplyRules.Default.Version), (lines.Count(line => (bool)line["applied"]!), (string?)lines[0]["after"]!["rules"]));
    }

    [Fact]
    public async Task Run_ARowThatNobodyCanRead_IsNamedAndFails()
    {
        await FillAsync();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(directory.FullName, "emailverify.db")};Pooling=false"))
        {
            await connection.OpenAsync(Cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText = $"UPDATE verifications SET evidence = 'nonsense' WHERE id = '{IdOf(3)}'";
            Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancellation));
        }

        var (_, error) = await RunAsync(exitCode: 1);

        Assert.Contains($"Not readable, and left as they are: {IdOf(3)}\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Since_LeavesOlderOnes()
    {
        await FillAsync();
        var (_, error) = await RunAsync(since: ApiHost.Start.AddSeconds(700));
        Assert.Contains(": 6. Other", error, StringComparison.Ordinal);
    }

    private static string IdOf(int number) => $"ver_{number:D26}";

    private static Verification Seen(int number, string text, VerdictReason reason, ReplyMeaning meaning)
    {
        var final = Judge.Final(reason);
        return new Verification
        {
            Id = IdOf(number),
            CustomerId = number % 2 == 0 ? "cus_a" : "cus_b",
            AddressHash = new AddressHash((UInt128)number),
            Email = "jane@target.example",
            CreatedAt = ApiHost.Start.AddSeconds(number),
            Attempts = 1,
            Verdict = new Verdict(
                final.Status, reason, final.Score, null, null, null, "target.example", "mx.target.example", ApiHost.Start.AddSeconds(number), ApiHost.Start.AddDays(14), VerdictSource.Live, "old"),
            Evidence =
            [
                new Evidence(
                    ApiHost.Start, SmtpStage.Rcpt, ["mx.target.example"], "mx.target.example", null, "eg-1", null, new ReplyEvidence(550, null, text), meaning, "generic/then", null, [], TimeSpan.Zero),
            ],
        };
    }

    private async Task FillAsync()
    {
        var rows = Enumerable.Range(0, 700).Select(at => Seen(at, "Client host [<egress>] blocked using zen.spamhaus.org", VerdictReason.RejectedEmail, ReplyMeaning.NoSuchMailbox)).ToList();
        rows.Add(Seen(700, "Greylisted, try again in 5 minutes", VerdictReason.RejectedEmail, ReplyMeaning.NoSuchMailbox));
        rows.Add(Seen(701, "Greylisted, try again in 5 minutes", VerdictReason.RejectedEmail, ReplyMeaning.NoSuchMailbox));
        rows.Add(Seen(702, "<recipient>: User unknown", VerdictReason.UnexpectedReply, ReplyMeaning.Other));
        rows.Add(Seen(703, "<recipient>: User unknown", VerdictReason.RejectedEmail, ReplyMeaning.NoSuchMailbox));
        rows.Add(Seen(704, "", VerdictReason.NullMx, ReplyMeaning.Other) with { Evidence = [] });
        rows.Add(Seen(705, "<recipient>: User unknown", VerdictReason.RejectedEmail, ReplyMeaning.NoSuchMailbox));
        rows.Add(Seen(706, "", VerdictReason.NullMx, ReplyMeaning.Other) with { Verdict = null, Pending = new Pending(ApiHost.Start, null, ApiHost.Start, ApiHost.Start) });
        await Task.WhenAll(rows.Select(row => store.SaveAsync(row, ticket: null)));
    }

    private async Task<(string Output, string Error)> RunAsync(bool apply = false, VerifyFormat format = VerifyFormat.Table, DateTimeOffset? since = null, bool addresses = false, int exitCode = 0)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        var rejudge = new Rejudge(ReplyRules.Default, ProviderCatalog.Default, Freshness.Default);
        var run = new RejudgeRun(new SqliteRejudging(data.Database), rejudge, new FakeTimeProvider(ApiHost.Start.AddDays(1)), output, error);
        var arguments = new RejudgeArguments(new CommonArguments(null, Sandbox: false, []), apply, format, since, addresses);
        Assert.Equal(exitCode, await run.RunAsync(arguments, Cancellation));
        return (Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
