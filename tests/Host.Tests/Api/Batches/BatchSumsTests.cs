using System.Threading.Channels;
using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.Batches;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Api.Batches;

public sealed class BatchSumsTests : IDisposable
{
    private readonly FakeTimeProvider clock = new(ApiHost.Start);
    private readonly Channel<TaskCompletionSource<BatchSummary?>> readings = Channel.CreateUnbounded<TaskCompletionSource<BatchSummary?>>();
    private readonly BatchSums sums;

    public BatchSumsTests() => sums = new BatchSums(
        StubbedStore.Of(_ =>
        {
            var reading = new TaskCompletionSource<BatchSummary?>(TaskCreationOptions.RunContinuationsAsynchronously);
            Assert.True(readings.Writer.TryWrite(reading));
            return new ValueTask<BatchSummary?>(reading.Task);
        }),
        clock);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => sums.Dispose();

    [Fact]
    public async Task OfAsync_WhileAnotherBatchIsRead_GivesWhatIsKept()
    {
        var found = await ReadAsync(Running("bat_1", revision: 1));
        var other = sums.OfAsync(Running("bat_2", revision: 1), Cancellation).AsTask();
        var reading = await readings.Reader.ReadAsync(Cancellation);
        Assert.Same(found, await sums.OfAsync(Running("bat_1", revision: 1), Cancellation));
        Assert.False(other.IsCompleted);
        reading.SetResult(null);
        Assert.Null(await other);
    }

    [Fact]
    public async Task OfAsync_CallerThatLeaves_LeavesTheReadingToTheNext()
    {
        using var leaving = new CancellationTokenSource();
        var left = sums.OfAsync(Running("bat_1", revision: 1), leaving.Token).AsTask();
        var reading = await readings.Reader.ReadAsync(Cancellation);
        await leaving.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        var next = sums.OfAsync(Running("bat_1", revision: 1), Cancellation).AsTask();
        var found = Nothing();
        reading.SetResult(found);
        Assert.Same(found, await next);
        Assert.False(readings.Reader.TryRead(out _));
    }

    [Fact]
    public async Task OfAsync_BatchUnderWayThatTakesLong_GivesOlderSumsMeanwhile()
    {
        var older = await ReadAsync(Running("bat_1", revision: 1));
        var asked = sums.OfAsync(Running("bat_1", revision: 2), Cancellation).AsTask();
        var reading = await readings.Reader.ReadAsync(Cancellation);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(older, await asked);

        // Of one that has ended the last sums are waited for: by a reading that began after its end.
        var ended = sums.OfAsync(Running("bat_1", revision: 3) with { Status = BatchStatus.Completed }, Cancellation).AsTask();
        reading.SetResult(Nothing());
        var last = Nothing();
        (await readings.Reader.ReadAsync(Cancellation)).SetResult(last);
        Assert.Same(last, await ended);
    }

    private static BatchSummary Nothing() => new([], [], []);

    private static Batch Running(string id, long revision) =>
        new() { Id = id, CustomerId = "cus_a", Status = BatchStatus.Running, Revision = revision, CreatedAt = ApiHost.Start, ExpiresAt = ApiHost.Start.AddDays(90) };

    private async Task<BatchSummary?> ReadAsync(Batch batch)
    {
        var asked = sums.OfAsync(batch, Cancellation).AsTask();
        (await readings.Reader.ReadAsync(Cancellation)).SetResult(Nothing());
        return await asked;
    }
}
