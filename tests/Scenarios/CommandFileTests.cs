using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary><c>verify --file</c> as a person or a script runs it: a real process, its files, its streams and its exit code.</summary>
[Trait("Pace", "slow")]
public sealed class CommandFileTests : IDisposable
{
    private const string Customers =
        """
        Käufer,E-Mail,Note
        1,ada.lovelace@gmail.com,"said ""hi"", left"
        2,nobody.at.all.1815@gmail.com,
        3,anything.goes@catch-all.test,
        4,full.inbox@gmail.com,
        5,ada@null-mx.test,
        6,ada..lovelace@postfix.test,
        7,ada@greylist.test,
        8,Ada.Lovelace@gmail.com,again
        9,,
        10,ada@somewhere-else.example,

        """;

    private static readonly string[] Verdicts =
    [
        "1,ada.lovelace@gmail.com,\"said \"\"hi\"\", left\",deliverable,accepted_email,97,",
        "2,nobody.at.all.1815@gmail.com,,undeliverable,rejected_email,1,",
        "3,anything.goes@catch-all.test,,risky,accept_all,",
        "4,full.inbox@gmail.com,,risky,mailbox_full,25,",
        "5,ada@null-mx.test,,undeliverable,null_mx,0,",
        "6,ada..lovelace@postfix.test,,undeliverable,invalid_email,0,",
        "7,ada@greylist.test,,deliverable,accepted_email,97,",
        "8,Ada.Lovelace@gmail.com,again,deliverable,accepted_email,97,",
        "9,,,undeliverable,invalid_email,0,",
        "10,ada@somewhere-else.example,,unknown,dns_error,30,",
    ];

    private readonly Folder folder = new("files");

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task File_Csv_KeepsItsColumnsAndGetsOurs()
    {
        var output = folder["out.csv"];
        var run = await VerifyAsync(string.Empty, "--file", await FileAsync("in.csv", Customers), "--output", output);

        Assert.Equal((0, string.Empty, "100 %  10/10  deliverable 3, undeliverable 4, risky 2, unknown 1"), (run.ExitCode, run.Output, run.Error.TrimEnd()));
        AreCustomers(await File.ReadAllLinesAsync(output, Ends));
        Assert.Empty(Directory.GetFiles(folder.Path, ".*"));
    }

