using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteRetryOverviewTests : IAsyncDisposable
{
    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();

    public ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Fact]
    public async Task CountAsync_Nothing_IsNone()
    {
        var counted = await CountAsync();
        Assert.Equal((0, null, 0, null), (counted.Verifications.Waiting, counted.Verifications.NextAt, counted.BatchRows.Waiting, counted.BatchRows.NextAt));
        Assert.Equal(3, counted.Verifications.Counts.Length);
    }

    [Fact]
    public async Task CountAsync_Waiting_IsCountedUpToEachBound()
    {
        var store = new SqliteVerificationStore(temporary.Database);
        foreach (var (seconds, number) in new[] { -1, 0, 1, 60, 61 }.Select((seconds, number) => (seconds, number)))
        {
            var verification = new Verification { Id = $"ver_{number}", CustomerId = "cus_a", AddressHash = new AddressHash((UInt128)number), Email = "a@b.example", CreatedAt = Samples.Noon };
            await store.SaveAsync(verification, new RetryTicket(verification.Id, "cus_a", verification.AddressHash, Samples.Noon.AddSeconds(seconds), null, 1));
        }

        var counted = await CountAsync();
        Assert.Equal([2, 2, 1], counted.Verifications.Counts);
        Assert.Equal(Samples.Noon.AddSeconds(-1), counted.Verifications.NextAt);
        Assert.Equal(0, counted.BatchRows.Waiting);
    }

    [Theory]
    [InlineData("retries", "retries_due")]
    [InlineData("batch_retries", "batch_retries_due")]
    public async Task CountAsync_ManyRows_ReadsAnIndexAndNoRow(string table, string index)
    {
        await temporary.CloseAsync();
        await using var connection = new SqliteConnection($"Data Source={Directory.GetFiles(temporary.Path, "*.db").Single()};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN SELECT (SELECT count(*) FROM json_each('[1]') WHERE value < due_at) AS past, count(*), min(due_at) FROM {table} INDEXED BY {index} GROUP BY past";
        await using var plan = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await plan.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"SCAN {table} USING COVERING INDEX {index}", plan.GetString(3), StringComparison.Ordinal);
    }

    private async Task<RetryOverview> CountAsync() => await new SqliteRetryOverview(temporary.Database).CountAsync([Samples.Noon, Samples.Noon.AddMinutes(1)], TestContext.Current.CancellationToken);
}
