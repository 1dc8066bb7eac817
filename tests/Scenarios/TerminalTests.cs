using System.Globalization;
using System.Text.RegularExpressions;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>What the executable says of itself on a terminal, done as it says: its exit codes, the examples of its help, and its completion in real shells.</summary>
[Trait("Pace", "slow")]
public sealed partial class TerminalTests : IDisposable
{
    private const string Place = "http://127.0.0.1:5080";
    private const string Customers = "Customer,E-Mail\n1,ada.lovelace@gmail.com\n2,nobody.at.all.1815@gmail.com\n";

    private readonly Folder folder = new("terminal");

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public static TheoryData<string> Commands { get; } = ["", "verify", "replies", "addresses", "rejudge", "doctor", "keys", "keys create", "keys list", "migrate", "completion", "help"];

    public static TheoryData<string> Services { get; } = ["serve", "sandbox"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ExitCodes_EachThatIsDocumented_CanBeHad()
    {
        var data = folder.Make("data");
        var missing = folder["missing.csv"];
        await using var service = await Service.StartAsync(data, new Dictionary<string, string>(StringComparer.Ordinal), Ends);
        var had = new Dictionary<int, string[]>
        {
            [0] = ["--version"],
            [1] = ["verify", "ada@example.com", "--key", "x", "--server", $"http://127.0.0.1:{Ports.Free()}"],
            [2] = ["verify", "--sandbox", "--file", missing],
            [3] = RunProfile.IsCluster ? ["rejudge", "--apply", "--data", data] : ["migrate", "--data", data],
            [4] = ["doctor", "--sandbox", "--EmailVerify:Egresses:0:HeloName=nobody-knows.sandbox.test", "--EmailVerify:Egresses:0:MailFrom=probe@sandbox.test"],
            [5] = ["doctor", "--sandbox", string.Create(CultureInfo.InvariantCulture, $"--EmailVerify:Smtp:Port={Ports.Free()}")],
        };

        var help = await Command.RunAsync(string.Empty, Ends, "--help");
        var documented = help.Output[help.Output.IndexOf("Exit codes:", StringComparison.Ordinal)..];
        Assert.Equal(had.Keys, Code().Matches(documented).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture)));
        foreach (var (code, line) in had)
            Assert.Equal(code, (await Command.RunAsync(string.Empty, Ends, line)).ExitCode);
        Assert.Equal(2, (await Command.RunAsync(string.Empty, Ends, "verfy")).ExitCode);
        Assert.Equal(2, (await Command.RunAsync(string.Empty, Ends, "verify", "--sandbox", "a@b.example", "--EmailVerify:Smtp:Prot=25")).ExitCode);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Examples_OfTheHelp_WorkAsTheyStand(string command)
    {
        var shell = new Shell(folder.Path);
        await File.WriteAllTextAsync(folder["customers.csv"], Customers, Ends);
        // Whatever runs until it is stopped is another test's.
        var lines = (await ExamplesAsync(command)).Where(line => !line.StartsWith("emailverify serve", StringComparison.Ordinal)).ToList();
        await using var service = lines.Exists(line => line.Contains(Place, StringComparison.Ordinal))
            ? await Service.StartAsync(folder.Make("service"), new Dictionary<string, string>(StringComparer.Ordinal), Ends, "--sandbox")
            : null;

        foreach (var line in lines)
        {
            var run = await shell.RunAsync(
                line.Replace(Place, service?.Client.BaseAddress?.ToString().TrimEnd('/'), StringComparison.Ordinal), Ends, ("EMAILVERIFY_KEY", Service.Key));
            Assert.True(run.ExitCode == 0, $"{line}\nended with {run.ExitCode}: {run.Error}");
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Examples_OfWhatRunsUntilItIsStopped_Start(string command)
    {
        foreach (var line in await ExamplesAsync(command))
        {
            // Everything that is listened at is free.
            var free = line
                .Replace(":5090", string.Create(CultureInfo.InvariantCulture, $":{Ports.Free()}"), StringComparison.Ordinal)
                .Replace(":5081", string.Create(CultureInfo.InvariantCulture, $":{Ports.Free()}"), StringComparison.Ordinal)
                .Replace("--port 2525", string.Create(CultureInfo.InvariantCulture, $"--port {Ports.Free()}"), StringComparison.Ordinal);
            var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = folder.Path, ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" };
            await using var process = ServerProcess.Start("bash", ["--norc", "-c", $"cd {folder.Path}; exec {Service.Executable}{free["emailverify".Length..]}"], environment);
            _ = await process.PrintsAsync(text => text.StartsWith("Ready at ", StringComparison.Ordinal) || text.StartsWith("EmailVerify__Egresses__0__MailFrom=", StringComparison.Ordinal), Ends);
            await process.TerminateAsync(Ends);
            Assert.Equal(0, process.ExitCode);
        }
    }

    [Fact]
    public async Task Examples_OfKeysRevoke_EndTheKeyOfTheId()
    {
        var shell = new Shell(folder.Path);
        Assert.Equal(0, (await shell.RunAsync("emailverify keys create --name a", Ends)).ExitCode);
        var id = (await shell.RunAsync("emailverify keys list", Ends)).Lines[1].Split(' ')[0];

        var line = Assert.Single(await ExamplesAsync("keys revoke"));
        Assert.Equal(0, (await shell.RunAsync(KeyId().Replace(line, id), Ends)).ExitCode);
        Assert.Equal(1, (await shell.RunAsync(line, Ends)).ExitCode);
    }

    [Theory]
    [InlineData("emailverify v", "verify")]
    [InlineData("emailverify verify --fo", "--format")]
    [InlineData("emailverify verify --format ", "csv ndjson table")]
    [InlineData("emailverify keys create --scopes op", "operate")]
    [InlineData("emailverify completion ", "--data --help --sandbox -h bash fish zsh")]
    [InlineData("emailverify verify --file ", "")]
    [InlineData("emailverify verify \"$(touch harm)", "")]
    public async Task Completion_InBash_OffersWhatMayFollow(string line, string words)
    {
        var run = await new Shell(folder.Path).RunAsync(
            """
            source <(emailverify completion bash)
            COMP_LINE=$LINE_TO_COMPLETE COMP_POINT=${#LINE_TO_COMPLETE}
            read -ra COMP_WORDS <<<"$COMP_LINE"
            [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            [[ $(complete -p emailverify) == *' -F _emailverify '* ]] && _emailverify && echo "${COMPREPLY[*]}"
            """,
            Ends,
            ("LINE_TO_COMPLETE", line));
        Assert.Equal((words, string.Empty, 0), (run.Output.TrimEnd('\n'), run.Error, run.ExitCode));
        Assert.False(File.Exists(folder["harm"]));
    }

    [Theory]
    [InlineData("emailverify v", "verify")]
    [InlineData("emailverify verify --format ", "csv ndjson table")]
    [InlineData("emailverify verify --file ", "files")]
    public async Task Completion_InZsh_OffersWhatMayFollow(string line, string words)
    {
        // Only a line editor may complete; what it would be told is printed instead.
        var run = await new Shell(folder.Path).RunAsync(
            """
            emailverify completion zsh > _emailverify
            zsh -f -c '
              compdef() { :; }
              compadd() { print -r -- "${answers[*]}"; }
              _files() { print files; }
              source ./_emailverify
              words=("${(@s: :)LINE_TO_COMPLETE}") CURRENT=$#words
              _emailverify'
            """,
            Ends,
            ("LINE_TO_COMPLETE", line));
        Assert.Equal((string.Empty, 0), (run.Error, run.ExitCode));
        Assert.Contains(words, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("emailverify v", "verify")]
    [InlineData("emailverify verify --format ", "csv ndjson table")]
    [InlineData("emailverify keys create --scopes op", "operate")]
    public async Task Completion_InFish_OffersWhatMayFollow(string line, string words)
    {
        var run = await new Shell(folder.Path).RunAsync("emailverify completion fish > emailverify.fish; fish --no-config -c 'source emailverify.fish; complete -C \"$LINE_TO_COMPLETE\"'", Ends, ("LINE_TO_COMPLETE", line));
        Assert.Equal((string.Empty, 0), (run.Error, run.ExitCode));
        Assert.All(words.Split(' '), word => Assert.Contains(word, run.Lines, StringComparer.Ordinal));
    }

    // As a person copies them out of the help: the lines that are set in below what each is for.
    private static async Task<string[]> ExamplesAsync(string command)
    {
        var help = await Command.RunAsync(string.Empty, Ends, ["help", .. command.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        var examples = help.Output[help.Output.IndexOf("\nExamples:\n", StringComparison.Ordinal)..help.Output.IndexOf("\nExit codes:\n", StringComparison.Ordinal)];
        return [.. examples.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line.Trim())];
    }

    [GeneratedRegex(@"(?<=^  )\d+(?=  )", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();

    [GeneratedRegex("key_[0-9A-Z]{26}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyId();
}