    [Fact]
    public async Task File_StandardInput_ToNdjson()
    {
        var run = await VerifyAsync(Customers, "--file", "-", "--column", "e-mail", "--format", "ndjson");

        Assert.Equal(0, run.ExitCode);
        var rows = run.Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        Assert.Equal(Enumerable.Range(1, 10), rows.Select(row => row.GetProperty("row").GetInt32()));
        Assert.Equal(["deliverable/accepted_email", "undeliverable/rejected_email", "risky/accept_all"], rows.Take(3).Select(row => row.Verdict()), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("in.csv", "a,b\n1,2\n", "--column email", "There is no column \"email\": the file has 2 (\"a\", \"b\").")]
    [InlineData("in.csv", "email\n", "", "no row")]
    [InlineData("in.csv", "", "", "no row")]
    [InlineData("in.ndjson", "{\"email\":\"a@b.example\"}\nno json\n", "", "Row 2 of the file")]
    [InlineData("in.json", "[\"a@b.example\"]", "", "must be an object with the member emails")]
    public async Task File_ThatIsNotTaken_IsOneSentenceAndNothingIsWritten(string name, string text, string more, string complaint)
    {
        var output = folder["out.csv"];
        var run = await VerifyAsync(
            string.Empty, ["--file", await FileAsync(name, text), "--output", output, .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal((2, string.Empty), (run.ExitCode, run.Output));
        Assert.Contains(complaint, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task File_Interrupted_GoesOnWithTheSameCommand()
    {
        // Strangers are put off for longer than it takes until the first line of progress, so that there is something to interrupt.
        var (data, output) = (folder.Make("data"), folder["out.csv"]);
        var rows = Enumerable.Range(1, 40).Select(number => (Number: number, Email: number % 2 == 0 ? $"ada{number}@greylist.test" : $"ada{number}@postfix.test")).ToList();
        var input = await FileAsync("in.csv", "number,email\n" + string.Concat(rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Number},{row.Email}\n"))));
        string[] command = ["verify", "--sandbox", "--data", data, "--file", input, "--output", output, "--EmailVerify:Retries:Schedule=40s,40s"];

        await using (var first = ServerProcess.Start(Service.Executable, command))
        {
            _ = await first.PrintsAsync(line => line.Contains("/40  ", StringComparison.Ordinal), Ends);
            using var kill = Process.Start("kill", ["-INT", first.Id.ToString(CultureInfo.InvariantCulture)]);
            await first.ExitAsync(Ends);
            Assert.Equal(1, first.ExitCode);
            _ = await first.PrintsAsync(line => line.StartsWith("Stopped when ", StringComparison.Ordinal) && line.Contains("the same command goes on", StringComparison.Ordinal), Ends);
        }

        Assert.Empty(Directory.GetFiles(folder.Path, "*out.csv*").Concat(Directory.GetFiles(folder.Path, ".*")));

        Assert.Equal(0, (await Command.RunAsync(string.Empty, Ends, command)).ExitCode);
        var whole = await File.ReadAllLinesAsync(output, Ends);
        Assert.Equal(
            rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Number},{row.Email}")),
            whole.Skip(1).Select(line => string.Join(',', line.Split(',')[..2])),
            StringComparer.Ordinal);

        // What has ended is not asked about again, and it was one batch all along.
        Assert.Equal(0, (await Command.RunAsync(string.Empty, Ends, command)).ExitCode);
        Assert.Equal(whole, await File.ReadAllLinesAsync(output, Ends), StringComparer.Ordinal);
        await using var service = await StartAsync(data);
        var batches = await service.Client.GetFromJsonAsync<JsonElement>(new Uri("/v1/batches", UriKind.Relative), Ends);
        Assert.Equal("in.csv", Assert.Single(batches.GetProperty("batches").EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Server_FilesAndAddresses_AreTheServicesAnswers()
    {
        await using var service = await StartAsync(folder.Make("data"));
        var input = await FileAsync("in.csv", Customers);

        var file = await ServerAsync("--file", input);
        var again = await ServerAsync("--file", input);
        var table = await ServerAsync("--file", input, "--format", "table");
        var addresses = await ServerAsync("full.inbox@gmail.com", "ada@greylist.test", "no-at-sign.test");
        var missing = await ServerAsync("--file", input, "--column", "nope");
        var foreign = await Command.RunAsync(string.Empty, Ends, "verify", "--server", service.Client.BaseAddress!.ToString(), "--key", "another", "a@b.example");

        Assert.Equal(0, file.ExitCode);
        Assert.StartsWith("100 %  10/10  ", Assert.Single(file.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        AreCustomers(file.Lines);
        Assert.Equal(file.Output, again.Output);
        Assert.Matches("^deliverable +accepted_email +97 +ada.lovelace@gmail.com +The mail server of gmail.com", table.Lines[1]);
        Assert.Equal(0, addresses.ExitCode);
        Assert.Equal(["risky", "deliverable", "undeliverable"], addresses.Lines.Skip(1).Select(line => line.Split(' ')[0]), StringComparer.Ordinal);
        Assert.Equal(2, missing.ExitCode);
        Assert.Equal("There is no column \"nope\": the file has 3 (\"Käufer\", \"E-Mail\", \"Note\"). --column takes a name or a number from 1.", missing.Error.TrimEnd());
        Assert.Equal((1, 1, 1), (foreign.ExitCode, foreign.Lines.Length, foreign.Error.TrimEnd().Split('\n').Length));

        var batches = await service.Client.GetFromJsonAsync<JsonElement>(new Uri("/v1/batches", UriKind.Relative), Ends);
        _ = Assert.Single(batches.GetProperty("batches").EnumerateArray());

        Task<Command> ServerAsync(params string[] arguments) => Command.RunAsync(
            string.Empty, Ends, ["verify", "--server", service.Client.BaseAddress!.ToString(), "--key", Service.Key, .. arguments]);
    }

    [Fact]
    public async Task Server_ThatIsNotThere_IsOneSentence()
    {
        var run = await Command.RunAsync(
            string.Empty, Ends, "verify", "--server", $"http://127.0.0.1:{Ports.Free()}", "--key", "x", "--file", await FileAsync("in.csv", Customers));

        Assert.Equal((1, string.Empty), (run.ExitCode, run.Output));
        Assert.Contains("cannot be reached", Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private static void AreCustomers(string[] lines)
    {
        Assert.Equal(
            "Käufer,E-Mail,Note,status,reason,score,did_you_mean,accept_all,disposable,free,role,mailbox_full,provider,found_at,duplicate_of",
            lines[0].TrimStart('\uFEFF'));
        Assert.Equal(Verdicts.Length, lines.Length - 1);
        Assert.All(Verdicts.Zip(lines.Skip(1)), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.EndsWith(",1", lines[8], StringComparison.Ordinal);
    }

    private static Task<Service> StartAsync(string data) =>
        Service.StartAsync(data, new Dictionary<string, string>(StringComparer.Ordinal), Ends, "--sandbox");

    private static Task<Command> VerifyAsync(string input, params string[] arguments) => Command.RunAsync(input, Ends, ["verify", "--sandbox", .. arguments]);

    private async Task<string> FileAsync(string name, string text)
    {
        var path = folder[name];
        await File.WriteAllTextAsync(path, text, Ends);
        return path;
    }
}
