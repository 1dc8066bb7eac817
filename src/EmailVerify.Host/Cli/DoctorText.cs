using System.Globalization;
using System.Text;
using EmailVerify.Core;
using EmailVerify.Core.Doctor;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Cli;

/// <summary>What the doctor found, for a person: a line a check, then why the ailing ones matter and what to do, then how a setting is given, then the verdict.</summary>
internal static class DoctorText
{
    private const int LongestLine = 100;

    private const string Settings = "Settings are given as --EmailVerify:Egresses:0:HeloName=VALUE on the command line, or in the environment as EmailVerify__Egresses__0__HeloName=VALUE.";

    /// <summary>Gets the text.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="palette">The colours of its states.</param>
    public static string Of(DoctorReport report, Palette palette)
    {
        var text = new StringBuilder();
        var subjects = report.Checks.Select(check => check.Subject?.Length ?? 0).DefaultIfEmpty().Max();
        foreach (var check in report.Checks)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Painted(check.State, palette)}  {Terminal.Inert(check.Id),-11}  ");
            if (subjects > 0)
                text.Append(Terminal.Inert(check.Subject ?? string.Empty).PadRight(subjects)).Append("  ");
            text.Append(Terminal.Inert(check.Seen)).Append('\n');
        }

        foreach (var check in report.Checks.Where(check => check.NeedsCare))
        {
            text.Append('\n').Append(Terminal.Inert(check.Id)).Append(check.Subject is { } subject ? $" of {Terminal.Inert(subject)}" : string.Empty).Append('\n');
            Fold(text, "  Why: ", Terminal.Inert(check.Why));
            if (check.Cure is { } cure)
                Fold(text, "  Do:  ", Terminal.Inert(cure));
        }

        if (report.Checks.Any(check => check.NeedsCare && check.Cure?.Contains(OptionsReader.Section + ":", StringComparison.Ordinal) is true))
        {
            text.Append('\n');
            Fold(text, string.Empty, Settings);
        }

        return text.Append(CultureInfo.InvariantCulture, $"\n{Verdict(report)}\n").ToString();
    }

    private static string Painted(CheckState state, Palette palette)
    {
        var text = Words.Of(state).PadRight(7);
        return state switch
        {
            CheckState.Ok => palette.Good(text),
            CheckState.Warning => palette.Doubtful(text),
            CheckState.Failed => palette.Bad(text),
            CheckState.Skipped => palette.Faint(text),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a state."),
        };
    }

    private static string Verdict(DoctorReport report)
    {
        var (failed, warned) = (report.Checks.Count(check => check.State is CheckState.Failed), report.Checks.Count(check => check.State is CheckState.Warning));
        var counts = (failed, warned) switch
        {
            (0, 0) => string.Empty,
            (0, _) => $" ({Count(warned, "warning")})",
            (_, 0) => $" ({failed} failed)",
            _ => $" ({failed} failed, {Count(warned, "warning")})",
        };
        return report.Verdict switch
        {
            DoctorVerdict.Able => $"Able to verify{counts}.",
            DoctorVerdict.Degraded => $"Degraded{counts}: it verifies, and some answers are worse than they could be.",
            DoctorVerdict.Unable => $"Unable{counts}: as it is, nearly every answer would be unknown, or none could be kept.",
            var verdict => throw new InvalidOperationException($"Not a verdict: {verdict}"),
        };
    }

    private static string Count(int number, string word) => string.Create(CultureInfo.InvariantCulture, $"{number} {word}{(number == 1 ? string.Empty : "s")}");

    private static void Fold(StringBuilder text, string head, string sentence)
    {
        var line = new StringBuilder(head);
        foreach (var word in sentence.Split(' '))
        {
            if (line.Length + word.Length >= LongestLine && line.Length > head.Length)
            {
                text.Append(line.ToString().TrimEnd()).Append('\n');
                line.Clear().Append(' ', head.Length);
            }

            line.Append(word).Append(' ');
        }

        text.Append(line.ToString().TrimEnd()).Append('\n');
    }
}
