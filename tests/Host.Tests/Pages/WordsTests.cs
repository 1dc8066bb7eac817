using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using EmailVerify.Core;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Tests.Pages;

/// <summary>The pages have words for each word of the API: a new one would be shown to people as it is written to programs.</summary>
public sealed partial class WordsTests
{
    [Fact]
    public void Reasons_All_AreInWords() => Assert.Equal(WordsOf<VerdictReason>(), Keys("reasons"), StringComparer.Ordinal);

    [Fact]
    public void Statuses_All_AreInWords() => Assert.Equal(WordsOf<VerdictStatus>(), Keys("advices"), StringComparer.Ordinal);

    [Fact]
    public void Meanings_All_AreInWords() => Assert.Equal(WordsOf<ReplyMeaning>(), Keys("meanings"), StringComparer.Ordinal);

    [Fact]
    public void Subjects_All_AreInWords() => Assert.Equal(WordsOf<ReplySubject>(), Keys("subjects"), StringComparer.Ordinal);

    [Fact]
    public void Silences_All_AreInWords() => Assert.Equal(WordsOf<LossCause>().Append("smtputf8_missing").Order(StringComparer.Ordinal), Keys("silences"), StringComparer.Ordinal);

    private static IEnumerable<string> WordsOf<TEnum>()
        where TEnum : struct, Enum => Enum.GetValues<TEnum>().Select(Words.Of).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Keys(string table, [CallerFilePath] string file = "")
    {
        var script = File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, "../../../src/EmailVerify.Host/wwwroot/js/parts/words.js"));
        var begin = script.IndexOf($"const {table} = {{", StringComparison.Ordinal);
        var rows = script[begin..script.IndexOf("};", begin, StringComparison.Ordinal)];
        return Row().Matches(rows).Select(row => row.Groups["key"].Value).Order(StringComparer.Ordinal);
    }

    [GeneratedRegex("^  (?<key>[a-z0-9_]+): '[^']+',$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();
}
