using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace EmailVerify.Adapters.Tests.Postgres;

[Trait("Pace", "slow")]
public sealed class PostgresPartitionTests(PostgresTestDatabase temporary) : IClassFixture<PostgresTestDatabase>, IAsyncLifetime
{
    private static readonly PartitionedTable Table = PartitionedTable.Verifications;

    private readonly PostgresPartitions partitions = new(temporary.Database, [Table]);
    private readonly PostgresVerificationStore store = new(temporary.Database);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        foreach (var name in await temporary.ReadAsync("SELECT relname FROM pg_class WHERE relname ~ '^verifications_\\d{4}_\\d{2}$'", row => row.GetString(0)))
            await temporary.ExecuteAsync($"DROP TABLE {name}");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task SweepAsync_AtAnyTime_MakesThePresentMonthAndThreeMore()
    {
        await partitions.SweepAsync(Samples.Noon, Cancellation);
        Assert.Equal(["2026_11", "2026_12", "2027_01", "2027_02"], await MonthsAsync());

        await partitions.SweepAsync(Samples.Noon, Cancellation);
        await partitions.SweepAsync(Samples.Noon.AddMonths(1), Cancellation);
        Assert.Equal(["2026_11", "2026_12", "2027_01", "2027_02", "2027_03"], await MonthsAsync());
    }

