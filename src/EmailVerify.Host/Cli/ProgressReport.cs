namespace EmailVerify.Host.Cli;

/// <summary>Tells a person how far a batch is: on a terminal a line that is drawn again, elsewhere a line now and then, and one at the end.</summary>
/// <param name="error">Where to.</param>
/// <param name="width">Gets the width of the terminal, or null where there is none.</param>
/// <param name="clock">The clock.</param>
internal sealed class ProgressReport(TextWriter error, Func<int?> width, TimeProvider clock)
{
    private const string ClearRest = "\u001b[K";

    private static readonly TimeSpan BetweenDrawings = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    private DateTimeOffset last = clock.GetUtcNow();
    private bool isDrawn;

    /// <summary>Shows how it stands, unless that was shown just now.</summary>
    public async Task ShowAsync(BatchStanding standing)
    {
        var now = clock.GetUtcNow();
        if (width() is not { } columns)
        {
            if (!standing.HasEnded && now - last < BetweenLines)
                return;
            await error.WriteLineAsync(ProgressLine.Of(standing, now, columns: null));
        }
        else
        {
            if (isDrawn && !standing.HasEnded && now - last < BetweenDrawings)
                return;
            await error.WriteAsync($"\r{ProgressLine.Of(standing, now, columns)}{ClearRest}");
            await error.FlushAsync();
            isDrawn = true;
        }

        last = now;
    }

    /// <summary>Leaves the line that was drawn: what comes next begins one of its own.</summary>
    public async Task EndAsync()
    {
        if (isDrawn)
            await error.WriteLineAsync();
        isDrawn = false;
    }
}
