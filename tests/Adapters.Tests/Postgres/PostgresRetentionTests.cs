using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace EmailVerify.Adapters.Tests.Postgres;

/// <summary>What is kept no longer goes by months, and nothing is served from it any more.</summary>
[Trait("Pace", "slow")]
public sealed class PostgresRetentionTests : IClassFixture<PostgresTestDatabase>, IAsyncLifetime
{
    private readonly PostgresTestDatabase temporary;
    private readonly PostgresVerificationStore store;
    private readonly PostgresRetention retention;

    public PostgresRetentionTests(PostgresTestDatabase temporary)
    {
        this.temporary = temporary;
        store = new PostgresVerificationStore(temporary.Database);
        retention = new PostgresRetention(temporary.Database, new PostgresPartitions(temporary.Database, PartitionedTable.All), new Retention(TimeSpan.FromDays(60)));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => temporary.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task SweepAsync_MonthsThatAreKeptNoLonger_GoWithTheVerdictsOfThem()
    {
        // Sixty days before the 24th of November are in September. The address of 1 was asked about again in October, and 3 waits since August.
        var august = await SaveAsync(1, new DateTimeOffset(2026, 8, 31, 23, 0, 0, TimeSpan.Zero));
        var july = await SaveAsync(2, new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero));
        var september = await SaveAsync(4, new DateTimeOffset(2026, 9, 1, 0, 0, 0, TimeSpan.Zero));
        var again = await SaveAsync(1, new DateTimeOffset(2026, 10, 5, 0, 0, 0, TimeSpan.Zero));
        var waiting = await SaveAsync(3, new DateTimeOffset(2026, 8, 2, 0, 0, 0, TimeSpan.Zero), isPending: true);

        await retention.SweepAsync(Samples.Noon, Cancellation);
        Assert.Null(await store.FindAsync("cus_default", july.Id, Cancellation));
        foreach (var kept in new[] { august, september, again, waiting })
            Assert.NotNull(await store.FindAsync("cus_default", kept.Id, Cancellation));
        var known = await store.KnownAsync("cus_default", [new(1), new(2), new(3), new(4)], DateTimeOffset.UnixEpoch, Cancellation);
        Assert.Equal(new[] { again.Id, september.Id }.Order(StringComparer.Ordinal), known.Select(one => one.VerificationId).Order(StringComparer.Ordinal), StringComparer.Ordinal);

        // Nobody waits any more: the month goes as well.
        await store.SaveAsync(waiting with { Pending = null, Verdict = august.Verdict }, null);
        await retention.SweepAsync(Samples.Noon, Cancellation);
        Assert.Null(await store.FindAsync("cus_default", august.Id, Cancellation));
        Assert.DoesNotContain("2026_08", await MonthsAsync("verifications"), StringComparer.Ordinal);
    }

    // An hour before, somebody's report was in the way.
    [Fact]
    public async Task SweepAsync_AMonthThatWasLeftHalfTakenOut_GoesThoughNoOtherIsDue()
    {
        var july = await SaveAsync(2, new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero));
        await temporary.LeaveHalfDetachedAsync("verifications", "verifications_2026_07");

        await retention.SweepAsync(Samples.Noon, Cancellation);
        Assert.DoesNotContain("2026_07", await MonthsAsync("verifications"), StringComparer.Ordinal);

        // And with another that is due behind it in the catalogue's order, or before.
        foreach (var half in new[] { "2026_06", "2026_05" })
        {
            _ = await SaveAsync(5, new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
            _ = await SaveAsync(6, new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));
            await temporary.LeaveHalfDetachedAsync("verifications", $"verifications_{half}");
            await retention.SweepAsync(Samples.Noon, Cancellation);
            Assert.DoesNotContain(await MonthsAsync("verifications"), month => month is "2026_05" or "2026_06");
        }
    }

    // It began to write before the month was looked into, and has not committed: taking the month out waits for it.
    [Fact]
    public async Task SweepAsync_AMonthThatGetsARowMeanwhile_IsKept()
    {
        var month = new DateTimeOffset(2026, 9, 5, 0, 0, 0, TimeSpan.Zero);
        await new PostgresPartitions(temporary.Database, PartitionedTable.All).SweepAsync(month, Cancellation);
        await using var source = NpgsqlDataSource.Create(temporary.Settings);
        await using var writer = await source.OpenConnectionAsync(Cancellation);
        await using (var transaction = await writer.BeginTransactionAsync(Cancellation))
        {
            await using var write = new NpgsqlCommand(
                "INSERT INTO batch_results (batch_id, row, revision, round, repeated, attempts, status, reason, score, found_at, fresh_until, source, rules) VALUES ($1, 1, 1, 1, 0, 1, 'risky', 'accept_all', 50, now(), now(), 'live', '1')",
                writer);
            write.Parameters.Add(PostgresValue.Of(StoredId.Of(Id.New("bat", new FakeTimeProvider(month)), StoredId.Batch)));
            _ = await write.ExecuteNonQueryAsync(Cancellation);
            var sweeping = retention.SweepAsync(Samples.Noon, Cancellation);
            while (!(await temporary.ReadAsync("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%DETACH PARTITION%'", row => row.GetInt32(0))).Any())
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);
            await transaction.CommitAsync(Cancellation);
            await sweeping;
        }

        Assert.Equal([1L], await temporary.ReadAsync("SELECT count(*) FROM batch_results", row => row.GetInt64(0)));
        Assert.Contains("2026_09", await MonthsAsync("batch_results"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task SweepAsync_MonthsOfBatches_GoWhenAllAreErased()
    {
        var batches = new PostgresBatchStore(temporary.Database);
        var batch = await PreparedBatch.UploadAsync(batches, chunks: 1, rowsAChunk: 10);
        var claim = Assert.Single(await batches.ClaimAsync(batch.Id, -1, 1));
        var items = Assert.NotNull(await batches.LoadAsync(batch.Id, claim, Cancellation));
        _ = await batches.FlushAsync(new(batch.Id, claim, [.. items.Select(item => PreparedBatch.DoneOf(item, Samples.Noon))], true, Samples.Noon));
        var month = Assert.Single(await MonthsAsync("batch_results"));
        var next = TimeProvider.System.GetUtcNow().AddMonths(2);

        await retention.SweepAsync(next, Cancellation);
        Assert.Equal([month], await MonthsAsync("batch_results"));
        await temporary.ExecuteAsync("DELETE FROM batch_results");
        await retention.SweepAsync(next, Cancellation);
        Assert.Empty(await MonthsAsync("batch_results"));
    }

    private async Task<Verification> SaveAsync(int address, DateTimeOffset at, bool isPending = false)
    {
        var made = Samples.Verification(1, new UInt128(0, (ulong)address), status: isPending ? null : VerdictStatus.Deliverable, at: at) with { Id = Id.New("ver", new FakeTimeProvider(at)) };
        await store.SaveAsync(made, null);
        return made;
    }

    private Task<IReadOnlyList<string>> MonthsAsync(string table) =>
        temporary.ReadAsync($"SELECT right(relname, 7) FROM pg_class WHERE relname ~ '^{table}_\\d{{4}}_\\d{{2}}$'", row => row.GetString(0));
}
