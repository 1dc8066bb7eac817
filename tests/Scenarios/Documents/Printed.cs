using System.Text.Json;
using System.Text.RegularExpressions;

namespace EmailVerify.Scenarios.Documents;

/// <summary>Compares what was printed with what a document says is printed. <c>…</c> stands for anything.</summary>
internal static partial class Printed
{
    private const string Anything = "…";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Says whether the document tells the truth.</summary>
    /// <param name="said">What it says.</param>
    /// <param name="isJson">Whether that is JSON with line breaks of its own.</param>
    /// <param name="printed">What was printed.</param>
    public static bool IsAsSaid(string said, bool isJson, string printed)
    {
        // How far a file is, is told only to who waits for long; a byte order mark nobody sees.
        var heard = Progress().Replace(printed.ReplaceLineEndings("\n"), string.Empty).TrimStart('\uFEFF').TrimEnd();
        return isJson ? IsAsSaid(Parse(said), Parse(heard)) : Fits(said.TrimEnd(), heard);
    }

    private static JsonElement Parse(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    // Members may be left out only where the document says that something is.
    private static bool IsAsSaid(JsonElement said, JsonElement printed) => said.ValueKind switch
    {
        JsonValueKind.String when said.ValueEquals(Anything) => true,
        JsonValueKind.String => printed.ValueKind is JsonValueKind.String && Fits(said.GetString()!, printed.GetString()!),
        JsonValueKind.Object => printed.ValueKind is JsonValueKind.Object
            && said.EnumerateObject().Where(member => member.Name is not Anything).All(member => printed.TryGetProperty(member.Name, out var value) && IsAsSaid(member.Value, value))
            && (said.TryGetProperty(Anything, out _) || printed.EnumerateObject().All(member => said.TryGetProperty(member.Name, out _))),
        JsonValueKind.Array => printed.ValueKind is JsonValueKind.Array && AreAsSaid([.. said.EnumerateArray()], [.. printed.EnumerateArray()]),
        _ => JsonElement.DeepEquals(said, printed),
    };

    private static bool AreAsSaid(JsonElement[] said, JsonElement[] printed)
    {
        var isOpen = said is [.., { ValueKind: JsonValueKind.String } last] && last.ValueEquals(Anything);
        var all = isOpen ? said[..^1] : said;
        return (isOpen ? printed.Length >= all.Length : printed.Length == all.Length) && all.Zip(printed).All(pair => IsAsSaid(pair.First, pair.Second));
    }

    private static bool Fits(string said, string printed)
    {
        var lines = said.Split('\n').Select(line => line.Trim() is Anything ? "(?:.*\n)*?" : Regex.Escape(line.TrimEnd()).Replace(Anything, ".*?", StringComparison.Ordinal) + " *\n");
        return Regex.IsMatch(printed + "\n", $"^{string.Concat(lines)}$", RegexOptions.None, Patience);
    }

    [GeneratedRegex("^[0-9]+ %  [0-9]+/[0-9]+ .*\n?", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Progress();
}
