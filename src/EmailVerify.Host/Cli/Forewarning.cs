using EmailVerify.Core.Doctor;
using EmailVerify.Host.Api.Doctor;

namespace EmailVerify.Host.Cli;

/// <summary>Tells a person before the work begins what would make nearly every answer <c>unknown</c>.</summary>
internal static class Forewarning
{
    // In the data folder, whose time says when all was well.
    private const string WellName = "emailverify.well";

    // So long a look is good for: a script that verifies one address after the other shall not knock at a stranger's door for each.
    private static readonly TimeSpan Good = TimeSpan.FromMinutes(10);

    /// <summary>Looks, unless all was well a moment ago, and tells. It takes some seconds at most.</summary>
    /// <param name="desk">Who looks.</param>
    /// <param name="folder">The data folder; null where there is none to keep in when all was well.</param>
    /// <param name="error">Where it is told.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    public static async Task TellAsync(DoctorDesk desk, string? folder, TextWriter error, TimeProvider clock, CancellationToken cancellationToken)
    {
        var well = folder is null ? null : Path.Combine(folder, WellName);
        if (File.Exists(well) && clock.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(well) < Good)
            return;
        var ailing = (await desk.GlanceAsync(cancellationToken)).MostlyUnknown;
        foreach (var check in ailing)
            await error.WriteLineAsync(Terminal.Inert(DoctorReport.WarningOf(check)));
        if (well is null)
            return;
        try
        {
            if (ailing.IsEmpty)
                await File.WriteAllBytesAsync(well, [], cancellationToken);
            else
                File.Delete(well);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Then it is looked again the next time.
        }
    }
}
