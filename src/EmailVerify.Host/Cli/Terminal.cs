namespace EmailVerify.Host.Cli;

/// <summary>Text from outside on a person's terminal.</summary>
internal static class Terminal
{
    /// <summary>Gets the text with its control characters replaced, so that it cannot move the cursor or colour what follows.</summary>
    public static string Inert(string text) =>
        text.Any(char.IsControl) ? string.Create(text.Length, text, static (span, from) =>
        {
            for (var at = 0; at < span.Length; at++)
                span[at] = char.IsControl(from[at]) ? '\uFFFD' : from[at];
        })
        : text;
}
