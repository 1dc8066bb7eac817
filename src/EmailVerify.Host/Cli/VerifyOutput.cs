using System.Globalization;
using System.Text;
using EmailVerify.Core;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Verifications;

namespace EmailVerify.Host.Cli;

/// <summary>Writes the verdicts of <c>verify</c>, row by row as they come; only what is written is held.</summary>
/// <param name="format">How.</param>
/// <param name="writer">Where.</param>
internal sealed class VerifyOutput(VerifyFormat format, TextWriter writer)
{
    private const string CsvHeader = "email,status,reason,score,did_you_mean,accept_all,disposable,free,role,mailbox_full,provider,found_at\r\n";
    private const string TableHeader = "STATUS         REASON                SCORE  EMAIL                                     EXPLANATION\n";

    /// <summary>Writes what comes before the first row.</summary>
    public Task BeginAsync() => format switch
    {
        VerifyFormat.Csv => writer.WriteAsync(CsvHeader),
        VerifyFormat.Table => writer.WriteAsync(TableHeader),
        _ => Task.CompletedTask,
    };

    /// <summary>Writes one row.</summary>
    public Task WriteAsync(VerificationView view) => writer.WriteAsync(format switch
    {
        VerifyFormat.Csv => Csv(view),
        VerifyFormat.Ndjson => Encoding.UTF8.GetString(JsonAnswer.Render(view, VerificationWriter.Write)) + "\n",
        _ => Table(view),
    });

    private static string Table(in VerificationView view)
    {
        var verdict = view.Verification.Verdict;
        var facts = view.Address is { } address ? AddressFacts.Of(address, verdict) : default;
        var status = verdict is null ? "pending" : Words.Of(verdict.Status);
        var reason = verdict is null ? "-" : Words.Of(verdict.Reason);
        var explanation = verdict is not null
            ? Explanations.Of(verdict.Reason, facts.DomainUnicode, view.InSandbox)
            : view.Verification.Pending is { } pending ? Explanations.Of(pending, facts.DomainUnicode) : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{status,-13}  {reason,-20}  {verdict?.Score,5}  {Terminal.Inert(view.Email),-40}  {Terminal.Inert(explanation)}\n");
    }

    private static string Csv(in VerificationView view)
    {
        var verdict = view.Verification.Verdict;
        var facts = view.Address is { } address ? AddressFacts.Of(address, verdict) : default;
        return string.Join(
            ',',
            Cell(view.Email),
            verdict is null ? null : Words.Of(verdict.Status),
            verdict is null ? null : Words.Of(verdict.Reason),
            verdict?.Score.ToString(CultureInfo.InvariantCulture),
            Cell(facts.Suggestion),
            Flag(verdict?.AcceptAll),
            Flag(facts.Disposable),
            Flag(facts.Free),
            Flag(facts.Role),
            Flag(verdict?.MailboxFull),
            Cell(verdict?.Provider),
            verdict is null ? null : JsonValues.Text(verdict.FoundAt)) + "\r\n";
    }

    private static string? Flag(bool? flag) => flag switch { true => "true", false => "false", null => null };

    // A cell that begins so is a formula to spreadsheets (OWASP, CSV injection), and such addresses are legal; RFC 4180 2.6 for the quotes.
    private static string? Cell(string? text)
    {
        if (text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '＝' or '＋' or '－' or '＠', ..])
            text = "'" + text;
        return text is not null && text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