    [Fact]
    public async Task SweepAsync_ByManyAtOnce_MakesEachOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => partitions.SweepAsync(Samples.Noon, Cancellation), Cancellation)));
        Assert.Equal(4, (await MonthsAsync()).Length);
    }

    [Fact]
    public async Task SweepAsync_WhileSomebodyReadsAndWrites_WaitsForNobody()
    {
        await partitions.SweepAsync(Samples.Noon, Cancellation);
        await using var source = NpgsqlDataSource.Create(temporary.Settings);
        await using var other = await source.OpenConnectionAsync(Cancellation);
        await using var transaction = await other.BeginTransactionAsync(Cancellation);
        await using var command = new NpgsqlCommand("LOCK TABLE verifications IN ROW EXCLUSIVE MODE; SELECT count(*) FROM verifications", other);
        _ = await command.ExecuteScalarAsync(Cancellation);

        await partitions.SweepAsync(Samples.Noon.AddMonths(3), Cancellation).WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancellation);

        Assert.Equal(7, (await MonthsAsync()).Length);
    }

    [Fact]
    public async Task SweepAsync_Twice_LeavesNoConstraintAndEveryIndex()
    {
        await partitions.SweepAsync(Samples.Noon, Cancellation);
        Assert.Empty(await temporary.ReadAsync("SELECT conname FROM pg_constraint WHERE conname LIKE '%bounds'", row => row.GetString(0)));
        Assert.Equal([7L, 7L, 7L, 7L], await temporary.ReadAsync("SELECT count(*) FROM pg_index JOIN pg_inherits ON indrelid = inhrelid GROUP BY indrelid", row => row.GetInt64(0)));
    }

    [Theory]
    [InlineData(2020, 1)]
    [InlineData(2026, 11)]
    [InlineData(2100, 12)]
    public async Task SaveAsync_AMonthWithoutAPartition_MakesIt(int year, int month)
    {
        var made = Made(new DateTimeOffset(year, month, 5, 0, 0, 0, TimeSpan.Zero));
        await store.SaveAsync(made, null);
        Assert.Equal(Samples.Spell(made), Samples.Spell(await store.FindAsync(made.CustomerId, made.Id, Cancellation)));
        Assert.Equal([$"{year:D4}_{month:D2}"], await MonthsAsync());
    }

    [Fact]
    public async Task SaveAsync_AnIdOfNoTime_IsADefectAndFailsNoneBesideIt()
    {
        var good = Made(Samples.Noon);
        var broken = store.SaveAsync(good with { Id = "ver_00000000000000000000000001" }, null);
        var beside = store.SaveAsync(good, null);
        _ = await Assert.ThrowsAsync<PostgresException>(() => broken);
        await beside;
        Assert.Equal(["2026_11"], await MonthsAsync());
    }

    [Fact]
    public async Task SaveAsync_AThousandOfSeveralMonthsAtOnce_FindTheirPartitions()
    {
        var made = Enumerable.Range(0, 1_000).Select(number => Made(Samples.Noon.AddMonths(-(number % 5)))).ToArray();
        await Task.WhenAll(made.Select(one => store.SaveAsync(one, null)));
        Assert.Equal(["2026_07", "2026_08", "2026_09", "2026_10", "2026_11"], await MonthsAsync());
        Assert.Equal(1_000, Assert.Single(await temporary.ReadAsync("SELECT count(*) FROM verifications", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task DropAsync_MonthsThatAreOver_AreGoneUnlessSomebodyStillWaits()
    {
        var waiting = Made(Samples.Noon.AddMonths(-3)) with { Verdict = null, Pending = new Pending(Samples.Noon, null, Samples.Noon, Samples.Noon) };
        foreach (var one in new[] { Made(Samples.Noon.AddMonths(-4)), waiting, Made(Samples.Noon.AddMonths(-2)), Made(Samples.Noon) })
            await store.SaveAsync(one, null);

        Assert.Equal(["2026_07"], (await partitions.DropAsync(Table, Samples.Noon.AddMonths(-2), Cancellation)).Select(month => month.ToString()), StringComparer.Ordinal);
        Assert.Equal(["2026_08", "2026_09", "2026_11"], await MonthsAsync());

        await store.SaveAsync(waiting with { Verdict = Made(Samples.Noon).Verdict, Pending = null }, null);
        Assert.Equal(["2026_08"], (await partitions.DropAsync(Table, Samples.Noon.AddMonths(-2), Cancellation)).Select(month => month.ToString()), StringComparer.Ordinal);
        Assert.Empty(await temporary.ReadAsync("SELECT relname FROM pg_class WHERE relname LIKE 'verifications_2026_0_' AND relname <> 'verifications_2026_09'", row => row.GetString(0)));
    }

    [Fact]
    public async Task DropAsync_WhatADeathLeftHalfDone_IsFinished()
    {
        foreach (var months in new[] { -4, -3, 0 })
            await store.SaveAsync(Made(Samples.Noon.AddMonths(months)), null);

        // One was taken out and never dropped; the other only began to be taken out, as the timeout of somebody who had to wait shows.
        await temporary.ExecuteAsync("ALTER TABLE verifications DETACH PARTITION verifications_2026_07");
        await temporary.LeaveHalfDetachedAsync("verifications", "verifications_2026_08");

        Assert.Equal(["2026_07", "2026_08"], (await partitions.DropAsync(Table, Samples.Noon, Cancellation)).Select(month => month.ToString()).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(["2026_11"], await MonthsAsync());
    }

    [Fact]
    public async Task SaveAsync_IntoAMonthThatIsHalfTakenOut_HasItBackWithAllItsRows()
    {
        var before = Made(Samples.Noon.AddMonths(-1));
        await store.SaveAsync(before, null);
        await temporary.LeaveHalfDetachedAsync("verifications", "verifications_2026_10");
        var after = Made(Samples.Noon.AddMonths(-1));

        await store.SaveAsync(after, null);

        Assert.NotNull(await store.FindAsync("cus_default", before.Id, Cancellation));
        Assert.NotNull(await store.FindAsync("cus_default", after.Id, Cancellation));
    }

    private static Verification Made(DateTimeOffset at) => Samples.Verification(1, 7, at: at) with { Id = Id.New("ver", new FakeTimeProvider(at)) };

    private async Task<string[]> MonthsAsync() => [.. (await partitions.ListAsync(Table, Cancellation)).Select(month => month.ToString())];
}
