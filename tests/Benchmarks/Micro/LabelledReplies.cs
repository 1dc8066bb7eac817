using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Replies;

namespace EmailVerify.Benchmarks.Micro;

/// <summary>
/// How well the rules read replies whose meaning is known: lines <c>{"stage","code","enhanced","text","mx","meaning"}</c> of files that are named, or the corpus of the tests.
/// A collection that the rules were not written for says what they are worth; one that they were written for, only that nothing broke.
/// </summary>
internal static class LabelledReplies
{
    /// <summary>What it is asked for by.</summary>
    public const string Command = "replies";

    // What the product promises of replies that nobody has seen.
    private const double MostWrong = 0.01;
    private const double LeastRecall = 0.93;
    private const double LeastMacroF1 = 0.88;

    public static async Task RunAsync(Report report, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var read = new List<(ReplyMeaning Meant, ReplyMeaning Read)>();
        foreach (var file in files)
        {
            await foreach (var line in File.ReadLinesAsync(file, cancellationToken))
                read.Add(Read(line));
        }

        if (files.Count == 0)
        {
            using var lines = new StreamReader(typeof(LabelledReplies).Assembly.GetManifestResourceStream("corpus.ndjson")!);
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
                read.Add(Read(line));
        }

        report.Figures($"{read.Count} replies, rules {ReplyRules.Default.Version}");
        var readings = read.Select(row => row.Meant).Distinct().Order().Select(meaning => (Meaning: meaning, Reading: Reading.Of(read, meaning))).ToList();
        foreach (var (meaning, reading) in readings)
            report.Figures($"  {Words.Of(meaning),-26}{reading.Count,5}   precision {reading.Precision:0.000}   recall {reading.Recall:0.000}   F1 {reading.F1:0.000}");

        var others = read.Where(row => row.Meant is not ReplyMeaning.NoSuchMailbox).ToList();
        report.AtMost("wrong no_such_mailbox among the others", others.Count(row => row.Read is ReplyMeaning.NoSuchMailbox) / (double)Math.Max(1, others.Count), MostWrong, "");
        report.AtLeast("recall of no_such_mailbox", Reading.Of(read, ReplyMeaning.NoSuchMailbox).Recall, LeastRecall, "");
        report.AtLeast("macro-F1 without other", readings.Where(row => row.Meaning is not ReplyMeaning.Other).Average(row => row.Reading.F1), LeastMacroF1, "");
    }

    private static (ReplyMeaning Meant, ReplyMeaning Read) Read(string line)
    {
        using var document = JsonDocument.Parse(line);
        var row = document.RootElement;
        if (!Words.TryParse<ReplyMeaning>(TextOf(row, "meaning") ?? "", out var meant))
            throw new FormatException($"Not a meaning: {line}");
        var at = Words.TryParse<SmtpStage>(TextOf(row, "stage") ?? "unknown", out var stage) ? stage : SmtpStage.Unknown;
        var reply = ShownReply.Of(at, row.GetProperty("code").GetInt32(), TextOf(row, "enhanced"), TextOf(row, "text") ?? "", TextOf(row, "mx"));
        return (meant, ReplyRules.Default.Read(reply).Meaning);
    }

    private static string? TextOf(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private readonly record struct Reading(int Count, double Precision, double Recall)
    {
        public double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);

        public static Reading Of(IReadOnlyCollection<(ReplyMeaning Meant, ReplyMeaning Read)> read, ReplyMeaning meaning)
        {
            var count = read.Count(row => row.Meant == meaning);
            var given = read.Count(row => row.Read == meaning);
            var right = read.Count(row => row.Meant == meaning && row.Read == meaning);
            return new(count, given == 0 ? 0 : right / (double)given, count == 0 ? 0 : right / (double)count);
        }
    }
}
