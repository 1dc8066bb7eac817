namespace EmailVerify.Host.Cli;

/// <summary>The few colours of a terminal. What they say, the words beside them say too.</summary>
internal sealed class Palette
{
    private readonly bool hasColours;

    private Palette(bool hasColours) => this.hasColours = hasColours;

    /// <summary>Gets the palette without colours: for files, pipes and whoever does not want any.</summary>
    public static Palette Plain { get; } = new(hasColours: false);

    /// <summary>Gets the palette of a terminal.</summary>
    public static Palette Coloured { get; } = new(hasColours: true);

    /// <summary>Gets the palette of a stream.</summary>
    /// <param name="isTerminal">Whether a person's terminal shows the stream.</param>
    /// <param name="environment">Gets a variable of the environment: NO_COLOR (no-color.org), when not empty, and a TERM that is none or dumb, want no colours.</param>
    public static Palette Of(bool isTerminal, Func<string, string?> environment) =>
        isTerminal && string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") is not (null or "" or "dumb") ? Coloured : Plain;

    /// <summary>Paints what is well.</summary>
    public string Good(string text) => Paint("32", text);

    /// <summary>Paints what is to be looked at.</summary>
    public string Doubtful(string text) => Paint("33", text);

    /// <summary>Paints what is wrong.</summary>
    public string Bad(string text) => Paint("31", text);

    /// <summary>Paints what says little.</summary>
    public string Faint(string text) => Paint("2", text);

    // SGR, ECMA-48 8.3.117.
    private string Paint(string colour, string text) => hasColours ? $"\u001b[{colour}m{text}\u001b[0m" : text;
}
