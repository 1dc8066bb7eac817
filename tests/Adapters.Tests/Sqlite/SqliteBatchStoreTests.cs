using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteBatchStoreTests : IAsyncDisposable
{
    private const string BatchId = "bat_1";

    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();
    private readonly SqliteBatchStore store;

    public SqliteBatchStoreTests() => store = new SqliteBatchStore(temporary.Database);

    public ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Fact]
    public async Task BeginAsync_NotPublished_IsSeenByNobody()
    {
        await store.BeginAsync(BatchId, Samples.Noon);
        await store.AppendAsync(BatchId, Chunk(0, ["ada@a.example"]));

        Assert.Null(await store.FindAsync(BatchId, Cancellation));
        Assert.Empty(await store.OpenAsync(Cancellation));
        Assert.Empty(await store.ClaimAsync(BatchId, -1, 10));
        Assert.Empty(await store.ListAsync("cus_a", new BatchQuery([], null, null, null, null, 10), Cancellation));
    }

    [Fact]
    public async Task PublishAsync_AnyBatch_IsFoundAsItWas()
    {
        var batch = NewBatch(3) with
        {
            Name = "a\0b <ü>",
            Tag = "t",
            Columns = ["E-Mail", "E-Mail", ""],
            Column = "E-Mail",
            Delimiter = ';',
            MaxAge = TimeSpan.FromHours(1),
            Priority = BatchPriority.High,
            DropsDuplicates = true,
            Pause = new BatchPause(BatchPauser.Customer, "why"),
            Status = BatchStatus.Paused,
            RetriedReasons = [VerdictReason.Greylisted, VerdictReason.Timeout],
            StartedAt = Samples.Noon,
            FinishedAt = Samples.Noon.AddSeconds(1),
            Revision = 7,
            Shape = RowShape.Json,
        };
        await PublishAsync(batch, ["a", "b", "c"]);

        var found = Assert.IsType<Batch>(await store.FindAsync("cus_a", BatchId, Cancellation));
        Assert.Equal(batch with { Columns = [], RetriedReasons = [] }, found with { Columns = [], RetriedReasons = [] });
        Assert.Equal(batch.Columns, found.Columns, StringComparer.Ordinal);
        Assert.Equal<VerdictReason>(batch.RetriedReasons, found.RetriedReasons);
        Assert.Null(await store.FindAsync("cus_b", BatchId, Cancellation));
    }

    [Fact]
    public async Task LoadAsync_AClaimedChunk_LeavesOutRepeats()
    {
        await PublishAsync(NewBatch(3), ["ada@a.example", "bea@a.example", "ada@a.example"], [new Repeat(3, 1)]);
        var claim = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));

        var items = Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation));
        Assert.Equal([(1, "ada@a.example", 1), (2, "bea@a.example", 0)], items.Select(item => (item.Row, item.Email, item.Repeated)));
        Assert.All(items, item => Assert.NotEqual(default, item.Hash));
    }

    [Fact]
    public async Task ClaimAsync_Again_FencesTheFirstOff()
    {
        await PublishAsync(NewBatch(1), ["ada@a.example"]);
        var first = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await store.LoadAsync(BatchId, first, Cancellation));
        var second = Assert.NotNull(await store.ClaimAsync(BatchId, 0));

        Assert.Null(await store.LoadAsync(BatchId, first, Cancellation));
        Assert.Null(await store.FlushAsync(Flush(first, true, Done(items[0]))));
        Assert.Equal(0, (await FindAsync()).Counts.Done);
        Assert.Equal(BatchStatus.Completed, (await store.FlushAsync(Flush(second, true, Done(items[0]))))?.Status);
    }

    [Fact]
    public async Task FlushAsync_TheSameRowTwice_CountsOnce()
    {
        await PublishAsync(NewBatch(2), ["ada@a.example", "bea@a.example"]);
        var claim = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation));

        var first = await store.FlushAsync(Flush(claim, false, Done(items[0])));
        var second = await store.FlushAsync(Flush(claim, false, Done(items[0])));
        Assert.Equal((1, 1, BatchStatus.Running), (first?.Counts.Done, second?.Counts.Done, second?.Status));
        Assert.Equal([2L], (await store.LoadAsync(BatchId, claim, Cancellation))!.Value.Select(item => item.Row));
    }

    [Fact]
    public async Task FlushAsync_AVerdictAndWhatALaterRoundFinds_ComeBackWhole()
    {
        await PublishAsync(NewBatch(1), ["ada@a.example"]);
        var first = new Verdict(VerdictStatus.Unknown, VerdictReason.Greylisted, 51, null, true, false, "p1", "x1", Samples.Noon.AddMinutes(1), Samples.Noon.AddMinutes(2), VerdictSource.Live, "r1");
        var second = new Verdict(VerdictStatus.Risky, VerdictReason.MailboxFull, 32, true, false, null, null, "x2", Samples.Noon.AddMinutes(3), Samples.Noon.AddMinutes(4), VerdictSource.Cache, "r2");

        Assert.Equal((first, "ver_1"), await FlushedAsync(first, "ver_1"));
        _ = await store.RetryAsync(BatchId, [VerdictReason.Greylisted], Samples.Noon);
        Assert.Equal((second, "ver_2"), await FlushedAsync(second, "ver_2"));

        async Task<(Verdict, string?)> FlushedAsync(Verdict verdict, string id)
        {
            var claim = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
            var item = Assert.Single(Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation)));
            var done = Assert.IsType<Batch>(await store.FlushAsync(Flush(claim, true, new ItemOutcome.Done(item, verdict, id, null))));
            var result = Assert.Single(await store.ReadAsync(done, 0, withEvidence: false, Cancellation)).Result!;
            return (result.Verdict, result.VerificationId);
        }
    }

    [Fact]
    public async Task FlushAsync_ARepeatedRow_CountsForAll()
    {
        await PublishAsync(NewBatch(3), ["ada@a.example", "ada@a.example", "ada@a.example"], [new Repeat(2, 1), new Repeat(3, 1)]);
        var claim = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation));

        var done = await store.FlushAsync(Flush(claim, true, Done(Assert.Single(items))));
        Assert.Equal((3, BatchStatus.Completed), (done?.Counts.Deliverable, done?.Status));
        var rows = await store.ReadAsync(done!, 0, withEvidence: false, Cancellation);
        Assert.Equal([null, 1L, 1L], rows.Select(row => row.RepeatOf));
        Assert.All(rows, row => Assert.Equal(VerdictReason.AcceptedEmail, row.Result?.Verdict.Reason));
        Assert.Equal([1L, 2, 3], (await store.ReadDoneAsync(done!, default, 0, 10, Cancellation)).Select(row => row.Number));
    }

    [Fact]
    public async Task ReadDoneAsync_ARowRepeatedOften_IsReadByPages()
    {
        await PublishAsync(NewBatch(21), [.. Enumerable.Range(1, 20).Select(_ => "ada@a.example"), "bea@a.example"], [.. Enumerable.Range(2, 19).Select(row => new Repeat(row, 1))]);
        var claim = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation));
        var done = Assert.IsType<Batch>(await store.FlushAsync(Flush(claim, true, [.. items.Select(item => Done(item))])));

        var pages = await DonePagesAsync(done, 6);
        Assert.Equal([6, 6, 6, 3], pages.Select(page => page.Length));
        Assert.Equal(Enumerable.Range(1, 21).Select(row => (long)row), pages.SelectMany(page => page).Select(row => row.Number));
        Assert.All(pages.SelectMany(page => page), row => Assert.Equal(row.Number is 1 or 21 ? null : 1L, row.RepeatOf));
    }

    [Fact]
    public async Task ReadDoneAsync_RowsOfManyLargeChunks_EndsAPageEarly()
    {
        await store.BeginAsync(BatchId, Samples.Noon);
        for (var number = 0; number < 12; number++)
        {
            var rows = new ArrayBufferWriter<byte>();
            ChunkRows.Write(rows, new InputRow("ada@a.example", RowNotes.None, new byte[1024 * 1024]));
            await store.AppendAsync(BatchId, new ChunkDraft(number, 1, rows.WrittenMemory, new byte[16], number == 0 ? [] : [new Repeat((number * 1_000) + 1, 1)]));
        }

        await store.PublishAsync(NewBatch(12), null);
        var claim = Assert.NotNull(await store.ClaimAsync(BatchId, 0));
        var item = Assert.Single((await store.LoadAsync(BatchId, claim, Cancellation))!.Value);
        var done = Assert.IsType<Batch>(await store.FlushAsync(Flush(claim, true, Done(item))));

        var pages = await DonePagesAsync(done, 1_000);
        Assert.All(pages, page => Assert.InRange(page.Length, 1, 8));
        Assert.Equal(Enumerable.Range(0, 12).Select(number => (number * 1_000L) + 1), pages.SelectMany(page => page).Select(row => row.Number));
    }

    [Fact]
    public async Task FlushAsync_RowsPutOff_ComeBackAtTheirTimeUnderALease()
    {
        await PublishAsync(NewBatch(2), ["ada@a.example", "bea@a.example"]);
        var claim = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation));
        var pending = Samples.Verification(1, 1, "cus_a") with { Verdict = null, Pending = new Pending(Samples.Noon, VerdictReason.Greylisted, Samples.Noon, Samples.Noon) };
        var after = await store.FlushAsync(Flush(
            claim, true, new ItemOutcome.PutOff(items[0], Samples.Noon.AddMinutes(6), "eg-1", pending), new ItemOutcome.PutOff(items[1], Samples.Noon.AddMinutes(9), null, null)));

        Assert.Equal((2, 0, BatchStatus.Running), (after?.Counts.Retrying, after?.Counts.Done, after?.Status));
        Assert.Empty(await store.ClaimAsync(BatchId, -1, 10));
        Assert.Equal(Samples.Noon.AddMinutes(6), await store.NextDueAsync(BatchId, Cancellation));
        Assert.Empty(await store.TakeDueAsync(BatchId, Samples.Noon.AddMinutes(5), Samples.Noon.AddMinutes(8), 10));
        var due = Assert.Single(await store.TakeDueAsync(BatchId, Samples.Noon.AddMinutes(7), Samples.Noon.AddMinutes(8), 10));
        Assert.Equal((1, pending.Id), (due.Row, due.Verification?.Id));
        Assert.Empty(await store.TakeDueAsync(BatchId, Samples.Noon.AddMinutes(7), Samples.Noon.AddMinutes(8), 10));

        // Its worker fell silent, another one took it: what the first brings is refused.
        var again = Assert.Single(await store.TakeDueAsync(BatchId, Samples.Noon.AddMinutes(8), Samples.Noon.AddMinutes(10), 10));
        Assert.Equal(0, (await store.FlushAsync(Flush(null, false, Done(due))))?.Counts.Done);
        var ended = await store.FlushAsync(Flush(null, false, Done(again)));
        Assert.Equal((1, 1), (ended?.Counts.Done, ended?.Counts.Retrying));
    }

    [Fact]
    public async Task TakeDueAsync_ARowWhoseAttemptsCannotBeRead_IsHandedOutWithoutThem()
    {
        await PublishAsync(NewBatch(2), ["ada@a.example", "bea@a.example"]);
        var claim = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation));
        _ = await store.FlushAsync(Flush(claim, true, [.. items.Select(item => new ItemOutcome.PutOff(item, Samples.Noon, "eg-1", PendingOf(item)))]));
        _ = await temporary.Database.WriteAsync(session => session.Execute("UPDATE verifications SET evidence = '[{' WHERE id = ?1", PendingOf(items[0]).Id));

        var due = await store.TakeDueAsync(BatchId, Samples.Noon, Samples.Noon.AddMinutes(1), 10);
        Assert.Equal([(1, null), (2, PendingOf(items[1]).Id)], due.Select(item => (item.Row, item.Verification?.Id)));

        static Verification PendingOf(BatchItem item) =>
            Samples.Verification((int)item.Row, 1, "cus_a") with { Verdict = null, Pending = new Pending(Samples.Noon, VerdictReason.Greylisted, Samples.Noon, Samples.Noon) };
    }

    [Fact]
    public async Task ExtendAsync_ALease_IsTheOwnersForLonger()
    {
        await PublishAsync(NewBatch(2), ["ada@a.example", "bea@a.example"]);
        var claim = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation));
        _ = await store.FlushAsync(Flush(claim, true, [.. items.Select(item => new ItemOutcome.PutOff(item, Samples.Noon, null, null))]));
        var due = await store.TakeDueAsync(BatchId, Samples.Noon, Samples.Noon.AddMinutes(1), 10);

        var lease = await store.ExtendAsync(BatchId, [1], Samples.Noon.AddMinutes(1), Samples.Noon.AddMinutes(3).AddTicks(5));
        Assert.Equal(Samples.Noon.AddMinutes(3), lease);
        Assert.Equal(2, Assert.Single(await store.TakeDueAsync(BatchId, Samples.Noon.AddMinutes(2), Samples.Noon.AddMinutes(4), 10)).Row);

        // Of the second another one has the lease now: it cannot be taken back.
        _ = await store.ExtendAsync(BatchId, [2], Samples.Noon.AddMinutes(1), Samples.Noon.AddMinutes(3));
        var after = await store.FlushAsync(Flush(null, false, [.. due.Select(item => Done(item with { LeasedUntil = lease }))]));
        Assert.Equal((1, 1), (after?.Counts.Done, after?.Counts.Retrying));
    }

    [Fact]
    public async Task ReleaseAsync_AtAStart_EndsLeases()
    {
        await PublishAsync(NewBatch(1), ["ada@a.example"]);
        var claim = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation));
        _ = await store.FlushAsync(Flush(claim, true, new ItemOutcome.PutOff(items[0], Samples.Noon, null, null)));
        _ = await store.TakeDueAsync(BatchId, Samples.Noon, Samples.Noon.AddHours(1), 10);

        await store.ReleaseAsync(Samples.Noon.AddMinutes(1));
        Assert.Single(await store.TakeDueAsync(BatchId, Samples.Noon.AddMinutes(1), Samples.Noon.AddHours(1), 10));
    }

    [Fact]
    public async Task FlushAsync_OfABatchThatHasEnded_StoresNothing()
    {
        await PublishAsync(NewBatch(1), ["ada@a.example"]);
        var claim = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation));
        _ = await store.ChangeAsync(BatchId, batch => BatchLife.Apply(batch, BatchCommand.Cancel, null, Samples.Noon));

        Assert.Null(await store.FlushAsync(Flush(claim, true, Done(items[0]))));
        Assert.Null(Assert.Single(await store.ReadAsync(await FindAsync(), 0, false, Cancellation)).Result);
    }

    [Fact]
    public async Task RetryAsync_OfAReason_OpensOnlyItsChunks()
    {
        var emails = Enumerable.Range(1, 1_001).Select(at => $"a{at}@a.example").ToArray();
        await PublishAsync(NewBatch(1_001), emails);
        foreach (var claim in await store.ClaimAsync(BatchId, -1, 10))
        {
            var items = Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation));
            var reason = claim.Number == 0 ? VerdictReason.Greylisted : VerdictReason.Timeout;
            _ = await store.FlushAsync(Flush(claim, true, [.. items.Select(item => Done(item, VerdictStatus.Unknown, reason))]));
        }

        var again = Assert.IsType<Batch>(await store.RetryAsync(BatchId, [VerdictReason.Timeout], Samples.Noon));
        Assert.Equal((2, 1_000, 1_000), (again.Round, again.Counts.Done, again.Counts.Unknown));
        var open = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
        var item = Assert.Single((await store.LoadAsync(BatchId, open, Cancellation))!.Value);
        Assert.Equal(1_001, item.Row);
        Assert.False(Assert.Single(await store.ReadAsync(again, 1, false, Cancellation)).Result?.IsFinal);
        Assert.Equal((BatchStatus.Completed, 1), ((await store.FlushAsync(Flush(open, true, Done(item))))?.Status, (await FindAsync()).Counts.Deliverable));
    }

    [Fact]
    public async Task RetryAsync_WhileAWorkerOfTheEndedRoundIsStillAtIt_TakesTheChunkFromIt()
    {
        await PublishAsync(NewBatch(2), ["ada@a.example", "bea@a.example"]);
        var before = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await store.LoadAsync(BatchId, before, Cancellation));
        _ = await store.FlushAsync(Flush(before, false, Done(items[0], VerdictStatus.Unknown, VerdictReason.Greylisted)));
        _ = await store.ChangeAsync(BatchId, batch => BatchLife.Apply(batch, BatchCommand.Cancel, null, Samples.Noon));
        _ = Assert.IsType<Batch>(await store.RetryAsync(BatchId, [], Samples.Noon));

        // Of the rows that it had each has an outcome now, but one is asked again.
        _ = await store.FlushAsync(Flush(before, true, Done(items[1])));
        var claim = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
        Assert.Equal([1L, 2], (await store.LoadAsync(BatchId, claim, Cancellation))!.Value.Select(item => item.Row));
    }

    [Fact]
    public async Task RetryAsync_OfManyChunks_IsDoneInSmallSteps()
    {
        await PublishUnknownAsync(chunks: 250);
        var before = temporary.Database.Writes;
        Assert.Equal(BatchStatus.Running, (await store.RetryAsync(BatchId, [], Samples.Noon))?.Status);
        Assert.Equal(4, temporary.Database.Writes - before);
        Assert.Equal(250, (await store.ClaimAsync(BatchId, -1, 1_000)).Length);
    }

    [Fact]
    public async Task RetryAsync_AfterOneThatWasCutOffInItsMiddle_AsksWhatItIsToAsk()
    {
        await PublishUnknownAsync(chunks: 2);
        _ = await temporary.Database.WriteAsync(session => session.Execute("UPDATE batch_chunks SET open = 1"));

        var again = Assert.IsType<Batch>(await store.RetryAsync(BatchId, [VerdictReason.Timeout], Samples.Noon));
        Assert.Equal((BatchStatus.Running, 1, 1), (again.Status, again.Counts.Done, again.Counts.Unknown));
        foreach (var claim in await store.ClaimAsync(BatchId, -1, 10))
        {
            var items = Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation));
            Assert.Equal(claim.Number, items.Length);
            _ = await store.FlushAsync(Flush(claim, true, [.. items.Select(item => Done(item))]));
        }

        Assert.Equal((BatchStatus.Completed, 1, 1), ((await FindAsync()).Status, (await FindAsync()).Counts.Unknown, (await FindAsync()).Counts.Deliverable));
    }

    [Fact]
    public async Task SummaryAsync_OfManyChunks_CountsThemAll()
    {
        await PublishUnknownAsync(chunks: 51);
        var summary = Assert.IsType<BatchSummary>(await store.SummaryAsync(BatchId, Cancellation));
        Assert.Equal([KeyValuePair.Create(VerdictReason.Greylisted, 26L), KeyValuePair.Create(VerdictReason.Timeout, 25L)], summary.Reasons);
        Assert.Equal(51, Assert.Single(summary.Domains).Unknown);
        Assert.Null(await store.SummaryAsync("bat_other", Cancellation));
    }

    [Fact]
    public async Task EraseAsync_AnErasedBatch_LeavesNoRow()
    {
        await PublishAsync(NewBatch(2), ["ada@a.example", "bea@a.example"]);
        var claim = Assert.Single(await store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation));
        var verification = Samples.Verification(1, 1, "cus_a");
        _ = await store.FlushAsync(Flush(claim, false, Done(items[0]) with { VerificationId = verification.Id, Save = verification }));
        var verifications = new SqliteVerificationStore(temporary.Database);
        Assert.NotNull(await verifications.FindAsync("cus_a", verification.Id, Cancellation));

        _ = await store.ChangeAsync(BatchId, batch => BatchLife.Erase(batch, Samples.Noon));
        await store.EraseAsync(BatchId);
        Assert.Empty(await store.ReadAsync(await FindAsync(), 0, false, Cancellation));
        Assert.Null(await verifications.FindAsync("cus_a", verification.Id, Cancellation));
        Assert.Equal((1, BatchStatus.Cancelled), ((await FindAsync()).Counts.Done, (await FindAsync()).Status));

        var erased = await FindAsync();
        Assert.Equal(erased.Revision, (await store.ChangeAsync(BatchId, batch => batch with { Name = "back" }))?.Revision);
        Assert.Null((await FindAsync()).Name);
    }

    [Fact]
    public async Task EraseAsync_AnUploadThatWasCutOff_LeavesNothing()
    {
        await store.BeginAsync(BatchId, Samples.Noon);
        await store.AppendAsync(BatchId, Chunk(0, ["ada@a.example"]));
        await store.SweepAsync(Samples.Noon, Cancellation);
        Assert.Equal([BatchId], await store.DraftsAsync(Cancellation));

        await store.EraseAsync(BatchId);
        Assert.Empty(await store.DraftsAsync(Cancellation));
        await Assert.ThrowsAnyAsync<Exception>(() => store.PublishAsync(NewBatch(2), null));
    }

    [Fact]
    public async Task SweepAsync_ABatchWhoseTimeHasCome_LosesItsRows()
    {
        await PublishAsync(NewBatch(1) with { Status = BatchStatus.Completed }, ["ada@a.example"]);
        await store.SweepAsync(Samples.Noon.AddDays(89), Cancellation);
        Assert.NotEmpty(await store.ReadAsync(await FindAsync(), 0, false, Cancellation));

        await store.SweepAsync(Samples.Noon.AddDays(91), Cancellation);
        Assert.Empty(await store.ReadAsync(await FindAsync(), 0, false, Cancellation));
        await store.SweepAsync(Samples.Noon.AddDays(122), Cancellation);
        Assert.Null(await store.FindAsync(BatchId, Cancellation));
    }

    [Fact]
    public async Task ListAsync_WithFilters_PagesNewestFirst()
    {
        for (var at = 1; at <= 4; at++)
        {
            await store.BeginAsync($"bat_{at}", Samples.Noon);
            await store.PublishAsync(NewBatch(1) with { Id = $"bat_{at}", Name = at == 2 ? "News.csv" : null, Status = at == 3 ? BatchStatus.Running : BatchStatus.Queued }, null);
        }

        async Task<string> ListAsync(BatchQuery query) => string.Join(' ', await store.ListAsync("cus_a", query, Cancellation));
        var all = new BatchQuery([], null, null, null, null, 2);
        Assert.Equal("bat_4 bat_3", await ListAsync(all));
        Assert.Equal("bat_2 bat_1", await ListAsync(all with { Before = "bat_3" }));
        Assert.Equal("bat_3", await ListAsync(all with { Status = [BatchStatus.Running, BatchStatus.Failed] }));
        Assert.Equal("bat_2", await ListAsync(all with { Name = "news" }));
        Assert.Empty(await store.ListAsync("cus_a", all with { From = Samples.Noon.AddTicks(1) }, Cancellation));
    }

    [Fact]
    public async Task ReserveAsync_AKey_IsOnesUntilAnsweredReleasedOrItsLeaseEnds()
    {
        var key = new IdempotencyKey("cus_a", "POST /v1/batches", "k");
        Task<IdempotencyClaim> ReserveAsync(double minutes, IdempotencyKey? other = null, string owner = "one") =>
            store.ReserveAsync(other ?? key, owner, Samples.Noon.AddMinutes(minutes), Samples.Noon.AddMinutes(minutes + 1));

        Assert.IsType<IdempotencyClaim.Fresh>(await ReserveAsync(0));
        Assert.IsType<IdempotencyClaim.InProgress>(await ReserveAsync(0.5));
        Assert.IsType<IdempotencyClaim.Fresh>(await ReserveAsync(0, key with { CustomerId = "cus_b" }));
        await store.RenewAsync(key, "one", Samples.Noon.AddMinutes(2));
        Assert.IsType<IdempotencyClaim.InProgress>(await ReserveAsync(1.5));
        Assert.IsType<IdempotencyClaim.Fresh>(await ReserveAsync(2));
        await store.ReleaseAsync(key, "one");
        Assert.IsType<IdempotencyClaim.Fresh>(await ReserveAsync(2));

        await store.BeginAsync(BatchId, Samples.Noon);
        var record = new IdempotencyRecord(key, new byte[] { 1, 2 }, 202, "/v1/batches/bat_1", "{}"u8.ToArray(), Samples.Noon);
        Assert.True(await store.PublishAsync(NewBatch(1), new IdempotencyAnswer("one", record)));
        await store.ReleaseAsync(key, "one");
        var answered = Assert.IsType<IdempotencyClaim.Answered>(await ReserveAsync(3)).Record;
        Assert.Equal((202, "/v1/batches/bat_1", "{}", "\u0001\u0002"), (answered.Status, answered.Location, Encoding.UTF8.GetString(answered.Body.Span), Encoding.UTF8.GetString(answered.Fingerprint.Span)));
        Assert.IsType<IdempotencyClaim.Fresh>(await ReserveAsync(48 * 60));
    }

    [Fact]
    public async Task ReserveAsync_AKeyThatAnotherHasTakenSince_IsNoLongerItsFirstOwners()
    {
        var key = new IdempotencyKey("cus_a", "POST /v1/batches", "k");
        _ = await store.ReserveAsync(key, "one", Samples.Noon, Samples.Noon.AddMinutes(1));
        Assert.IsType<IdempotencyClaim.Fresh>(await store.ReserveAsync(key, "two", Samples.Noon.AddMinutes(1), Samples.Noon.AddMinutes(2)));

        await store.RenewAsync(key, "one", Samples.Noon.AddHours(1));
        await store.ReleaseAsync(key, "one");
        await store.BeginAsync(BatchId, Samples.Noon);
        var record = new IdempotencyRecord(key, default, 202, "/v1/batches/bat_1", "{}"u8.ToArray(), Samples.Noon);
        Assert.False(await store.PublishAsync(NewBatch(1), new IdempotencyAnswer("one", record)));
        Assert.Null(await store.FindAsync(BatchId, Cancellation));
        Assert.IsType<IdempotencyClaim.InProgress>(await store.ReserveAsync(key, "three", Samples.Noon.AddMinutes(1.5), Samples.Noon.AddMinutes(2.5)));
        Assert.IsType<IdempotencyClaim.Fresh>(await store.ReserveAsync(key, "three", Samples.Noon.AddMinutes(2), Samples.Noon.AddMinutes(3)));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Batch NewBatch(int rows) => new()
    {
        Id = BatchId,
        CustomerId = "cus_a",
        Counts = new BatchCounts(rows, 0, 0, 0, 0, 0, rows, 0, 0, 0),
        CreatedAt = Samples.Noon,
        ExpiresAt = Samples.Noon.AddDays(90),
    };

    private static ChunkDraft Chunk(int number, string[] emails, params Repeat[] repeats)
    {
        var rows = new ArrayBufferWriter<byte>();
        var hashes = new ArrayBufferWriter<byte>();
        foreach (var email in emails)
        {
            ChunkRows.Write(rows, new InputRow(email, RowNotes.None, Encoding.UTF8.GetBytes("in " + email)));
            hashes.Write(AddressHash.OfText(new byte[32], email).ToOctets());
        }

        return new ChunkDraft(number, emails.Length, rows.WrittenMemory, hashes.WrittenMemory, [.. repeats]);
    }

    private static ItemOutcome.Done Done(BatchItem item, VerdictStatus status = VerdictStatus.Deliverable, VerdictReason reason = VerdictReason.AcceptedEmail) =>
        new(item, new Verdict(status, reason, 97, false, null, null, "a.example", "mx.a.example", Samples.Noon, Samples.Noon, VerdictSource.Live, "r1"), null, null);

    private static BatchFlush Flush(ChunkClaim? claim, bool closes, params ItemOutcome[] outcomes) => new(BatchId, claim, [.. outcomes], closes, Samples.Noon);

    // A row a chunk, all unknown: even chunks by greylisting, odd ones by silence.
    private async Task PublishUnknownAsync(int chunks)
    {
        await store.BeginAsync(BatchId, Samples.Noon);
        await Task.WhenAll(Enumerable.Range(0, chunks).Select(number => store.AppendAsync(BatchId, Chunk(number, [$"a{number}@a.example"]))));
        await store.PublishAsync(NewBatch(chunks), null);
        await Task.WhenAll((await store.ClaimAsync(BatchId, -1, chunks)).Select(async claim =>
        {
            var items = Assert.NotNull(await store.LoadAsync(BatchId, claim, Cancellation));
            var reason = claim.Number % 2 == 0 ? VerdictReason.Greylisted : VerdictReason.Timeout;
            _ = await store.FlushAsync(Flush(claim, true, [.. items.Select(item => Done(item, VerdictStatus.Unknown, reason))]));
        }));
        Assert.Equal(BatchStatus.Completed, (await FindAsync()).Status);
    }

    private async Task<List<ImmutableArray<ResultRow>>> DonePagesAsync(Batch batch, int limit)
    {
        var pages = new List<ImmutableArray<ResultRow>>();
        var (place, last) = (default(ResultPlace), 0L);
        while (await store.ReadDoneAsync(batch, place, last, limit, Cancellation) is { IsEmpty: false } page)
        {
            pages.Add(page);
            (place, last) = (page[^1].Result!.Place, page[^1].Number);
        }

        return pages;
    }

    private async Task<Batch> FindAsync() => Assert.IsType<Batch>(await store.FindAsync(BatchId, Cancellation));

    private async Task PublishAsync(Batch batch, string[] emails, params Repeat[] repeats)
    {
        await store.BeginAsync(batch.Id, Samples.Noon);
        foreach (var (number, chunk) in emails.Chunk(ChunkRows.PerChunk).Index())
            await store.AppendAsync(batch.Id, Chunk(number, chunk, repeats));
        await store.PublishAsync(batch, null);
    }
}
