using System.Globalization;
using System.Text;
using EmailVerify.Scenarios.Documents;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>What the README and the help pages tell a reader to type is typed, in their order, and prints what they say.</summary>
[Trait("Pace", "slow")]
public sealed class DocumentationTests : IDisposable
{
    // Public mail servers, packages of Debian, the tests themselves.
    private const int MostNotRun = 16;

    private const string Place = "127.0.0.1:5080";
    private const string Sources = "dotnet run --project src/EmailVerify.Host --";
    private const string Shown = ".said";

    private readonly Folder home = new("reader");

    public static TheoryData<string> Documents => [.. Document.All];

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public void Dispose() => home.Dispose();

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Commands_InTheirOrder_PrintWhatTheDocumentSays(string path)
    {
        var blocks = Document.BlocksOf(path).Where(block => block.NotRun is null).ToList();
        if (blocks.Count == 0)
            return;
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Ports.Free()}");
        await using var service = await StartAsync(blocks.Find(block => block.IsService)?.Command ?? "emailverify serve --sandbox", address);

        // A machine that runs all tests may take longer for a verdict than a request waits for by itself.
        var patient = home.Make("patient");
        await File.WriteAllTextAsync(Path.Combine(patient, ".curlrc"), "header = \"Prefer: wait=25\"\n", Ends);

        // One shell, so that what a block sets is there in the next; what each prints goes into a file of its own.
        var script = new StringBuilder();
        foreach (var (number, block) in blocks.Index().Where(pair => !pair.Item.IsService))
            script.Append(CultureInfo.InvariantCulture, $"export CURL_HOME='{(block.Command.Contains("Prefer:", StringComparison.Ordinal) ? home.Path : patient)}'\nexec >'{home[number + Shown]}' 2>&1\n{Typed(block.Command, address).TrimEnd()}\necho $? >'{home[number + ".code"]}'\n");
        var file = home["typed.sh"];
        await File.WriteAllTextAsync(file, script.ToString(), Ends);
        var shell = await new Shell(home.Make("home")).RunAsync($"source {file} </dev/null", Ends);
        Assert.Equal(0, shell.ExitCode);

        var untrue = new StringBuilder();
        foreach (var (number, block) in blocks.Index().Where(pair => !pair.Item.IsService))
        {
            var printed = (await File.ReadAllTextAsync(home[number + Shown], Ends)).Replace(address, Place, StringComparison.Ordinal);
            var code = int.Parse(await File.ReadAllTextAsync(home[number + ".code"], Ends), CultureInfo.InvariantCulture);
            if (code != block.ExitCode || !(block.Output is null || Printed.IsAsSaid(block.Output, block.IsJson, printed)))
                _ = untrue.Append(CultureInfo.InvariantCulture, $"\n{block.Command}\nis said to end with {block.ExitCode} and to print:\n{block.Output}\nIt ended with {code} and printed:\n{printed}\n");
        }

        Assert.True(untrue.Length == 0, $"{path}:\n{untrue}");
    }

    [Fact]
    public void Commands_ThatNoTestRuns_AreFewAndSayWhy()
    {
        var notRun = Document.All.SelectMany(path => Document.BlocksOf(path)).Where(block => block.NotRun is not null).ToList();
        Assert.InRange(notRun.Count, 1, MostNotRun);
        Assert.All(notRun, block => Assert.NotEmpty(block.NotRun!));
    }

    [Theory]
    [InlineData("a … c", "a b c", true)]
    [InlineData("a …", "b c", false)]
    [InlineData("a\n…\nb", "a\nx\ny\nb", true)]
    [InlineData("a\nb", "a\n", false)]
    [InlineData("a", "12 %  3/5  deliverable 1\na", true)]
    public void Printed_Text_IsComparedLineByLine(string said, string printed, bool isAsSaid) => Assert.Equal(isAsSaid, Printed.IsAsSaid(said, isJson: false, printed));

    [Theory]
    [InlineData("""{"a":1,"b":"x…"}""", """{"b":"xyz","a":1}""", true)]
    [InlineData("""{"a":1}""", """{"b":2,"a":1}""", false)]
    [InlineData("""{"a":1,"…":"…"}""", """{"b":2,"a":1}""", true)]
    [InlineData("""{"a":[1,"…"]}""", """{"a":[1,2,3]}""", true)]
    [InlineData("""{"a":[1]}""", """{"a":[1,2,3]}""", false)]
    [InlineData("""{"a":null}""", """{"a":0}""", false)]
    public void Printed_Json_IsComparedByMembers(string said, string printed, bool isAsSaid) => Assert.Equal(isAsSaid, Printed.IsAsSaid(said, isJson: true, printed));

    // The executable is the published one, whether the document runs it from its sources or by its name.
    private static string Typed(string command, string address) =>
        command.Replace(Place, address, StringComparison.Ordinal).Replace(Sources, "emailverify", StringComparison.Ordinal);

    private async Task<ServerProcess> StartAsync(string command, string address)
    {
        var arguments = Typed(command, address).Trim()["emailverify".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var service = ServerProcess.Start(
            Service.Executable, arguments, new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = home.Path, ["ASPNETCORE_URLS"] = "http://" + address });
        try
        {
            _ = await service.PrintsAsync(line => line.StartsWith("Ready at ", StringComparison.Ordinal), Ends);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }
}
