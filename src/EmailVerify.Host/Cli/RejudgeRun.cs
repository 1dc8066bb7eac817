using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Cli;

/// <summary>
/// <c>rejudge</c>: all verdicts of a data folder by today's rules, a page at a time, without a network. It can be stopped anywhere: what was changed is durable and
/// judges alike the next time.
/// </summary>
/// <param name="store">What is judged; nobody else works in it.</param>
/// <param name="rejudge">The rules of today.</param>
/// <param name="clock">The time.</param>
/// <param name="output">Where the table goes.</param>
/// <param name="error">Where the summary goes.</param>
internal sealed class RejudgeRun(SqliteRejudging store, Rejudge rejudge, TimeProvider clock, Stream output, TextWriter error)
{
    // Also what a transaction changes at most.
    private const int RowsAPage = 500;

    private static readonly JsonWriterOptions Lines = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly RejudgeTable table = new();
    private readonly ArrayBufferWriter<byte> rows = new();

    /// <summary>Judges.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(RejudgeArguments arguments, CancellationToken cancellationToken)
    {
        // :: Step 1: the verdicts.
        var (applied, unreadable) = (0L, 0L);
        for (string? after = string.Empty; after is not null;)
        {
            var page = await store.ReadAsync(after, arguments.Since ?? DateTimeOffset.MinValue, RowsAPage, cancellationToken);
            var judged = page.Rows.Select(row => (Before: row, Again: rejudge.Of(row, clock.GetUtcNow()))).ToArray();
            var changed = judged
                .Select(one => one.Again is Rejudgement.Changed(var judgedAgain, _) ? (judgedAgain, one.Before.Verdict!.Rules) : default)
                .Where(one => one.judgedAgain is not null)
                .ToImmutableArray();
            if (arguments.Apply && !changed.IsEmpty)
                applied += await store.SaveAsync(changed);
            foreach (var (before, again) in judged)
                table.Add(before.Verdict!, again);
            if (arguments.Format is VerifyFormat.Ndjson)
                await WriteRowsAsync(judged, arguments, cancellationToken);
            unreadable += page.Unreadable;
            after = page.Last;
        }

        // :: Step 2: what batches show of them.
        var results = arguments.Apply ? await store.BringToBatchesAsync(cancellationToken) : 0;

        // :: Step 3: the table.
        if (arguments.Format is not VerifyFormat.Ndjson)
            await output.WriteAsync(Encoding.UTF8.GetBytes(arguments.Format is VerifyFormat.Csv ? table.ToCsv() : table.ToText()), cancellationToken);
        await output.FlushAsync(cancellationToken);
        await error.WriteLineAsync(Summary(arguments.Apply, applied, results, unreadable));
        return 0;
    }

    private string Summary(bool isApplied, long applied, long results, long unreadable)
    {
        var culture = CultureInfo.InvariantCulture;
        var text = new StringBuilder()
            .Append(culture, $"Judged by rules {rejudge.Rules}: {table.Seen}. Other verdict: {table.Changed}. Would be asked again, and stay: {table.Asking}. ")
            .Append(culture, $"Nothing kept to judge: {table.WithoutEvidence}. ");
        if (unreadable > 0)
            text.Append(culture, $"Not readable by this version: {unreadable}. ");
        return text.Append(isApplied ? string.Create(culture, $"Changed: {applied}, and results of batches: {results}.") : "Nothing was changed; --apply does it.").ToString();
    }

    // Ids and no addresses, unless they are asked for: the file may go to somebody who looks at rules.
    private async Task WriteRowsAsync((Verification Before, Rejudgement Again)[] judged, RejudgeArguments arguments, CancellationToken cancellationToken)
    {
        rows.ResetWrittenCount();
        await using (var writer = new Utf8JsonWriter(rows, Lines))
        {
            foreach (var (before, again) in judged)
            {
                if (again is Rejudgement.Changed or Rejudgement.WouldAskAgain)
                    Write(writer, before, again, arguments);
            }
        }

        await output.WriteAsync(rows.WrittenMemory, cancellationToken);
    }

    private void Write(Utf8JsonWriter writer, Verification before, Rejudgement again, RejudgeArguments arguments)
    {
        var changed = again as Rejudgement.Changed;
        var asking = again as Rejudgement.WouldAskAgain;
        writer.WriteStartObject();
        writer.WriteString("id"u8, before.Id);
        if (arguments.ShowsAddresses)
            writer.WriteString("email"u8, before.Email);
        Write(writer, "before"u8, before.Verdict!);
        Write(writer, "after"u8, changed?.After.Verdict ?? before.Verdict!);
        writer.WriteString("rule"u8, changed?.Rule ?? asking?.Rule);
        writer.WriteString("would_ask_again"u8, asking is null ? null : Words.Of(asking.Cause));
        writer.WriteBoolean("applied"u8, arguments.Apply && changed is not null);
        writer.WriteEndObject();
        writer.Flush();
        writer.Reset();
        rows.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Verdict verdict)
    {
        writer.WriteStartObject(name);
        writer.WriteString("status"u8, Words.Of(verdict.Status));
        writer.WriteString("reason"u8, Words.Of(verdict.Reason));
        writer.WriteNumber("score"u8, verdict.Score);
        writer.WriteString("rule_set"u8, verdict.Rules);
        writer.WriteEndObject();
    }
}
