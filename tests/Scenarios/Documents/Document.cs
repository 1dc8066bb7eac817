using System.Net;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace EmailVerify.Scenarios.Documents;

/// <summary>A page of the help, or the README, as its reader goes through it.</summary>
internal static partial class Document
{
    /// <summary>Gets the documents: the README, and every page of the help.</summary>
    public static IEnumerable<string> All { get; } =
        Directory.GetFiles(Path.Combine(Root(), Help), "*.html").Select(file => $"{Help}/{Path.GetFileName(file)}").Order(StringComparer.Ordinal).Prepend("README.md");

    private const string Help = "src/EmailVerify.Host/wwwroot/help";

    /// <summary>Reads the text of a document.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root(), path));

    /// <summary>Takes the blocks out of a document.</summary>
    /// <exception cref="FormatException">A block is neither for a shell nor what one prints.</exception>
    public static List<Block> BlocksOf(string path) => path.EndsWith(".md", StringComparison.Ordinal) ? OfMarkdown(Read(path)) : OfHtml(Read(path));

    private static List<Block> OfHtml(string text)
    {
        var blocks = new List<Block>();
        foreach (Match match in Preformatted().Matches(text))
        {
            var (kind, attributes, inner) = (match.Groups["class"].Value, match.Groups["more"].Value, WebUtility.HtmlDecode(match.Groups["text"].Value));
            switch (kind)
            {
                case "run":
                    blocks.Add(new Block(inner) { ExitCode = Attribute(attributes, "data-exit") is { } code ? int.Parse(code, System.Globalization.CultureInfo.InvariantCulture) : 0 });
                    break;
                case "norun":
                    blocks.Add(new Block(inner) { NotRun = Attribute(attributes, "data-why") ?? throw new FormatException($"Nobody says why this is not run: {inner}") });
                    break;
                case "output" or "output json" when blocks is [.., { Output: null }]:
                    blocks[^1] = blocks[^1] with { Output = inner, IsJson = kind is "output json" };
                    break;
                case "text":
                    break;
                default:
                    throw new FormatException($"Neither a command nor what one prints: {match.Value}");
            }
        }

        return blocks;
    }

    private static List<Block> OfMarkdown(string text)
    {
        var blocks = new List<Block>();
        foreach (Match match in Fenced().Matches(text))
        {
            var inner = match.Groups["text"].Value;
            if (match.Groups["language"].Value is "sh")
                blocks.Add(new Block(inner) { NotRun = match.Groups["why"] is { Success: true, Value: var why } ? why : null });
            else if (match.Groups["why"] is not { Success: true } && blocks is [.., { Output: null }])
                blocks[^1] = blocks[^1] with { Output = inner };
        }

        return blocks;
    }

    private static string? Attribute(string attributes, string name) =>
        Regex.Match(attributes, name + "=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups["value"].Value) : null;

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));

    [GeneratedRegex("<pre(?: class=\"(?<class>[^\"]*)\")?(?<more>[^>]*)>(?:<code>)?(?<text>.*?)(?:</code>)?</pre>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Preformatted();

    [GeneratedRegex("(?:<!-- not run: (?<why>[^\n]*) -->\n+)?^```(?<language>[a-z]*)\n(?<text>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fenced();
}
