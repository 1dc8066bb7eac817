using EmailVerify.Core;
using EmailVerify.Core.Exports;

namespace EmailVerify.Host.Exports;

/// <summary>
/// Makes the files of exports, one at a time, each part of a file with the place that it came to in one transaction: whoever dies loses the part that was in the making, and another goes on
/// when the lease has ended. Who lost the lease meanwhile is refused.
/// </summary>
internal sealed partial class ExportWorker(IExportStore store, ExportRows rows, ExportBell bell, ExportInstruments instruments, TimeProvider clock, ILogger<ExportWorker> logger) : BackgroundService
{
    /// <summary>How long an export is its claimer's without a sign of life.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>How often one is claimed in vain before it is given up: for some four hours.</summary>
    public const int MaxTries = 50;

    // Of octets that are compressed.
    private const int PartLength = 1024 * 1024;

    // With one more page, which the store may take 15 s for, and its own writing a part must be done within the lease.
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
                await FailAsync(claim, export, ExportFailure.InternalError);
                return;
            }

            while (!export.HasEnded)
            {
                var (next, part) = await MakeAsync(export, cancellationToken);
                if (!await store.SaveAsync(claim, next, part, clock.GetUtcNow() + Lease))
                    return;
                instruments.Written(next.Rows - export.Rows);
                export = next;
            }

            instruments.Ended(export);
            LogCompleted(logger, export.Id, export.Rows, export.Length);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Another silo need not wait for the end of the lease.
            _ = await store.PutOffAsync(claim, clock.GetUtcNow());
        }
        catch (StorageUnavailableException failure) when (export.Tries < MaxTries)
        {
            LogPutOff(logger, export.Id, failure.GetType().Name);
            _ = await store.PutOffAsync(claim, clock.GetUtcNow() + PauseAfter(export.Tries));
        }
        catch (StorageUnavailableException failure)
        {
            LogFailed(logger, export.Id, failure);
            await FailAsync(claim, export, ExportFailure.StorageUnavailable);
        }
        catch (Exception failure)
        {
            LogFailed(logger, export.Id, failure);
            await FailAsync(claim, export, ExportFailure.InternalError);
        }
    }

    /// <summary>Makes the next part of a file.</summary>
    /// <returns>The export with it, and its octets.</returns>
    private async Task<(Export Next, ReadOnlyMemory<byte> Part)> MakeAsync(Export export, CancellationToken cancellationToken)
    {
        using var part = new GzipPart();
        var text = rows.TextOf(export, part);
        if (export.Length == 0)
            text.Begin();
        var began = clock.GetTimestamp();
        var (written, before, isLast) = (0L, export.Before, false);
        while (!isLast && part.Length < PartLength && clock.GetElapsedTime(began) < LongestPart)
        {
            var (count, last) = await rows.CopyAsync(export, before, text, cancellationToken);
            written += count;
            before = last ?? before;
            isLast = count < ExportRows.PerPage;
        }

        var octets = part.End();
        var next = export.With(written, octets.Length, before);
        return (isLast ? next.Complete(clock.GetUtcNow()) : next, octets);
    }

    private async Task FailAsync(ExportClaim claim, Export export, ExportFailure why)
    {
        var now = clock.GetUtcNow();
        var failed = export.Fail(why, now);
        if (await store.SaveAsync(claim, failed, part: default, now))
            instruments.Ended(failed);
    }

    private TimeSpan PauseAfter(int tries)
    {
        var pause = Look * Math.Pow(2, Math.Min(tries, 10));
        return Jittered(pause < LongestPause ? pause : LongestPause);
    }

    private TimeSpan Jittered(TimeSpan pause) => pause * (0.9 + (0.2 * random.NextDouble()));
}
