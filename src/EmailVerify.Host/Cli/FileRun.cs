using System.Globalization;
using EmailVerify.Core;
using EmailVerify.Core.Batches;

namespace EmailVerify.Host.Cli;

/// <summary><c>verify --file</c>: a file becomes a batch, somebody waits for its end, and its results are written.</summary>
/// <param name="place">Where it runs.</param>
/// <param name="report">Tells how far it is.</param>
/// <param name="error">Where a person is spoken to.</param>
/// <param name="clock">The clock.</param>
internal sealed class FileRun(IBatchPlace place, ProgressReport report, TextWriter error, TimeProvider clock)
{
    /// <summary>Runs it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="column">The column of the addresses, or null.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="format">How they are written.</param>
    /// <param name="pace">How often it is looked how the batch stands.</param>
    /// <param name="stopping">Ends the waiting.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(SourceFile file, string? column, OutputFile output, VerifyFormat format, TimeSpan pace, CancellationToken stopping)
    {
        BatchStanding? standing = null;
        try
        {
            // :: Step 1: the batch, a new one or the one that this file is already.
            standing = await place.OpenAsync(file, column, stopping);
            foreach (var warning in standing.Warnings)
                await error.WriteLineAsync(Terminal.Inert(warning));
            if (standing.WayOn is { } command)
            {
                await place.SteerAsync(command, stopping);
                standing = await place.LookAsync(stopping);
            }

            // :: Step 2: its end.
            while (!standing.HasEnded)
            {
                await report.ShowAsync(standing);
                await Task.Delay(pace, clock, stopping);
                standing = await place.LookAsync(stopping);
            }

            await report.ShowAsync(standing);
            await report.EndAsync();

            // :: Step 3: its results.
            await place.WriteAsync(output, format, stopping);
            await output.CommitAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await report.EndAsync();
            await error.WriteLineAsync(standing is null
                ? "Stopped while the file was taken in; nothing of it is kept."
                : string.Create(CultureInfo.InvariantCulture, $"Stopped when {standing.Counts.Done} of {standing.Counts.Total} rows were done.{place.Afterwards}"));
            return ExitCodes.Failed;
        }

        if (standing.Status is BatchStatus.Completed)
            return ExitCodes.Done;
        await error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"The batch is {Words.Of(standing.Status)}: {standing.Counts.Total - standing.Counts.Done} rows have no verdict. The same command goes on with them."));
        return ExitCodes.Failed;
    }
}
