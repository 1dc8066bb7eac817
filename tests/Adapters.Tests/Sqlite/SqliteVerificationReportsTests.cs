using EmailVerify.Adapters.Sqlite;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteVerificationReportsTests : VerificationReportsContract
{
    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();
    private readonly SqliteVerificationReports reports;

    public SqliteVerificationReportsTests()
    {
        reports = new SqliteVerificationReports(temporary.Database);
        Store = new SqliteVerificationStore(temporary.Database);
        Batches = new SqliteBatchStore(temporary.Database);
    }

    protected override IVerificationReports Reports => reports;

    protected override IVerificationStore Store { get; }

    protected override IBatchStore Batches { get; }

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => temporary.DisposeAsync();

    // Of each run no more than a page is read.
    [Theory]
    [InlineData(null, null, null, null, "verifications_search (customer_id=? AND reason=? AND id>? AND id<?)")]
    [InlineData(null, VerdictReason.NullMx, "a.example", null, "verifications_domain (customer_id=? AND domain=? AND reason=? AND id>? AND id<?)")]
    [InlineData(VerdictStatus.Unknown, null, null, "bat_01M86PTPG00000000000000001", "verifications_batch (batch=? AND reason=? AND id>? AND id<?)")]
    public async Task SearchAsync_Plan_ReadsRunsOfOneIndex(VerdictStatus? status, VerdictReason? reason, string? domain, string? batch, string index)
    {
        var search = new VerificationSearch(null, null, status, reason, domain, batch, null, 10);
        var (query, values) = SqliteVerificationReports.QueryOf("cus_a", search);
        var plan = await temporary.Database.ReadAsync(session => session.All("EXPLAIN QUERY PLAN " + query, row => row.GetString(3), values), Cancellation);
        var runs = plan.Where(step => step.StartsWith("SEARCH verifications USING", StringComparison.Ordinal) && step.Contains("reason", StringComparison.Ordinal)).ToArray();
        Assert.Equal(search.Reasons.Length + (search.IncludesPending ? 1 : 0), runs.Length);
        Assert.All(runs, run => Assert.Equal($"SEARCH verifications USING COVERING INDEX {index}", run));
        Assert.DoesNotContain(plan, step => step.StartsWith("SCAN verifications", StringComparison.Ordinal));
    }

    protected override Task SweepAsync(DateTimeOffset now) => reports.SweepAsync(now);
}
