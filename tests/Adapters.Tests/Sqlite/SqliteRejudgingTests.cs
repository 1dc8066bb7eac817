using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteRejudgingTests : RejudgingContract
{
    private const string BatchId = "bat_1";

    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();
    private readonly SqliteVerificationStore store;
    private readonly SqliteBatchStore batches;
    private readonly SqliteRejudging rejudging;

    public SqliteRejudgingTests() => (store, batches, rejudging) = (new(temporary.Database), new(temporary.Database), new(temporary.Database));

    protected override IVerificationStore Store => store;

    protected override IRejudgeStore Rejudging => rejudging;

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Fact]
    public async Task FollowInBatchesAsync_AfterAChange_MovesResultsAndCounts()
    {
        var rows = await FilledAsync(VerdictStatus.Deliverable, VerdictStatus.Deliverable, VerdictStatus.Undeliverable);
        Assert.Equal(0, await rejudging.FollowInBatchesAsync(Cancellation));
        Assert.Equal([rows[0].Id], await rejudging.SaveAsync([(Judged(rows[0], VerdictStatus.Risky, VerdictReason.AcceptAll), "1"), (Judged(rows[1], VerdictStatus.Risky, VerdictReason.AcceptAll), "0")]));
        var before = await BatchAsync();

        // The first row has another that repeats it.
        Assert.Equal(2, await rejudging.FollowInBatchesAsync(Cancellation));

        var after = await BatchAsync();
        Assert.Equal((4, 1, 1, 2, 0), (after.Counts.Done, after.Counts.Deliverable, after.Counts.Undeliverable, after.Counts.Risky, after.Counts.Unknown));
        Assert.Equal((BatchStatus.Completed, before.Revision + 1), (after.Status, after.Revision));
        var results = await batches.ReadAsync(after, 0, withEvidence: true, Cancellation);
        Assert.Equal([VerdictReason.AcceptAll, VerdictReason.AcceptedEmail, VerdictReason.RejectedEmail, VerdictReason.AcceptAll], results.Select(row => row.Result!.Verdict.Reason));
        Assert.All(results, row => Assert.True(row.Result!.IsFinal));
        Assert.Equal(0, await rejudging.FollowInBatchesAsync(Cancellation));
        Assert.Equal(after.Revision, (await BatchAsync()).Revision);
    }

    [Theory]
    [InlineData("cache", 88, "cache", 50)]
    [InlineData("cache", 97, "cache", 55)]
    [InlineData("live", 88, "live", 55)]
    public async Task FollowInBatchesAsync_AVerdictThatWasServedAgain_StaysSoAndAsOld(string source, int score, string after, int expected)
    {
        var rows = await FilledAsync(VerdictStatus.Deliverable, VerdictStatus.Deliverable, VerdictStatus.Undeliverable);
        _ = await temporary.Database.WriteAsync(session => session.Execute("UPDATE batch_results SET source = ?1, score = ?2 WHERE row = 1", source, score));
        _ = await rejudging.SaveAsync([(Judged(rows[0], VerdictStatus.Risky, VerdictReason.AcceptAll), "1")]);

        _ = await rejudging.FollowInBatchesAsync(Cancellation);

        var result = (await batches.ReadAsync(await BatchAsync(), 0, withEvidence: false, Cancellation))[0].Result!;
        Assert.Equal((VerdictReason.AcceptAll, after, expected), (result.Verdict.Reason, Words.Of(result.Verdict.Source), result.Verdict.Score));
    }

    [Fact]
    public async Task FollowInBatchesAsync_WhereNothingWasJudgedAgain_LooksAtNoBatch()
    {
        _ = await FilledAsync(VerdictStatus.Deliverable, VerdictStatus.Deliverable, VerdictStatus.Undeliverable);

        var plan = await temporary.Database.ReadAsync(session => session.All(
            "EXPLAIN QUERY PLAN SELECT 1 FROM verifications INDEXED BY verifications_judged WHERE earlier IS NOT NULL LIMIT 1", row => row.GetString(3)), Cancellation);

        Assert.Contains("verifications_judged", Assert.Single(plan), StringComparison.Ordinal);
        _ = await temporary.Database.WriteAsync(session => session.Execute("ALTER TABLE batch_results RENAME TO gone"));
        Assert.Equal(0, await rejudging.FollowInBatchesAsync(Cancellation));
    }

    [Fact]
    public async Task FollowInBatchesAsync_InALaterRound_LeavesWhatIsAskedAgainAndEndsWhatIsNot()
    {
        var rows = await FilledAsync(VerdictStatus.Deliverable, VerdictStatus.Unknown, VerdictStatus.Undeliverable);
        _ = await batches.RetryAsync(BatchId, [], Samples.Noon);
        Assert.Equal([rows[0].Id, rows[1].Id], await rejudging.SaveAsync([(Judged(rows[0], VerdictStatus.Unknown, VerdictReason.BlockedByPolicy), "1"), (Judged(rows[1], VerdictStatus.Undeliverable, VerdictReason.RejectedEmail), "1")]));

        Assert.Equal(2, await rejudging.FollowInBatchesAsync(Cancellation));

        var running = await BatchAsync();
        Assert.Equal((3, 0, 1, 2), (running.Counts.Done, running.Counts.Deliverable, running.Counts.Undeliverable, running.Counts.Unknown));
        var claim = Assert.Single(await batches.ClaimAsync(BatchId, -1, 10));
        var left = Assert.Single(Assert.NotNull(await batches.LoadAsync(BatchId, claim, Cancellation)));
        Assert.Equal(2, left.Row);
        var ended = await batches.FlushAsync(new BatchFlush(BatchId, claim, [new ItemOutcome.Done(left, rows[2].Verdict!, null, null)], ClosesChunk: true, Samples.Noon));
        Assert.Equal((BatchStatus.Completed, 4, 2, 2), (ended?.Status, ended?.Counts.Done, ended?.Counts.Undeliverable, ended?.Counts.Unknown));
    }

    protected override async Task SpoilAsync(string id)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(temporary.Path, "emailverify.db")};Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = $"UPDATE verifications SET evidence = 'nonsense' WHERE id = '{id}'";
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancellation));
    }

    // Three rows, and a fourth that repeats the first.
    private async Task<ImmutableArray<Verification>> FilledAsync(params VerdictStatus[] statuses)
    {
        var rows = new ArrayBufferWriter<byte>();
        var hashes = new ArrayBufferWriter<byte>();
        foreach (var email in (string[])["a@a.example", "b@a.example", "c@a.example", "a@a.example"])
        {
            ChunkRows.Write(rows, new InputRow(email, RowNotes.None, Encoding.UTF8.GetBytes(email)));
            hashes.Write(AddressHash.OfText(new byte[32], email).ToOctets());
        }

        await batches.BeginAsync(BatchId, Samples.Noon);
        await batches.AppendAsync(BatchId, new ChunkDraft(0, 4, rows.WrittenMemory, hashes.WrittenMemory, [new Repeat(4, 1)]));
        await batches.PublishAsync(
            new Batch { Id = BatchId, CustomerId = "cus_a", Counts = new BatchCounts(4, 0, 0, 0, 0, 0, 3, 1, 0, 0), CreatedAt = Samples.Noon, ExpiresAt = Samples.Noon.AddDays(90) },
            null);
        var claim = Assert.Single(await batches.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await batches.LoadAsync(BatchId, claim, Cancellation));
        var verified = items.Select((item, at) => Samples.Verification(at + 1, (UInt128)(at + 1), "cus_a", statuses[at])).Select(one => one with
        {
            Verdict = one.Verdict! with
            {
                Reason = one.Verdict.Status switch { VerdictStatus.Deliverable => VerdictReason.AcceptedEmail, VerdictStatus.Undeliverable => VerdictReason.RejectedEmail, _ => VerdictReason.UnexpectedReply },
            },
        }).ToImmutableArray();
        _ = await batches.FlushAsync(new BatchFlush(
            BatchId, claim, [.. items.Select((item, at) => new ItemOutcome.Done(item, verified[at].Verdict!, verified[at].Id, verified[at]))], ClosesChunk: true, Samples.Noon));
        return verified;
    }

    private async Task<Batch> BatchAsync() => Assert.IsType<Batch>(await batches.FindAsync(BatchId, Cancellation));
}
