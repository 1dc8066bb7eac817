using System.Collections.Concurrent;
using System.Collections.Immutable;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Batches;
using EmailVerify.Host.Api;

namespace EmailVerify.Host.Tests.Api.Batches;

/// <summary>Grains of batches that do by the laws of <see cref="BatchLife"/> what they are told, and nothing by themselves.</summary>
internal sealed class FakeBatchGrains(IBatchStore store, TimeProvider clock) : IGrains<IBatchGrain>
{
    public ConcurrentQueue<string> Woken { get; } = new();

    /// <summary>Gets or sets what is thrown at whoever wakes or looks.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Gets or sets what a grain adds to the store's word.</summary>
    public Func<BatchView, BatchView> OnLook { get; set; } = view => view;

    /// <summary>Gets or sets where grains say that rows are.</summary>
    public BatchRows Rows { get; set; } = new([], IsWhole: true);

    public int Looks { get; private set; }

    public IBatchGrain Get(string batchId) => new Grain(this, batchId);

    private sealed class Grain(FakeBatchGrains grains, string id) : IBatchGrain
    {
        public async ValueTask WakeAsync()
        {
            await Task.Yield();
            ThrowIfBroken();
            grains.Woken.Enqueue(id);
        }

        public async ValueTask<BatchView?> LookAsync()
        {
            await Task.Yield();
            grains.Looks++;
            ThrowIfBroken();
            return await grains.Store.FindAsync(id, CancellationToken.None) is { } batch ? grains.OnLook(new BatchView(batch)) : null;
        }

        public async ValueTask<BatchSteering?> SteerAsync(BatchCommand command, string? reason, ImmutableArray<VerdictReason> reasons)
        {
            if (await grains.Store.FindAsync(id, CancellationToken.None) is not { } batch)
                return null;
            if (!BatchLife.Allowed(batch.Status).Contains(command))
                return new BatchSteering(batch, IsAllowed: false);
            var changed = command is BatchCommand.Retry
                ? await grains.Store.RetryAsync(id, reasons, TimeProvider.System.GetUtcNow())
                : await grains.Store.ChangeAsync(id, one => BatchLife.Apply(one, command, reason, grains.Clock.GetUtcNow()));
            return new BatchSteering(changed!, IsAllowed: true);
        }

        public async ValueTask EraseAsync()
        {
            _ = await grains.Store.ChangeAsync(id, batch => BatchLife.Erase(batch, grains.Clock.GetUtcNow()));
            await grains.Store.EraseAsync(id);
        }

        public ValueTask AdvancedAsync(BatchView now, string? limitedBy, DateTimeOffset until) => throw new NotSupportedException();

        public ValueTask TalliedAsync(WorkerTally tally) => throw new NotSupportedException();

        public async ValueTask<BatchRows> ProvidersAsync()
        {
            await Task.Yield();
            ThrowIfBroken();
            return grains.Rows;
        }

        public ValueTask EndedAsync(ChunkReport report) => throw new NotSupportedException();

        private void ThrowIfBroken()
        {
            if (grains.Failure is not null)
                throw grains.Failure;
        }
    }

    private IBatchStore Store => store;

    private TimeProvider Clock => clock;
}
