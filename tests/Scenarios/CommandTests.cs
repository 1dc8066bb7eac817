using System.Globalization;
using System.Text.Json;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>The commands as a person or a script runs them: real processes, their streams and their exit codes.</summary>
[Trait("Pace", "slow")]
public sealed class CommandTests
{
    private const string Unknown = "ada@somewhere-else.example";

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Verify_Table_ShowsARowAnAddressInOrder()
    {
        var run = await VerifyAsync("table", "ada.lovelace@gmail.com", "nobody@greylist.test", "no-at-sign.test", Unknown);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Collection(
            run.Lines,
            line => Assert.StartsWith("STATUS ", line, StringComparison.Ordinal),
            line => Assert.Matches("^deliverable +accepted_email +97 +ada.lovelace@gmail.com ", line),
            line => Assert.Matches("^undeliverable +rejected_email +1 +nobody@greylist.test ", line),
            line => Assert.Matches("^undeliverable +invalid_email +0 +no-at-sign.test ", line),
            line => Assert.Matches("^unknown +dns_error +30 +ada@somewhere-else.example .*not in the sandbox", line));
    }

    [Fact]
    public async Task Verify_Csv_IsReadable()
    {
        var run = await VerifyAsync("csv", "full.inbox@gmail.com", "käthe@bücher.test");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal("email,status,reason,score,did_you_mean,accept_all,disposable,free,role,mailbox_full,provider,found_at", run.Lines[0]);
        Assert.Matches("^full.inbox@gmail.com,risky,mailbox_full,25,,,false,true,false,true,google,20..-", run.Lines[1]);
        Assert.Matches("^käthe@bücher.test,deliverable,accepted_email,97,,false,", run.Lines[2]);
    }

