using EmailVerify.Core;
using EmailVerify.Core.Exports;

namespace EmailVerify.Host.Exports;

/// <summary>
/// Makes the files of exports, one at a time, each part of a file with the place that it came to in one transaction: whoever dies loses the part that was in the making, and another goes on
/// when the lease has ended. Who lost the lease meanwhile is refused.
/// </summary>
internal sealed partial class ExportWorker(IExportStore store, ExportRows rows, ExportBell bell, ExportInstruments instruments, TimeProvider clock, ILogger<ExportWorker> logger) : BackgroundService
{
    /// <summary>How long an export is its claimer's without a sign of life. Each page begins with one; until the next the store runs two statements for the page and at most one that stores a part, up to 15 s each.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>How often one is claimed in vain before it is given up: for some four hours, in which the store comes back and a new version to all silos.</summary>
    public const int MaxTries = 50;

    /// <summary>How many parts of an export are made before others have their turn: a small export waits some seconds for each large one, not minutes.</summary>
    public const int PartsOfATurn = 4;

    // Of octets that are compressed.
    private const int PartLength = 1024 * 1024;

    // With one more page it is what a death costs.
    private static readonly TimeSpan LongestPart = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Random random = new();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // Before the look: who asks for an export meanwhile is not to wait for the next one.
            var rung = bell.Listen();
            if (!await LookAsync(stoppingToken))
                await rung.WaitAsync(Jittered(Look), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks for an export, and works on it as long as it can.</summary>
    /// <returns>Whether there may be more to do.</returns>
    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = clock.GetUtcNow();
            if (await store.ClaimAsync(now, now + Lease) is not { } claim)
                return false;
            await WorkAsync(claim, cancellationToken);
            return true;
        }
        catch (Exception failure)
        {
            LogNotLooked(logger, failure.GetType().Name);
            return false;
        }
    }

    private async Task WorkAsync(ExportClaim claim, CancellationToken cancellationToken)
    {
        var export = claim.Export;
        try
        {
            // It takes whole processes along.
            if (export.Tries > MaxTries)
            {
                LogFailed(logger, export.Id, "whoever worked on it died");
                await FailAsync(claim, export, ExportFailure.InternalError);
                return;
            }

            // What a standby has not heard of yet would be missing in the file, and nobody would see it.
            if (!await store.IsReportedAsync(export.Id, cancellationToken))
                throw new StorageUnavailableException("Reports are read from where the export is not known yet.");

            for (var parts = 1; !export.HasEnded && parts <= PartsOfATurn; parts++)
            {
                if (await MakeAsync(claim, export, cancellationToken) is not var (next, part))
                    return;

                // Those that wait have been due for longer.
                var dueAt = clock.GetUtcNow() + (parts == PartsOfATurn ? TimeSpan.Zero : Lease);
                if (!await store.SaveAsync(claim, next, part, dueAt))
                    return;
                instruments.Written(next.Rows - export.Rows);
                export = next;
            }

            if (!export.HasEnded)
                return;
            instruments.Ended(export);
            LogCompleted(logger, export.Id, export.Rows, export.Length);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Another silo need not wait for the end of the lease.
            _ = await store.PutOffAsync(claim, clock.GetUtcNow());
        }
        catch (Exception failure) when (export.Tries < MaxTries)
        {
            // A defect too may be over by then: rows of a newer version are read by a newer silo.
            LogPutOff(logger, export.Id, TextOf(failure));
            _ = await store.PutOffAsync(claim, clock.GetUtcNow() + PauseAfter(export.Tries));
        }
        catch (Exception failure)
        {
            LogFailed(logger, export.Id, TextOf(failure));
            await FailAsync(claim, export, failure is StorageUnavailableException ? ExportFailure.StorageUnavailable : ExportFailure.InternalError);
        }
    }

    /// <summary>Makes the next part of a file.</summary>
    /// <returns>The export with it, and its octets; null when the claim holds no longer.</returns>
    private async Task<(Export Next, ReadOnlyMemory<byte> Part)?> MakeAsync(ExportClaim claim, Export export, CancellationToken cancellationToken)
    {
        using var part = new GzipPart();
        var text = rows.TextOf(export, part);
        if (export.Length == 0)
            text.Begin();
        var began = clock.GetTimestamp();
        var (written, before, isLast) = (0L, export.Before, false);
        while (!isLast && part.Length < PartLength && clock.GetElapsedTime(began) < LongestPart)
        {
            if (!await store.PutOffAsync(claim, clock.GetUtcNow() + Lease))
                return null;
            var (count, last) = await rows.CopyAsync(export, before, text, cancellationToken);
            written += count;
            before = last ?? before;
            isLast = count < ExportRows.PerPage;
        }

        var octets = part.End();
        var next = export.With(written, octets.Length, before);
        return (isLast ? next.Complete(clock.GetUtcNow()) : next, octets);
    }

    // Where a defect is, but not what it says: that may have an address in it.
    private static string TextOf(Exception failure) =>
        failure is StorageUnavailableException ? failure.GetType().Name : $"{failure.GetType().Name}{Environment.NewLine}{failure.StackTrace}";

    private async Task FailAsync(ExportClaim claim, Export export, ExportFailure why)
    {
        var now = clock.GetUtcNow();
        var failed = export.Fail(why, now);
        if (await store.SaveAsync(claim, failed, part: default, now))
            instruments.Ended(failed);
    }

    private TimeSpan PauseAfter(int tries)
    {
        var pause = Look * Math.Pow(2, Math.Clamp(tries - 1, 0, 10));
        return Jittered(pause < LongestPause ? pause : LongestPause);
    }

    private TimeSpan Jittered(TimeSpan pause) => pause * (0.9 + (0.2 * random.NextDouble()));
}
