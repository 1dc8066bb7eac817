using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteRejudgingTests : IAsyncDisposable
{
    private const string BatchId = "bat_1";

    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();
    private readonly SqliteVerificationStore store;
    private readonly SqliteBatchStore batches;
    private readonly SqliteRejudging rejudging;

    public SqliteRejudgingTests() => (store, batches, rejudging) = (new(temporary.Database), new(temporary.Database), new(temporary.Database));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Fact]
    public async Task JudgeAsync_AVerdict_IsReplacedAndTellsWhatItWas()
    {
        var before = Samples.Verification(1, 1);
        await store.SaveAsync(before, null);
        var judged = Judged(before, VerdictStatus.Risky, VerdictReason.MailboxFull);
        judged = judged with { Verdict = judged.Verdict! with { AcceptAll = false, MailboxFull = true, Provider = "p", Exchanger = "x", FreshUntil = Samples.Noon.AddDays(1), Source = VerdictSource.Syntax } };

        Assert.True(await store.JudgeAsync(judged, "1"));

        var after = Assert.IsType<Verification>(await store.FindAsync(before.CustomerId, before.Id, Cancellation));
        Assert.Equal(judged.Verdict, after.Verdict);
        Assert.Equal([new EarlierVerdict(VerdictStatus.Deliverable, VerdictReason.AcceptedEmail, 97, "1", Samples.Noon.AddDays(1))], after.Earlier);
        var known = await store.KnownAsync(before.CustomerId, [before.AddressHash], Samples.Noon, Cancellation);
        Assert.Equal(judged.Verdict, Assert.Single(known).Verdict);
    }

    [Fact]
    public async Task JudgeAsync_ARowThatIsGoneForeignOrJudgedByOthers_IsLeft()
    {
        var before = Samples.Verification(1, 1);
        var after = Judged(before, VerdictStatus.Risky, VerdictReason.AcceptAll);
        Assert.False(await store.JudgeAsync(after, "1"));
        await store.SaveAsync(before, null);

        Assert.False(await store.JudgeAsync(after with { CustomerId = "cus_other" }, "1"));
        Assert.False(await store.JudgeAsync(after, "0"));
        Assert.Equal(Samples.Spell(before), Samples.Spell(await store.FindAsync(before.CustomerId, before.Id, Cancellation)));
    }

    [Fact]
    public async Task ReadAsync_ByPages_GivesEachWithAVerdictOnce()
    {
        for (var at = 1; at <= 20; at++)
            await store.SaveAsync(Samples.Verification(at, (UInt128)at, $"cus_{at % 3}", at % 4 == 0 ? null : VerdictStatus.Deliverable, Samples.Noon.AddMinutes(at)), null);

        Assert.Equal([1L, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19], await ReadAllAsync(DateTimeOffset.MinValue));
        Assert.Equal([18L, 19], await ReadAllAsync(Samples.Noon.AddMinutes(18)));
    }

    [Fact]
    public async Task ReadAsync_ARowThatNobodyCanRead_IsCountedAndNoObstacle()
    {
        await store.SaveAsync(Samples.Verification(1, 1), null);
        await store.SaveAsync(Samples.Verification(2, 2), null);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(temporary.Path, "emailverify.db")};Pooling=false"))
        {
            await connection.OpenAsync(Cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText = $"UPDATE verifications SET evidence = 'nonsense' WHERE id = '{Samples.IdOf(1)}'";
            Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancellation));
        }

        var page = await rejudging.ReadAsync("", DateTimeOffset.MinValue, 10, Cancellation);

        Assert.Equal((Samples.IdOf(2), Samples.IdOf(1), Samples.IdOf(2)), (Assert.Single(page.Rows).Id, Assert.Single(page.Unreadable), page.Last));
        Assert.Null((await rejudging.ReadAsync(page.Last!, DateTimeOffset.MinValue, 10, Cancellation)).Last);
    }

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
    public async Task SaveAsync_ALateOneOfAVerdictThatWasJudgedAgain_UndoesNothing()
    {
        var before = Samples.Verification(1, 1);
        await store.SaveAsync(before, null);
        Assert.True(await store.JudgeAsync(Judged(before, VerdictStatus.Risky, VerdictReason.AcceptAll), "1"));

        await store.SaveAsync(before, null);
        Assert.Equal(VerdictReason.AcceptAll, (await store.FindAsync(before.CustomerId, before.Id, Cancellation))!.Verdict!.Reason);

        await store.SaveAsync(before with { Verdict = before.Verdict! with { FoundAt = before.Verdict.FoundAt.AddMinutes(1) } }, null);
        Assert.Equal(VerdictReason.AcceptedEmail, (await store.FindAsync(before.CustomerId, before.Id, Cancellation))!.Verdict!.Reason);
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

    private static Verification Judged(Verification before, VerdictStatus status, VerdictReason reason) => before with
    {
        Verdict = before.Verdict! with { Status = status, Reason = reason, Score = 55, Rules = "2" },
        Earlier = [new EarlierVerdict(before.Verdict.Status, before.Verdict.Reason, before.Verdict.Score, before.Verdict.Rules, Samples.Noon.AddDays(1))],
    };

    private async Task<List<long>> ReadAllAsync(DateTimeOffset since)
    {
        var read = new List<long>();
        for (string? after = ""; after is not null;)
        {
            var page = await rejudging.ReadAsync(after, since, 3, Cancellation);
            read.AddRange(page.Rows.Select(row => Samples.NumberOf(row.Id)));
            after = page.Last;
        }

        return read;
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