    [Fact]
    public async Task Verify_Ndjson_CarriesTheEvidence()
    {
        var run = await VerifyAsync("ndjson", "adda@postfix.test", Unknown);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        var rows = run.Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        Assert.Equal(["undeliverable/rejected_email", "unknown/dns_error"], rows.Select(row => row.Verdict()), StringComparer.Ordinal);
        Assert.Equal(550, rows[0].GetProperty("evidence")[0].GetProperty("reply").GetProperty("code").GetInt32());
        Assert.Contains("not in the sandbox", rows[1].GetProperty("explanation").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replies_Lines_AreAnsweredInOrderWhateverTheyAre()
    {
        var run = await Command.RunAsync(
            """
            {"id":"1","stage":"rcpt","code":550,"enhanced":"5.1.1","text":"No such user here","mx":"mx.example.com"}
            no json
            {"id":"2","stage":"rcpt","code":"550","text":"a code is a number"}
            {"id":"3","stage":"nowhere","code":550,"enhanced":null,"text":"a stage is of the list","mx":null}

            {"id":"4","stage":"connect","code":554,"enhanced":"5.7.1","text":"Your address is on a block list","mx":null}
            {"id":"5","stage":"rcpt","code":250,"enhanced":null,"text":"OK","mx":null}
            """,
            Ends,
            "replies");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        var answers = run.Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        Assert.Equal(
            ["no_such_mailbox", "error", "error", "error", "policy_blocked", "mailbox_exists"],
            answers.Select(answer => answer.TryGetProperty("error", out _) ? "error" : answer.GetProperty("meaning").GetString()!),
            StringComparer.Ordinal);
        Assert.All(answers.Where(answer => !answer.TryGetProperty("error", out _)), answer => Assert.NotEmpty(answer.GetProperty("rule").GetString()!));
        Assert.Equal(["1", "4", "5"], answers.Where(answer => !answer.TryGetProperty("error", out _)).Select(answer => answer.GetProperty("id").GetString()!), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Addresses_Lines_AreAnsweredInOrderWhateverTheyAre()
    {
        var run = await Command.RunAsync(
            """
            {"input":"Ada+news@Gmail.com"}
            [
            {"other":"member"}
            {"input":"ada@gmial.com"}
            {"input":"ada..lovelace@example.com"}
            {"input":"ada@[192.0.2.1]"}
            {"input":"käthe@bücher.test"}
            """,
            Ends,
            "addresses");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        var answers = run.Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        Assert.Equal(7, answers.Count);
        Assert.Equal([1, 2], answers.Select((answer, at) => (answer, at)).Where(pair => pair.answer.TryGetProperty("error", out _)).Select(pair => pair.at));
        Assert.True(answers[0].GetProperty("valid").GetBoolean());
        Assert.True(answers[0].GetProperty("flags").GetProperty("subaddress").GetBoolean());
        Assert.Equal(JsonValueKind.Null, answers[0].GetProperty("reason").ValueKind);
        Assert.Equal("ada@gmail.com", answers[3].GetProperty("did_you_mean").GetString());
        Assert.False(answers[4].GetProperty("valid").GetBoolean());
        Assert.Equal((true, "address_literal"), (answers[5].GetProperty("valid").GetBoolean(), answers[5].GetProperty("reason").GetString()));
        Assert.Equal("käthe@xn--bcher-kva.test", answers[6].GetProperty("canonical").GetString());
    }

    [Fact]
    public async Task Keys_CreateListRevoke_OpenTheServiceAndCloseIt()
    {
        using var data = new Folder("data");
        var created = await KeysAsync("create", "--name", "sign-up form", "--scopes", "verify");
        var key = Assert.Single(created.Lines);
        Assert.StartsWith("ev_live_", key, StringComparison.Ordinal);
        Assert.StartsWith(RunProfile.IsCluster ? "A new installation was made. Database: " : $"A new installation was made in {data.Path};", created.Error, StringComparison.Ordinal);
        var listed = await KeysAsync("list");
        var row = Assert.Single(listed.Lines, line => line.Contains("sign-up form", StringComparison.Ordinal));
        Assert.Contains("active", row, StringComparison.Ordinal);
        Assert.DoesNotContain(key, listed.Output, StringComparison.Ordinal);
        Assert.StartsWith(RunProfile.IsCluster ? "Database: " : $"Data folder: {data.Path}", listed.Error, StringComparison.Ordinal);
        Assert.Equal((200, 403), await AskAsync());

        var id = row.Split(' ')[0];
        Assert.Equal(0, (await KeysAsync("revoke", id)).ExitCode);
        Assert.Contains("revoked", (await KeysAsync("list")).Output, StringComparison.Ordinal);
        Assert.Equal((401, 401), await AskAsync());
        Assert.Equal(1, (await KeysAsync("revoke", "key_01M86GVNRVEYHRV72HWAW4YR51")).ExitCode);

        async Task<Command> KeysAsync(params string[] arguments) => await Command.RunAsync(string.Empty, Ends, ["keys", .. arguments, "--data", data.Path]);

        // What its scope allows, and what it does not.
        async Task<(int Post, int Metrics)> AskAsync()
        {
            await using var service = await Service.StartAsync(data.Path, new Dictionary<string, string>(StringComparer.Ordinal), Ends);
            _ = await service.Process.PrintsAsync(line => line.Equals($"Data folder: {data.Path}", StringComparison.Ordinal) || (RunProfile.IsCluster && line.StartsWith("Database: ", StringComparison.Ordinal)), Ends);
            service.Client.DefaultRequestHeaders.Authorization = new("Bearer", key);
            var (posted, _, _) = await service.PostAsync("no-at-sign.test", wait: 5, Ends);
            using var metrics = await service.Client.GetAsync(new Uri("/metrics", UriKind.Relative), Ends);
            await service.Process.TerminateAsync(Ends);
            return ((int)posted, (int)metrics.StatusCode);
        }
    }

    [Fact]
    [Trait("Profile", "embedded")]
    public async Task Start_OnAFolderInUse_SaysWhoHoldsItAndExitsWith3()
    {
        using var data = new Folder("data");
        await using var service = await Service.StartAsync(data.Path, new Dictionary<string, string>(StringComparer.Ordinal), Ends);

        string[][] commands = [["serve", "--urls", "http://127.0.0.1:0"], ["verify", "ada@example.com"], ["migrate"], ["rejudge", "--apply"]];
        foreach (var command in commands)
        {
            var second = await Command.RunAsync(string.Empty, Ends, [.. command, "--data", data.Path]);

            Assert.Equal(3, second.ExitCode);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"by process {service.Process.Id} on {Environment.MachineName}"), second.Error, StringComparison.Ordinal);
            Assert.Contains("--server", second.Error, StringComparison.Ordinal);
        }

        Assert.Equal("undeliverable/invalid_email", (await service.VerifyAsync("no-at-sign.test", Ends)).Verdict());
    }

    [Fact]
    public async Task Rejudge_WhatTheSameRulesHaveJudged_ChangesNothing()
    {
        using var data = new Folder("data");
        string[] addresses =
        [
            "ada@postfix.test", "adda@postfix.test", "ada@null-mx.test", "full.inbox@gmail.com", "anything.goes@catch-all.test", "no-at-sign.test",
            "blocked@vanity-yandex.test", "blocked@vanity-alias.test",
        ];
        Assert.Equal(0, (await Command.RunAsync(string.Empty, Ends, ["verify", "--sandbox", "--data", data.Path, .. addresses])).ExitCode);

        var run = await Command.RunAsync(string.Empty, Ends, "rejudge", "--sandbox", "--data", data.Path, "--apply", "--format", "csv");

        Assert.Equal((0, "from_status,from_reason,to_status,to_reason,count,rule\r\n"), (run.ExitCode, run.Output));
        Assert.Contains(": 8. Other verdict: 0. Would be asked again, and stay: 0. Nothing kept to judge: 1. Changed: 0,", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnAFolderOfTheOtherKind_IsRefused()
    {
        using var data = new Folder("data");
        var (made, real) = (data.Make("made-up"), data.Make("real"));
        Assert.Equal(0, (await Command.RunAsync(string.Empty, Ends, "verify", "--sandbox", "--data", made, "ada@postfix.test")).ExitCode);
        Assert.Equal(0, (await Command.RunAsync(string.Empty, Ends, "migrate", "--data", real)).ExitCode);

        var withoutSandbox = await Command.RunAsync(string.Empty, Ends, "verify", "--data", made, "ada@postfix.test");
        var withSandbox = await Command.RunAsync(string.Empty, Ends, "verify", "--sandbox", "--data", real, "ada@postfix.test");

        Assert.Equal((1, string.Empty), (withoutSandbox.ExitCode, withoutSandbox.Output));
        Assert.Contains("made by a sandbox", withoutSandbox.Error, StringComparison.Ordinal);
        Assert.Equal((1, string.Empty), (withSandbox.ExitCode, withSandbox.Output));
        Assert.Contains("real verdicts", withSandbox.Error, StringComparison.Ordinal);
    }

    private static async Task<Command> VerifyAsync(string format, params string[] addresses)
    {
        using var data = new Folder("data");
        return await Command.RunAsync(string.Empty, Ends, ["verify", "--sandbox", "--data", data.Path, "--format", format, .. addresses]);
    }
}
