using System.Globalization;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Verifications;

namespace EmailVerify.Host.Cli;

/// <summary>Writes the verdicts of <c>verify</c>, row by row as they come; only what is written is held.</summary>
/// <param name="format">How.</param>
/// <param name="writer">Where.</param>
/// <param name="palette">The colours of a table's statuses; other forms have none.</param>
internal sealed class VerifyOutput(VerifyFormat format, TextWriter writer, Palette palette)
{
    /// <summary>What stands above a table.</summary>
    public const string TableHeader = "STATUS         REASON                SCORE  EMAIL                                     EXPLANATION\n";

    private const string CsvHeader = "email,status,reason,score,did_you_mean,accept_all,disposable,free,role,mailbox_full,provider,found_at\r\n";

    /// <summary>Writes what comes before the first row.</summary>
    public Task BeginAsync() => format switch
    {
        VerifyFormat.Csv => writer.WriteAsync(CsvHeader),
        VerifyFormat.Table => writer.WriteAsync(TableHeader),
        _ => Task.CompletedTask,
    };

    /// <summary>Writes one row.</summary>
    public Task WriteAsync(VerificationView view) => WriteAsync(VerdictRow.Of(view));

    /// <summary>Writes one row.</summary>
    public Task WriteAsync(VerdictRow row) => writer.WriteAsync(format switch
    {
        VerifyFormat.Csv => Csv(row),
        VerifyFormat.Ndjson => row.Json() + "\n",
        _ => Table(row, palette),
    });

    /// <summary>Gets a row of the table.</summary>
    public static string Table(VerdictRow row, Palette palette) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Painted($"{row.Status ?? "pending",-13}", row.Status, palette)}  {row.Reason ?? "-",-20}  {row.Score,5}  {Terminal.Inert(row.Email),-40}  {Terminal.Inert(row.Explanation)}\n");

    // What a later version of a service may call a status has no colour.
    private static string Painted(string text, string? status, Palette palette) => Words.TryParse<VerdictStatus>(status, out var known) ? known switch
    {
        VerdictStatus.Deliverable => palette.Good(text),
        VerdictStatus.Undeliverable => palette.Bad(text),
        VerdictStatus.Risky => palette.Doubtful(text),
        _ => palette.Faint(text),
    }
    : text;

    private static string Csv(VerdictRow row) => string.Join(
        ',',
        Cell(row.Email),
        row.Status,
        row.Reason,
        row.Score?.ToString(CultureInfo.InvariantCulture),
        Cell(row.DidYouMean),
        Flag(row.AcceptAll),
        Flag(row.Disposable),
        Flag(row.Free),
        Flag(row.Role),
        Flag(row.MailboxFull),
        Cell(row.Provider),
        row.FoundAt) + "\r\n";

    private static string? Flag(bool? flag) => flag switch { true => "true", false => "false", null => null };

    // A cell that begins so is a formula to spreadsheets (OWASP, CSV injection), and such addresses are legal; RFC 4180 2.6 for the quotes.
    private static string? Cell(string? text)
    {
        if (text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '＝' or '＋' or '－' or '＠', ..])
            text = "'" + text;
        return text is not null && text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
