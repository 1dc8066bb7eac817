using System.Diagnostics.CodeAnalysis;

namespace EmailVerify.Host.Cli;

/// <summary>The standard streams of the process, and text from outside on a person's terminal.</summary>
[SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place that has the standard streams.")]
internal static class Terminal
{
    /// <summary>Gets standard output.</summary>
    public static TextWriter Output => Console.Out;

    /// <summary>Gets standard error.</summary>
    public static TextWriter Error => Console.Error;

    /// <summary>Gets the colours of standard output.</summary>
    public static Palette OutputPalette => Palette.Of(!Console.IsOutputRedirected, Environment.GetEnvironmentVariable);

    /// <summary>Gets how many characters a line of standard error may have that is drawn again and again, or null where nobody would see it.</summary>
    public static int? Width => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb") ? LineOf(Console.WindowWidth) : null;

    /// <summary>Opens standard input.</summary>
    public static Stream OpenInput() => Console.OpenStandardInput();

    /// <summary>Opens standard output, for octets.</summary>
    public static Stream OpenOutput() => Console.OpenStandardOutput();

    /// <summary>Gets how many characters a line may have that the cursor stays in, on a terminal of so many columns; 80 where it does not tell.</summary>
    /// <param name="columns">The columns as the system tells them, 0 where nobody has set them.</param>
    public static int LineOf(int columns) => columns > 0 ? Math.Max(columns - 1, 20) : 79;

    /// <summary>Gets the text with its control characters replaced, so that it cannot move the cursor or colour what follows.</summary>
    public static string Inert(string text) =>
        text.Any(char.IsControl) ? string.Create(text.Length, text, static (span, from) =>
        {
            for (var at = 0; at < span.Length; at++)
                span[at] = char.IsControl(from[at]) ? '\uFFFD' : from[at];
        })
        : text;
}
