using System.Collections.Concurrent;
using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using Npgsql;

namespace EmailVerify.Adapters.Tests.Postgres;

/// <summary>One batch that several silos work on at once.</summary>
[Trait("Pace", "slow")]
public sealed class PostgresBatchSilosTests(PostgresTestDatabase temporary) : IClassFixture<PostgresTestDatabase>, IAsyncLifetime
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => temporary.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task FlushAsync_ByWorkersOfTwoSilosInAnyOrder_CountsEachRowOnce(int seed)
    {
        await using var second = temporary.Open();
        PostgresBatchStore[] stores = [new(temporary.Database), new(second)];
        var batch = await PreparedBatch.UploadAsync(stores[0], chunks: 4, rowsAChunk: 60);
        var leases = new ConcurrentDictionary<long, List<(DateTimeOffset From, DateTimeOffset To)>>();
        var minutes = 0;
        var isOver = false;

        await Task.WhenAll([.. Enumerable.Range(0, 6).Select(worker => Task.Run(() => WorkAsync(stores[worker % 2], new Random((seed * 100) + worker)), Cancellation)), Task.Run(WatchAsync, Cancellation)]);

        await batch.AssertWholeAsync(stores[1]);
        await PreparedBatch.AssertExactAsync(temporary);

        // Of either kind, with claims and leases that others may have by now, and with flushes that come twice.
        async Task WorkAsync(PostgresBatchStore store, Random random)
        {
            while (!isOver)
            {
                var now = Samples.Noon.AddMinutes(Interlocked.Increment(ref minutes));
                if ((random.Next(2) == 0 ? await OfChunkAsync(store, random, now) : await OfDueAsync(store, random, now)) is not { } flush)
                {
                    isOver |= await store.FindAsync(batch.Id, Cancellation) is { HasEnded: true };
                    continue;
                }

                _ = await store.FlushAsync(flush);
                if (random.Next(4) == 0)
                    _ = await store.FlushAsync(flush);
            }
        }

        async Task<BatchFlush?> OfChunkAsync(PostgresBatchStore store, Random random, DateTimeOffset now)
        {
            var claims = random.Next(2) == 0 ? await store.ClaimAsync(batch.Id, random.Next(-1, batch.Chunks - 1), 1) : await store.ClaimAsync(batch.Id, random.Next(batch.Chunks)) is { } one ? [one] : [];
            if (claims is not [var claim] || await store.LoadAsync(batch.Id, claim, Cancellation) is not { } items)
                return null;
            var some = items.Where(_ => random.Next(3) > 0).ToArray();
            return new BatchFlush(batch.Id, claim, [.. some.Select(item => PreparedBatch.OutcomeOf(item, random, now))], some.Length == items.Length, now);
        }

        async Task<BatchFlush?> OfDueAsync(PostgresBatchStore store, Random random, DateTimeOffset now)
        {
            var lease = now.AddMinutes(random.Next(1, 20));
            var due = await store.TakeDueAsync(batch.Id, "S1", now, lease, 20);
            if (due.IsEmpty)
                return null;
            Assert.All(due, item => Take(item.Row, now, lease));
            if (random.Next(5) == 0)
                return null;
            var until = random.Next(3) == 0 ? await store.ExtendAsync(batch.Id, [.. due.Select(item => item.Row)], lease, lease.AddMinutes(5)) : lease;
            Assert.All(due, item => GiveBack(item.Row, now));
            return new BatchFlush(batch.Id, null, [.. due.Select(item => PreparedBatch.OutcomeOf(item with { LeasedUntil = until }, random, now))], false, now);
        }

        // Times of workers overtake one another, but no two have a row for the same time.
        void Take(long row, DateTimeOffset from, DateTimeOffset to)
        {
            var others = leases.GetOrAdd(row, _ => []);
            lock (others)
            {
                Assert.DoesNotContain(others, other => other.From < to && from < other.To);
                others.Add((from, to));
            }
        }

        void GiveBack(long row, DateTimeOffset from)
        {
            lock (leases[row])
                _ = leases[row].RemoveAll(lease => lease.From == from);
        }

        async Task WatchAsync()
        {
            while (!isOver)
                await PreparedBatch.AssertExactAsync(temporary);
        }
    }

    [Fact]
    public async Task FlushAsync_WhoseConnectionIsKilledBeforeTheCommit_StoresNothingAndMayBeDoneAgain()
    {
        var store = new PostgresBatchStore(temporary.Database);
        var batch = await PreparedBatch.UploadAsync(store, chunks: 1, rowsAChunk: 20);
        var claim = Assert.NotNull(await store.ClaimAsync(batch.Id, 0));
        var items = Assert.NotNull(await store.LoadAsync(batch.Id, claim, Cancellation));
        var random = new Random(1);
        var flush = new BatchFlush(batch.Id, claim, [.. items.Select(item => PreparedBatch.OutcomeOf(item, random, Samples.Noon))], true, Samples.Noon);

        // The last statement waits for the row of the chunk: all the others are done.
        await using (var other = new NpgsqlConnection(temporary.Settings))
        {
            await other.OpenAsync(Cancellation);
            await using var transaction = await other.BeginTransactionAsync(Cancellation);
            await using var hold = new NpgsqlCommand("SELECT 1 FROM batch_chunks FOR UPDATE", other, transaction);
            _ = await hold.ExecuteScalarAsync(Cancellation);
            var flushing = store.FlushAsync(flush);
            while (!(await temporary.ReadAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", row => row.GetBoolean(0))).Contains(true))
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);
            await Assert.ThrowsAsync<StorageUnavailableException>(() => flushing);
        }

        Assert.Equal(0, (await store.FindAsync(batch.Id, Cancellation))?.Counts.Done);
        Assert.Equal(items.Length, (await store.LoadAsync(batch.Id, claim, Cancellation))?.Length);
        Assert.NotNull(await store.FlushAsync(flush));
        Assert.Null(await store.LoadAsync(batch.Id, claim, Cancellation));
        await PreparedBatch.AssertExactAsync(temporary);
    }
}
