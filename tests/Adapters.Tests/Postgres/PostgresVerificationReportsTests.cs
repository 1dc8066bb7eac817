using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using EmailVerify.Scenarios.Servers;
using Npgsql;

namespace EmailVerify.Adapters.Tests.Postgres;

[Trait("Pace", "slow")]
public sealed class PostgresVerificationReportsTests(PostgresTestDatabase temporary) : VerificationReportsContract, IClassFixture<PostgresTestDatabase>
{
    private readonly PostgresVerificationReports reports = new(temporary.Database);

    protected override IVerificationReports Reports => reports;

    protected override IVerificationStore Store { get; } = new PostgresVerificationStore(temporary.Database);

    protected override IBatchStore Batches { get; } = new PostgresBatchStore(temporary.Database);

    public override ValueTask InitializeAsync() => temporary.ClearAsync();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task SweepAsync_ChangesOfManyWrites_AreFoldedIntoOneRowADay()
    {
        for (var number = 1; number <= 20; number++)
            await Store.SaveAsync(Samples.Verification(number, 7), null);
        Assert.Equal([20L], await temporary.ReadAsync("SELECT count(*) FROM verdict_changes", row => row.GetInt64(0)));

        await SweepAsync(Samples.Noon);
        Assert.Equal([0L], await temporary.ReadAsync("SELECT count(*) FROM verdict_changes", row => row.GetInt64(0)));
        Assert.Equal([20L], await temporary.ReadAsync("SELECT count FROM verdict_days", row => row.GetInt64(0)));
    }

    // One customer, two days, three reasons: six rows, however many verifications a flush has.
    [Fact]
    public async Task SaveAsync_AFlushOfMany_AddsARowForEachDayAndReason()
    {
        var partitions = new PostgresPartitions(temporary.Database, PartitionedTable.All);
        VerdictReason[] reasons = [VerdictReason.AcceptedEmail, VerdictReason.RejectedEmail, VerdictReason.Timeout];
        var rows = Enumerable.Range(1, 600).Select(number => Samples.Verification(number, (UInt128)number, at: Samples.Noon.AddDays(-(number / 3 % 2)))).ToArray();
        rows = [.. rows.Select((row, at) => row with { Verdict = row.Verdict! with { Reason = reasons[at % 3], Status = Judge.StatusOf(reasons[at % 3]) } })];
        for (var time = 0; time < 2; time++)
            _ = await partitions.WriteAsync(rows.Select(row => StoredId.Of(row.Id, StoredId.Verification)), connection => VerificationRows.WriteAsync(connection, rows, batch: null));
        Assert.Equal([100L, 100, 100, 100, 100, 100], await temporary.ReadAsync("SELECT change FROM verdict_changes", row => row.GetInt64(0)));
    }

    [Fact]
    public async Task SearchAsync_StandbyThatIsAway_IsUnavailable()
    {
        var away = $"Host=127.0.0.1;Port={Ports.Free()};Username=x;Password=x;Timeout=2";
        await using var opened = Assert.IsType<PostgresOpening.Opened>(PostgresDatabase.Open(temporary.Settings, away, InstallationKind.Sandbox)).Database;
        var asking = new PostgresVerificationReports(opened);
        _ = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await asking.SearchAsync("cus_a", new VerificationSearch(null, null, null, null, null, null, null, 1), Cancellation));
        _ = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await asking.TrendsAsync("cus_a", new DateOnly(2026, 11, 1), new DateOnly(2026, 11, 30), Cancellation));
    }

    [Fact]
    public async Task SearchAsync_ThatTakesTooLong_IsUnavailable()
    {
        await using var opened = Assert.IsType<PostgresOpening.Opened>(
            PostgresDatabase.Open(temporary.Settings, temporary.Settings + ";Options=-c statement_timeout=200ms", InstallationKind.Sandbox)).Database;
        var asking = new PostgresVerificationReports(opened);
        await using var source = NpgsqlDataSource.Create(temporary.Settings);
        await using var other = await source.OpenConnectionAsync(Cancellation);
        await using var transaction = await other.BeginTransactionAsync(Cancellation);
        await using var command = new NpgsqlCommand("LOCK TABLE verifications IN ACCESS EXCLUSIVE MODE", other);
        _ = await command.ExecuteNonQueryAsync(Cancellation);

        _ = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await asking.SearchAsync("cus_a", new VerificationSearch(null, null, null, null, null, null, null, 1), Cancellation));
    }

    protected override Task SweepAsync(DateTimeOffset now) => reports.SweepAsync(now, Cancellation);
}
