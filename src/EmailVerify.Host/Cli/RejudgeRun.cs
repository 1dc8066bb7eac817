using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Verifications;

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
internal sealed class RejudgeRun(IRejudgeStore store, Rejudge rejudge, TimeProvider clock, Stream output, TextWriter error)
{
    // Also what a transaction changes at most.
    private const int RowsAPage = 500;

    // Of what cannot be read so many are named.
    private const int MostNamed = 20;

    private static readonly JsonWriterOptions Lines = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly RejudgeTable table = new();
    private readonly ArrayBufferWriter<byte> rows = new();

    /// <summary>Judges.</summary>
    /// <returns>The exit code: 1 when a row could not be read.</returns>
    public async Task<int> RunAsync(RejudgeArguments arguments, CancellationToken cancellationToken)
    {
        // :: Step 1: the verdicts.
        var applied = 0L;
        var unreadable = new List<string>();
        for (string? after = string.Empty; after is not null;)
        {
            var page = await store.ReadAsync(after, arguments.Since ?? DateTimeOffset.MinValue, RowsAPage, cancellationToken);
            var judged = page.Rows.Select(row => (Before: row, Again: rejudge.Of(row, clock.GetUtcNow()))).ToArray();
            var changed = judged
                .Select(one => one.Again is Rejudgement.Changed(var judgedAgain, _) ? (judgedAgain, one.Before.Verdict!.Rules) : default)
                .Where(one => one.judgedAgain is not null)
                .ToImmutableArray();
            var replaced = arguments.Apply && !changed.IsEmpty ? (await store.SaveAsync(changed)).ToFrozenSet(StringComparer.Ordinal) : [];
            applied += replaced.Count;
            foreach (var (before, again) in judged)
                table.Add(before.Verdict!, again);
            if (arguments.Format is VerifyFormat.Ndjson)
                await WriteRowsAsync(judged, replaced, arguments.ShowsAddresses, cancellationToken);
            unreadable.AddRange(page.Unreadable);
            after = page.Last;
        }

        // :: Step 2: what batches show of them.
        var results = arguments.Apply ? await store.FollowInBatchesAsync(cancellationToken) : 0;

        // :: Step 3: the table.
        if (arguments.Format is not VerifyFormat.Ndjson)
            await output.WriteAsync(Encoding.UTF8.GetBytes(arguments.Format is VerifyFormat.Csv ? table.ToCsv() : table.ToText()), cancellationToken);
        await output.FlushAsync(cancellationToken);
        await error.WriteLineAsync(Summary(arguments.Apply, applied, results, unreadable.Count));
        if (unreadable.Count == 0)
            return ExitCodes.Done;
        await error.WriteLineAsync($"Not readable, and left as they are: {string.Join(", ", unreadable.Take(MostNamed))}{(unreadable.Count > MostNamed ? " …" : string.Empty)}");
        return ExitCodes.Failed;
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
    private async Task WriteRowsAsync((Verification Before, Rejudgement Again)[] judged, FrozenSet<string> replaced, bool showsAddresses, CancellationToken cancellationToken)
    {
        rows.ResetWrittenCount();
        await using (var writer = new Utf8JsonWriter(rows, Lines))
        {
            foreach (var (before, again) in judged)
            {
                if (again is not (Rejudgement.Changed or Rejudgement.WouldAskAgain))
                    continue;
                RejudgementWriter.Write(writer, before, again, replaced.Contains(before.Id), showsAddresses);
                writer.Flush();
                writer.Reset();
                rows.Write("\n"u8);
            }
        }

        await output.WriteAsync(rows.WrittenMemory, cancellationToken);
    }
}
