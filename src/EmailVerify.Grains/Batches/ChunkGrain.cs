using EmailVerify.Core;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Batches;

/// <inheritdoc cref="IChunkGrain"/>
/// <remarks>The work runs on the thread pool and not in the grain's turn; the grain is where it is found.</remarks>
[GrainType("chunk")]
internal sealed partial class ChunkGrain(ChunkWorkshop workshop, ILogger<ChunkGrain> logger) : Grain, IChunkGrain
{
    /// <summary>For so long the activation stays, unless the work ends before: longer than a lane's patience and a probe's deadline together; each look of the batch prolongs it.</summary>
    private static readonly TimeSpan Stay = TimeSpan.FromMinutes(10);

    private ChunkWork? work;
    private CancellationTokenSource? leaving;

    public ValueTask BeginAsync(int epoch, int defects, int silences)
    {
        if (work is { HasEnded: false } && work.Epoch >= epoch)
            return ValueTask.CompletedTask;
        DelayDeactivation(Stay);
        var (batchId, number) = ChunkKey.Parts(this.GetPrimaryKeyString());
        leaving ??= new CancellationTokenSource();
        work?.Hold(true);
        work = workshop.Make(batchId, number, epoch, defects, silences);
        FollowAsync(work, leaving.Token).Ignore();
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> IsAtWorkAsync(int epoch)
    {
        DelayDeactivation(Stay);
        return ValueTask.FromResult(work is { HasEnded: false } && work.Epoch == epoch);
    }

    public ValueTask HoldAsync(bool isHeld)
    {
        work?.Hold(isHeld);
        return ValueTask.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        leaving?.Cancel();
        leaving?.Dispose();
        return Task.CompletedTask;
    }

    private async Task FollowAsync(ChunkWork followed, CancellationToken cancellationToken)
    {
        var (batchId, number) = ChunkKey.Parts(this.GetPrimaryKeyString());
        ChunkReport report;
        try
        {
            report = await Task.Run(() => followed.RunAsync(cancellationToken), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The silo goes, or the grain: the batch finds that nobody works here and hands the chunk out again.
            return;
        }
        catch (StorageUnavailableException failure)
        {
            var stall = failure is StorageFullException ? Stall.StorageFull : Stall.StorageUnavailable;
            report = new ChunkReport(number, followed.Epoch, ChunkEnd.Left, stall, NextDue: null, WasAnswered: false);
        }
        catch (Exception defect)
        {
            LogDefect(batchId, number, defect);
            report = new ChunkReport(number, followed.Epoch, ChunkEnd.Left, Stall.None, NextDue: null, WasAnswered: false);
        }

        try
        {
            await GrainFactory.GetGrain<IBatchGrain>(batchId).EndedAsync(report);
        }
        finally
        {
            if (ReferenceEquals(work, followed))
                DeactivateOnIdle();
        }
    }
}
