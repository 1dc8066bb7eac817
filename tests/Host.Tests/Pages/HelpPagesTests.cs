using System.Net;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Cli;
using EmailVerify.Host.Cli.Help;
using EmailVerify.Host.Hosting;
using EmailVerify.Host.Pages;
using EmailVerify.Host.Tests.Api;

namespace EmailVerify.Host.Tests.Pages;

/// <summary>The help pages are whole, and what they name is there: links, anchors, operations, commands, reasons, exit codes.</summary>
public sealed partial class HelpPagesTests
{
    // What is a page but no file of wwwroot.
    private static readonly string[] OtherPages = ["/docs", "/dashboard"];

    private static readonly string Files = Path.Combine(Root(), "src/EmailVerify.Host/wwwroot");

    public static TheoryData<string> Pages => [.. Directory.GetFiles(Path.Combine(Files, "help"), "*.html").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Pages_ForEachReader_AreThere() =>
        Assert.Equal(["api", "file", "index", "maintain", "operate", "reasons", "start"], Pages.Select(page => (string)page), StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_UnderThePolicy_HasNothingInline(string page)
    {
        var html = Read(page);
        Assert.Contains("<html lang=\"en\">", html, StringComparison.Ordinal);
        Assert.Contains("<main id=\"main\" class=\"prose\">", html, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(html, "<h1[ >]", RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.DoesNotMatch(@"<style|\sstyle=|\son[a-z]+=|<script(?! type=""module"" src=""/)|(src|href)=""(?!/|#|http://127\.0\.0\.1)", html);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Markup_IsBalanced(string page)
    {
        var open = new Stack<string>();
        foreach (Match tag in Tag().Matches(Read(page)))
        {
            var name = tag.Groups["name"].Value;
            if (name is "meta" or "link" or "br")
                continue;
            if (tag.Groups["end"].Length == 0)
                open.Push(name);
            else
                Assert.Equal(open.Pop(), name);
        }

        Assert.Empty(open);
        var ids = Ids(page).ToList();
        Assert.Equal(ids.Distinct(StringComparer.Ordinal), ids, StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_Internal_LeadSomewhere(string page) =>
        Assert.All(Link().Matches(Read(page)).Select(match => match.Groups["to"].Value), link =>
        {
            var (path, anchor) = link.Split('#') is [var before, var after] ? (before, after) : (link, null);
            if (path.StartsWith("/problems/", StringComparison.Ordinal))
                Assert.NotNull(ProblemCode.Find(path["/problems/".Length..]));
            else if (path.Length > 0 && !OtherPages.Contains(path, StringComparer.Ordinal))
                Assert.True(File.Exists(Files + (PagePaths.Find(path) ?? path)), $"{link} leads nowhere");
            if (anchor is not null)
                Assert.Contains(anchor, Ids(path.Length == 0 ? page : Path.GetFileName(path) is "help" ? "index" : Path.GetFileName(path)), StringComparer.Ordinal);
        });

    [Fact]
    public async Task Operations_ThatTheDocumentsName_AreThere()
    {
        await using var host = await ApiHost.StartAsync();
        var routes = host.Endpoints().Select(endpoint => endpoint.RoutePattern.RawText!.Split('/')).ToList();
        var named = Pages.Select(page => Read(page)).Append(File.ReadAllText(Path.Combine(Root(), "README.md")))
            .SelectMany(text => Operation().Matches(WebUtility.HtmlDecode(text)).Select(match => match.Value.TrimEnd('.', '/')))
            .Distinct(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.True(routes.Exists(route => Fits(route, path.Split('/'))), $"{path} is no operation"));
    }

    [Fact]
    public void Commands_ThatTheDocumentsName_AreThere() =>
        Assert.All(
            Pages.Select(page => Read(page)).Append(File.ReadAllText(Path.Combine(Root(), "README.md"))).SelectMany(text => CommandName().Matches(text).Select(match => match.Groups["name"].Value)),
            name => Assert.Contains(name, CommandHelps.All.Keys, StringComparer.Ordinal));

    [Fact]
    public void Commands_OfTheExecutable_AreToldToOperators()
    {
        var page = Read("operate");
        Assert.All(CommandHelps.All.Keys.Where(path => path.Length > 0 && !path.Contains(' ', StringComparison.Ordinal)), name => Assert.Contains(name, page, StringComparison.Ordinal));
    }

    // A list is written as one text with commas, or with numbers: the page shows one of both.
    [Fact]
    public void Settings_EachOfThem_AreToldToOperators() =>
        Assert.Equal(
            SettingList.All.Select(setting => Whole(setting.Key)).Order(StringComparer.Ordinal),
            Setting().Matches(Read("operate")).Select(match => Whole(match.Groups["key"].Value)).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);

    [Fact]
    public void Reasons_OfVerdicts_AreEachExplainedUnderTheirStatus()
    {
        var ids = Ids("reasons").ToList();
        Assert.All(Enum.GetValues<VerdictReason>(), reason => Assert.Contains(Words.Of(reason), ids, StringComparer.Ordinal));
        Assert.All(Enum.GetValues<VerdictStatus>(), status => Assert.Contains(Words.Of(status), Ids("start").Concat(ids), StringComparer.Ordinal));
        Assert.Equal(
            Enum.GetValues<VerdictReason>().Select(Words.Of).Order(StringComparer.Ordinal),
            ids.Except([.. Enum.GetValues<VerdictStatus>().Select(Words.Of), "flags", "main"], StringComparer.Ordinal).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public void ExitCodes_AreTheOnesThatTheHelpOfTheExecutableNames()
    {
        var page = Read("operate");
        Assert.Equal(ExitCodes.All.Select(one => $"exit-{one.Code}"), Ids("operate").Where(id => id.StartsWith("exit-", StringComparison.Ordinal) && id is not "exit-codes"), StringComparer.Ordinal);
        Assert.All(ExitCodes.All, one => Assert.Contains(WebUtility.HtmlEncode(one.Meaning.Split('.', ':')[0]), page, StringComparison.Ordinal));
    }

    private static string Whole(string key) => key.EndsWith(":" + SettingList.Number, StringComparison.Ordinal) ? key[..^2] : key;

    private static string Read(string page) => File.ReadAllText(Path.Combine(Files, "help", page + ".html"));

    private static IEnumerable<string> Ids(string page) => Id().Matches(Read(page)).Select(match => match.Groups["id"].Value);

    // Ids, variables of the shell and what stands in braces are any parameter's.
    private static bool Fits(string[] route, string[] path) =>
        route.Length == path.Length && route.Zip(path).All(pair => pair.First.StartsWith('{') || pair.First.Equals(pair.Second, StringComparison.Ordinal));

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));

    [GeneratedRegex("<(?<end>/?)(?<name>[a-z][a-z0-9]*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();

    [GeneratedRegex("\\sid=\"(?<id>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();

    [GeneratedRegex("\\s(href|src)=\"(?<to>[/#][^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex("<tr[^>]*><th scope=\"row\"><code>(?<key>[A-Z][A-Za-z0-9:]*)</code>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Setting();

    [GeneratedRegex("(?<![a-z.])/v1/[a-z][a-z0-9_/{}.$A-Z-]*(?<![$({])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Operation();

    [GeneratedRegex("(?<=[>`|(; ]|^)emailverify (?<name>[a-z]+)(?=[ <`\\n])", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CommandName();
}
