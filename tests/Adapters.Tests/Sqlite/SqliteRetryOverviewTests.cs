using EmailVerify.Adapters.Sqlite;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteRetryOverviewTests : RetryOverviewContract
{
    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();

    protected override IRetryOverview Overview => new SqliteRetryOverview(temporary.Database);

    protected override IVerificationStore Verifications => new SqliteVerificationStore(temporary.Database);

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Theory]
    [InlineData("retries", "retries_due")]
    [InlineData("batch_retries", "batch_retries_due")]
    public async Task CountAsync_ManyRows_ReadsAnIndexAndNoRowAndSortsNothing(string table, string index)
    {
        await temporary.CloseAsync();
        await using var connection = new SqliteConnection($"Data Source={Directory.GetFiles(temporary.Path, "*.db").Single()};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN SELECT count(*) FILTER (WHERE due_at <= 1), count(*), min(due_at) FROM {table} INDEXED BY {index}";
        await using var plan = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await plan.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"SCAN {table} USING COVERING INDEX {index}", plan.GetString(3), StringComparison.Ordinal);
        Assert.False(await plan.ReadAsync(TestContext.Current.CancellationToken));
    }
}
