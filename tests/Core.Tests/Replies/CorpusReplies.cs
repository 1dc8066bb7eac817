using System.Text.Json;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Replies;

/// <summary>The replies of the corpus, whatever they are expected to mean.</summary>
internal static class CorpusReplies
{
    public static readonly ReplyMask Ours = new("jane@target.example", "probe@egress.example", "mail.egress.example", "192.0.2.7");

    /// <summary>What servers put around their words: whose names they echo.</summary>
    public static readonly string[] Echoes =
    [
        "{0}", "<jane@target.example>: {0}", "{0} (jane@target.example)", "{0} [192.0.2.7]", "{0} from mail.egress.example[192.0.2.7]", "<probe@egress.example> {0}", "{0} for <other.person@target.example>",
        "{0}, see https://help.example/why?from=192.0.2.7&to=jane@target.example&x=1", "{0} https://help.example/jane@target.example.", "'jane' {0}", "egress.example: {0} at target.example",
    ];

    public static readonly List<ReplyContext> All = [.. Read()];

    private static IEnumerable<ReplyContext> Read()
    {
        using var stream = typeof(CorpusReplies).Assembly.GetManifestResourceStream("corpus.ndjson")!;
        using var lines = new StreamReader(stream);
        while (lines.ReadLine() is { } line)
        {
            var entry = JsonSerializer.Deserialize<Entry>(line, JsonSerializerOptions.Web)!;
            Assert.True(Words.TryParse<SmtpStage>(entry.Stage, out var stage));
            EnhancedCode? enhanced = EnhancedCode.TryParse(entry.Enhanced, out var code, out _) ? code : null;
            yield return new ReplyContext(stage, new SmtpReply(entry.Code, enhanced, entry.Text), entry.Mx);
        }
    }

    private sealed record Entry(string Stage, int Code, string? Enhanced, string Text, string? Mx);
}
