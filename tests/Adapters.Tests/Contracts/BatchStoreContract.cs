using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Contracts;

/// <summary>What holds of batches in whatever store they are.</summary>
public abstract class BatchStoreContract : IAsyncLifetime
{
    protected string BatchId { get; } = Id.New("bat", TimeProvider.System);

    protected static string Customer => "cus_a";

    protected abstract IBatchStore Store { get; }

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BeginAsync_NotPublished_IsSeenByNobody()
    {
        await Store.BeginAsync(BatchId, Samples.Noon);
        await Store.AppendAsync(BatchId, Chunk(0, ["ada@a.example"]));

        Assert.Null(await Store.FindAsync(BatchId, Cancellation));
        Assert.Empty(await Store.OpenAsync(Cancellation));
        Assert.Empty(await Store.ClaimAsync(BatchId, -1, 10));
        Assert.Empty(await Store.ListAsync(Customer, new BatchQuery([], null, null, null, null, 10), Cancellation));
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

        var found = Assert.IsType<Batch>(await Store.FindAsync(Customer, BatchId, Cancellation));
        Assert.Equal(batch with { Columns = [], RetriedReasons = [] }, found with { Columns = [], RetriedReasons = [] });
        Assert.Equal(batch.Columns, found.Columns, StringComparer.Ordinal);
        Assert.Equal<VerdictReason>(batch.RetriedReasons, found.RetriedReasons);
        Assert.Null(await Store.FindAsync(Customer + "b", BatchId, Cancellation));
    }

    [Fact]
    public async Task LoadAsync_AClaimedChunk_LeavesOutRepeats()
    {
        await PublishAsync(NewBatch(3), ["ada@a.example", "bea@a.example", "ada@a.example"], [new Repeat(3, 1)]);
        var claim = Assert.Single(await Store.ClaimAsync(BatchId, -1, 10));

        var items = Assert.NotNull(await Store.LoadAsync(BatchId, claim, Cancellation));
        Assert.Equal([(1, "ada@a.example", 1), (2, "bea@a.example", 0)], items.Select(item => (item.Row, item.Email, item.Repeated)));
        Assert.All(items, item => Assert.NotEqual(default, item.Hash));
    }

    [Fact]
    public async Task ClaimAsync_Again_FencesTheFirstOff()
    {
        await PublishAsync(NewBatch(1), ["ada@a.example"]);
        var first = Assert.Single(await Store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await Store.LoadAsync(BatchId, first, Cancellation));
        var second = Assert.NotNull(await Store.ClaimAsync(BatchId, 0));

        Assert.Null(await Store.LoadAsync(BatchId, first, Cancellation));
        Assert.Null(await Store.FlushAsync(Flush(first, true, Done(items[0]))));
        Assert.Equal(0, (await FindAsync()).Counts.Done);
        Assert.Equal(BatchStatus.Completed, (await Store.FlushAsync(Flush(second, true, Done(items[0]))))?.Status);
    }

    [Fact]
    public async Task FlushAsync_TheSameRowTwice_CountsOnce()
    {
        await PublishAsync(NewBatch(2), ["ada@a.example", "bea@a.example"]);
        var claim = Assert.Single(await Store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await Store.LoadAsync(BatchId, claim, Cancellation));

        var first = await Store.FlushAsync(Flush(claim, false, Done(items[0])));
        var second = await Store.FlushAsync(Flush(claim, false, Done(items[0])));
        Assert.Equal((1, 1, BatchStatus.Running), (first?.Counts.Done, second?.Counts.Done, second?.Status));
        Assert.Equal([2L], (await Store.LoadAsync(BatchId, claim, Cancellation))!.Value.Select(item => item.Row));
    }

    [Fact]
    public async Task FlushAsync_AVerdictAndWhatALaterRoundFinds_ComeBackWhole()
    {
        await PublishAsync(NewBatch(1), ["ada@a.example"]);
        string[] ids = [Id.New("ver", TimeProvider.System), Id.New("ver", TimeProvider.System)];
        var first = new Verdict(VerdictStatus.Unknown, VerdictReason.Greylisted, 51, null, true, false, "p1", "x1", Samples.Noon.AddMinutes(1), Samples.Noon.AddMinutes(2), VerdictSource.Live, "r1");
        var second = new Verdict(VerdictStatus.Risky, VerdictReason.MailboxFull, 32, true, false, null, null, "x2", Samples.Noon.AddMinutes(3), Samples.Noon.AddMinutes(4), VerdictSource.Cache, "r2");

        Assert.Equal((first, ids[0]), await FlushedAsync(first, ids[0]));
        _ = await Store.RetryAsync(BatchId, [VerdictReason.Greylisted], Samples.Noon);
        Assert.Equal((second, ids[1]), await FlushedAsync(second, ids[1]));

        async Task<(Verdict, string?)> FlushedAsync(Verdict verdict, string id)
        {
            var claim = Assert.Single(await Store.ClaimAsync(BatchId, -1, 10));
            var item = Assert.Single(Assert.NotNull(await Store.LoadAsync(BatchId, claim, Cancellation)));
            var done = Assert.IsType<Batch>(await Store.FlushAsync(Flush(claim, true, new ItemOutcome.Done(item, verdict, id, null))));
            var result = Assert.Single(await Store.ReadAsync(done, 0, withEvidence: false, Cancellation)).Result!;
            return (result.Verdict, result.VerificationId);
        }
    }

    [Fact]
    public async Task FlushAsync_ARepeatedRow_CountsForAll()
    {
        await PublishAsync(NewBatch(3), ["ada@a.example", "ada@a.example", "ada@a.example"], [new Repeat(2, 1), new Repeat(3, 1)]);
        var claim = Assert.Single(await Store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await Store.LoadAsync(BatchId, claim, Cancellation));

        var done = await Store.FlushAsync(Flush(claim, true, Done(Assert.Single(items))));
        Assert.Equal((3, BatchStatus.Completed), (done?.Counts.Deliverable, done?.Status));
        var rows = await Store.ReadAsync(done!, 0, withEvidence: false, Cancellation);
        Assert.Equal([null, 1L, 1L], rows.Select(row => row.RepeatOf));
        Assert.All(rows, row => Assert.Equal(VerdictReason.AcceptedEmail, row.Result?.Verdict.Reason));
        Assert.Equal([1L, 2, 3], (await Store.ReadDoneAsync(done!, default, 0, 10, Cancellation)).Select(row => row.Number));
    }

    [Fact]
    public async Task ReadDoneAsync_ARowRepeatedOften_IsReadByPages()
    {
        await PublishAsync(NewBatch(21), [.. Enumerable.Range(1, 20).Select(_ => "ada@a.example"), "bea@a.example"], [.. Enumerable.Range(2, 19).Select(row => new Repeat(row, 1))]);
        var claim = Assert.Single(await Store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await Store.LoadAsync(BatchId, claim, Cancellation));
        var done = Assert.IsType<Batch>(await Store.FlushAsync(Flush(claim, true, [.. items.Select(item => Done(item))])));

        var pages = await DonePagesAsync(done, 6);
        Assert.Equal([6, 6, 6, 3], pages.Select(page => page.Length));
        Assert.Equal(Enumerable.Range(1, 21).Select(row => (long)row), pages.SelectMany(page => page).Select(row => row.Number));
        Assert.All(pages.SelectMany(page => page), row => Assert.Equal(row.Number is 1 or 21 ? null : 1L, row.RepeatOf));
    }

    [Fact]
    public async Task ReadDoneAsync_RowsOfManyLargeChunks_EndsAPageEarly()
    {
        await Store.BeginAsync(BatchId, Samples.Noon);
        for (var number = 0; number < 12; number++)
        {
            var rows = new ArrayBufferWriter<byte>();
            ChunkRows.Write(rows, new InputRow("ada@a.example", RowNotes.None, new byte[1024 * 1024]));
            await Store.AppendAsync(BatchId, new ChunkDraft(number, 1, rows.WrittenMemory, new byte[16], number == 0 ? [] : [new Repeat((number * 1_000) + 1, 1)]));
        }

        await Store.PublishAsync(NewBatch(12), null);
        var claim = Assert.NotNull(await Store.ClaimAsync(BatchId, 0));
        var item = Assert.Single((await Store.LoadAsync(BatchId, claim, Cancellation))!.Value);
        var done = Assert.IsType<Batch>(await Store.FlushAsync(Flush(claim, true, Done(item))));

        var pages = await DonePagesAsync(done, 1_000);
        Assert.All(pages, page => Assert.InRange(page.Length, 1, 8));
        Assert.Equal(Enumerable.Range(0, 12).Select(number => (number * 1_000L) + 1), pages.SelectMany(page => page).Select(row => row.Number));
    }

    [Fact]
    public async Task FlushAsync_RowsPutOff_ComeBackAtTheirTimeUnderALease()
    {
        await PublishAsync(NewBatch(2), ["ada@a.example", "bea@a.example"]);
        var claim = Assert.Single(await Store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await Store.LoadAsync(BatchId, claim, Cancellation));
        var pending = NewPending();
        var after = await Store.FlushAsync(Flush(
            claim, true, new ItemOutcome.PutOff(items[0], Samples.Noon.AddMinutes(6), "eg-1", pending), new ItemOutcome.PutOff(items[1], Samples.Noon.AddMinutes(9), null, null)));

        Assert.Equal((2, 0, BatchStatus.Running), (after?.Counts.Retrying, after?.Counts.Done, after?.Status));
        Assert.Empty(await Store.ClaimAsync(BatchId, -1, 10));
        Assert.Equal(Samples.Noon.AddMinutes(6), await Store.NextDueAsync(BatchId, Cancellation));
        Assert.Empty(await Store.TakeDueAsync(BatchId, "S1", Samples.Noon.AddMinutes(5), Samples.Noon.AddMinutes(8), 10));
        var due = Assert.Single(await Store.TakeDueAsync(BatchId, "S1", Samples.Noon.AddMinutes(7), Samples.Noon.AddMinutes(8), 10));
        Assert.Equal((1, pending.Id), (due.Row, due.Verification?.Id));
        Assert.Empty(await Store.TakeDueAsync(BatchId, "S1", Samples.Noon.AddMinutes(7), Samples.Noon.AddMinutes(8), 10));

        // Its worker fell silent, another one took it: what the first brings is refused.
        var again = Assert.Single(await Store.TakeDueAsync(BatchId, "S1", Samples.Noon.AddMinutes(8), Samples.Noon.AddMinutes(10), 10));
        Assert.Equal(0, (await Store.FlushAsync(Flush(null, false, Done(due))))?.Counts.Done);
        var ended = await Store.FlushAsync(Flush(null, false, Done(again)));
        Assert.Equal((1, 1), (ended?.Counts.Done, ended?.Counts.Retrying));
    }

    [Fact]
    public async Task TakeDueAsync_ARowWhoseAttemptsCannotBeRead_IsHandedOutWithoutThem()
    {
        await PublishAsync(NewBatch(2), ["ada@a.example", "bea@a.example"]);
        var claim = Assert.Single(await Store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await Store.LoadAsync(BatchId, claim, Cancellation));
        Verification[] pending = [NewPending(), NewPending()];
        _ = await Store.FlushAsync(Flush(claim, true, [.. items.Zip(pending, (item, begun) => new ItemOutcome.PutOff(item, Samples.Noon, "eg-1", begun))]));
        await SpoilAsync(pending[0].Id);

        var due = await Store.TakeDueAsync(BatchId, "S1", Samples.Noon, Samples.Noon.AddMinutes(1), 10);
        Assert.Equal([(1, null), (2, pending[1].Id)], due.OrderBy(item => item.Row).Select(item => (item.Row, item.Verification?.Id)));
    }

    [Fact]
    public async Task RetryAsync_AfterOneThatWasCutOffInItsMiddle_AsksWhatItIsToAsk()
    {
        await PublishUnknownAsync(chunks: 2);
        await OpenChunksAsync();

        var again = Assert.IsType<Batch>(await Store.RetryAsync(BatchId, [VerdictReason.Timeout], Samples.Noon));
        Assert.Equal((BatchStatus.Running, 1, 1), (again.Status, again.Counts.Done, again.Counts.Unknown));
        foreach (var claim in await Store.ClaimAsync(BatchId, -1, 10))
        {
            var items = Assert.NotNull(await Store.LoadAsync(BatchId, claim, Cancellation));
            Assert.Equal(claim.Number, items.Length);
            _ = await Store.FlushAsync(Flush(claim, true, [.. items.Select(item => Done(item))]));
        }

        Assert.Equal((BatchStatus.Completed, 1, 1), ((await FindAsync()).Status, (await FindAsync()).Counts.Unknown, (await FindAsync()).Counts.Deliverable));
    }

    [Fact]
    public async Task ExtendAsync_ALease_IsTheOwnersForLonger()
    {
        await PublishAsync(NewBatch(2), ["ada@a.example", "bea@a.example"]);
        var claim = Assert.Single(await Store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await Store.LoadAsync(BatchId, claim, Cancellation));
        _ = await Store.FlushAsync(Flush(claim, true, [.. items.Select(item => new ItemOutcome.PutOff(item, Samples.Noon, null, null))]));
        var due = await Store.TakeDueAsync(BatchId, "S1", Samples.Noon, Samples.Noon.AddMinutes(1), 10);

        var lease = await Store.ExtendAsync(BatchId, [1], Samples.Noon.AddMinutes(1), Samples.Noon.AddMinutes(3).AddTicks(5));
        Assert.Equal(Samples.Noon.AddMinutes(3), lease);
        Assert.Equal(2, Assert.Single(await Store.TakeDueAsync(BatchId, "S1", Samples.Noon.AddMinutes(2), Samples.Noon.AddMinutes(4), 10)).Row);

        // Of the second another one has the lease now: it cannot be taken back.
        _ = await Store.ExtendAsync(BatchId, [2], Samples.Noon.AddMinutes(1), Samples.Noon.AddMinutes(3));
        var after = await Store.FlushAsync(Flush(null, false, [.. due.Select(item => Done(item with { LeasedUntil = lease }))]));
        Assert.Equal((1, 1), (after?.Counts.Done, after?.Counts.Retrying));
    }

    [Fact]
    public async Task FlushAsync_OfABatchThatHasEnded_StoresNothing()
    {
        await PublishAsync(NewBatch(1), ["ada@a.example"]);
        var claim = Assert.Single(await Store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await Store.LoadAsync(BatchId, claim, Cancellation));
        _ = await Store.ChangeAsync(BatchId, batch => BatchLife.Apply(batch, BatchCommand.Cancel, null, Samples.Noon));

        Assert.Null(await Store.FlushAsync(Flush(claim, true, Done(items[0]))));
        Assert.Null(Assert.Single(await Store.ReadAsync(await FindAsync(), 0, false, Cancellation)).Result);
    }

    [Fact]
    public async Task RetryAsync_OfAReason_OpensOnlyItsChunks()
    {
        var emails = Enumerable.Range(1, 1_001).Select(at => $"a{at}@a.example").ToArray();
        await PublishAsync(NewBatch(1_001), emails);
        foreach (var claim in await Store.ClaimAsync(BatchId, -1, 10))
        {
            var items = Assert.NotNull(await Store.LoadAsync(BatchId, claim, Cancellation));
            var reason = claim.Number == 0 ? VerdictReason.Greylisted : VerdictReason.Timeout;
            _ = await Store.FlushAsync(Flush(claim, true, [.. items.Select(item => Done(item, VerdictStatus.Unknown, reason))]));
        }

        var again = Assert.IsType<Batch>(await Store.RetryAsync(BatchId, [VerdictReason.Timeout], Samples.Noon));
        Assert.Equal((2, 1_000, 1_000), (again.Round, again.Counts.Done, again.Counts.Unknown));
        var open = Assert.Single(await Store.ClaimAsync(BatchId, -1, 10));
        var item = Assert.Single((await Store.LoadAsync(BatchId, open, Cancellation))!.Value);
        Assert.Equal(1_001, item.Row);
        Assert.False(Assert.Single(await Store.ReadAsync(again, 1, false, Cancellation)).Result?.IsFinal);
        Assert.Equal((BatchStatus.Completed, 1), ((await Store.FlushAsync(Flush(open, true, Done(item))))?.Status, (await FindAsync()).Counts.Deliverable));
    }

    [Fact]
    public async Task RetryAsync_WhileAWorkerOfTheEndedRoundIsStillAtIt_TakesTheChunkFromIt()
    {
        await PublishAsync(NewBatch(2), ["ada@a.example", "bea@a.example"]);
        var before = Assert.Single(await Store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await Store.LoadAsync(BatchId, before, Cancellation));
        _ = await Store.FlushAsync(Flush(before, false, Done(items[0], VerdictStatus.Unknown, VerdictReason.Greylisted)));
        _ = await Store.ChangeAsync(BatchId, batch => BatchLife.Apply(batch, BatchCommand.Cancel, null, Samples.Noon));
        _ = Assert.IsType<Batch>(await Store.RetryAsync(BatchId, [], Samples.Noon));

        // Of the rows that it had each has an outcome now, but one is asked again.
        _ = await Store.FlushAsync(Flush(before, true, Done(items[1])));
        var claim = Assert.Single(await Store.ClaimAsync(BatchId, -1, 10));
        Assert.Equal([1L, 2], (await Store.LoadAsync(BatchId, claim, Cancellation))!.Value.Select(item => item.Row));
    }

    [Fact]
    public async Task SummaryAsync_OfManyChunks_CountsThemAll()
    {
        await PublishUnknownAsync(chunks: 51);
        var summary = Assert.IsType<BatchSummary>(await Store.SummaryAsync(BatchId, Cancellation));
        Assert.Equal([KeyValuePair.Create(VerdictReason.Greylisted, 26L), KeyValuePair.Create(VerdictReason.Timeout, 25L)], summary.Reasons);
        Assert.Equal(51, Assert.Single(summary.Domains).Unknown);
        Assert.Null(await Store.SummaryAsync(Id.New("bat", TimeProvider.System), Cancellation));
    }

    [Fact]
    public async Task EraseAsync_AnErasedBatch_LeavesNoRow()
    {
        await PublishAsync(NewBatch(2), ["ada@a.example", "bea@a.example"]);
        var claim = Assert.Single(await Store.ClaimAsync(BatchId, -1, 10));
        var items = Assert.NotNull(await Store.LoadAsync(BatchId, claim, Cancellation));
        var verification = NewVerification();
        _ = await Store.FlushAsync(Flush(claim, false, Done(items[0]) with { VerificationId = verification.Id, Save = verification }));
        Assert.True(await HasVerificationAsync(verification.Id));

        _ = await Store.ChangeAsync(BatchId, batch => BatchLife.Erase(batch, Samples.Noon));
        await Store.EraseAsync(BatchId);
        Assert.Empty(await Store.ReadAsync(await FindAsync(), 0, false, Cancellation));
        Assert.False(await HasVerificationAsync(verification.Id));
        Assert.Equal((1, BatchStatus.Cancelled), ((await FindAsync()).Counts.Done, (await FindAsync()).Status));

        var erased = await FindAsync();
        Assert.Equal(erased.Revision, (await Store.ChangeAsync(BatchId, batch => batch with { Name = "back" }))?.Revision);
        Assert.Null((await FindAsync()).Name);
    }

    [Fact]
    public async Task SweepAsync_ABatchWhoseTimeHasCome_LosesItsRows()
    {
        await PublishAsync(NewBatch(1) with { Status = BatchStatus.Completed }, ["ada@a.example"]);
        await SweepAsync(Samples.Noon.AddDays(89));
        Assert.NotEmpty(await Store.ReadAsync(await FindAsync(), 0, false, Cancellation));

        await SweepAsync(Samples.Noon.AddDays(91));
        Assert.Empty(await Store.ReadAsync(await FindAsync(), 0, false, Cancellation));
        await SweepAsync(Samples.Noon.AddDays(122));
        Assert.Null(await Store.FindAsync(BatchId, Cancellation));
    }

    [Fact]
    public async Task ListAsync_WithFilters_PagesNewestFirst()
    {
        string[] ids = [.. Enumerable.Range(0, 4).Select(_ => Id.New("bat", TimeProvider.System)).Order(StringComparer.Ordinal)];
        foreach (var (at, id) in ids.Index())
        {
            await Store.BeginAsync(id, Samples.Noon);
            await Store.PublishAsync(NewBatch(1) with { Id = id, Name = at == 1 ? "News.csv" : null, Status = at == 2 ? BatchStatus.Running : BatchStatus.Queued }, null);
        }

        async Task<IEnumerable<int>> ListAsync(BatchQuery query) => (await Store.ListAsync(Customer, query, Cancellation)).Select(batch => Array.IndexOf(ids, batch.Id));
        var all = new BatchQuery([], null, null, null, null, 2);
        Assert.Equal([3, 2], await ListAsync(all));
        Assert.Equal([1, 0], await ListAsync(all with { Before = ids[2] }));
        Assert.Equal([2], await ListAsync(all with { Status = [BatchStatus.Running, BatchStatus.Failed] }));
        Assert.Equal([1], await ListAsync(all with { Name = "news" }));
        Assert.Empty(await ListAsync(all with { From = Samples.Noon.AddTicks(1) }));
    }

    [Fact]
    public async Task ReserveAsync_AKey_IsOnesUntilAnsweredReleasedOrItsLeaseEnds()
    {
        var key = new IdempotencyKey(Customer, "POST /v1/batches", "k");
        Task<IdempotencyClaim> ReserveAsync(double minutes, IdempotencyKey? other = null, string owner = "one") =>
            Store.ReserveAsync(other ?? key, owner, Samples.Noon.AddMinutes(minutes), Samples.Noon.AddMinutes(minutes + 1));

        Assert.IsType<IdempotencyClaim.Fresh>(await ReserveAsync(0));
        Assert.IsType<IdempotencyClaim.InProgress>(await ReserveAsync(0.5));
        Assert.IsType<IdempotencyClaim.Fresh>(await ReserveAsync(0, key with { CustomerId = Customer + "b" }));
        await Store.RenewAsync(key, "one", Samples.Noon.AddMinutes(2));
        Assert.IsType<IdempotencyClaim.InProgress>(await ReserveAsync(1.5));
        Assert.IsType<IdempotencyClaim.Fresh>(await ReserveAsync(2));
        await Store.ReleaseAsync(key, "one");
        Assert.IsType<IdempotencyClaim.Fresh>(await ReserveAsync(2));

        await Store.BeginAsync(BatchId, Samples.Noon);
        var record = new IdempotencyRecord(key, new byte[] { 1, 2 }, 202, "/v1/batches/bat_1", "{}"u8.ToArray(), Samples.Noon);
        Assert.True(await Store.PublishAsync(NewBatch(1), new IdempotencyAnswer("one", record)));
        await Store.ReleaseAsync(key, "one");
        var answered = Assert.IsType<IdempotencyClaim.Answered>(await ReserveAsync(3)).Record;
        Assert.Equal((202, "/v1/batches/bat_1", "{}", "\u0001\u0002"), (answered.Status, answered.Location, Encoding.UTF8.GetString(answered.Body.Span), Encoding.UTF8.GetString(answered.Fingerprint.Span)));
        Assert.IsType<IdempotencyClaim.Fresh>(await ReserveAsync(48 * 60));
    }

    [Fact]
    public async Task ReserveAsync_AKeyThatAnotherHasTakenSince_IsNoLongerItsFirstOwners()
    {
        var key = new IdempotencyKey(Customer, "POST /v1/batches", "k");
        _ = await Store.ReserveAsync(key, "one", Samples.Noon, Samples.Noon.AddMinutes(1));
        Assert.IsType<IdempotencyClaim.Fresh>(await Store.ReserveAsync(key, "two", Samples.Noon.AddMinutes(1), Samples.Noon.AddMinutes(2)));

        await Store.RenewAsync(key, "one", Samples.Noon.AddHours(1));
        await Store.ReleaseAsync(key, "one");
        await Store.BeginAsync(BatchId, Samples.Noon);
        var record = new IdempotencyRecord(key, default, 202, "/v1/batches/bat_1", "{}"u8.ToArray(), Samples.Noon);
        Assert.False(await Store.PublishAsync(NewBatch(1), new IdempotencyAnswer("one", record)));
        Assert.Null(await Store.FindAsync(BatchId, Cancellation));
        Assert.IsType<IdempotencyClaim.InProgress>(await Store.ReserveAsync(key, "three", Samples.Noon.AddMinutes(1.5), Samples.Noon.AddMinutes(2.5)));
        Assert.IsType<IdempotencyClaim.Fresh>(await Store.ReserveAsync(key, "three", Samples.Noon.AddMinutes(2), Samples.Noon.AddMinutes(3)));
    }

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    protected abstract Task SweepAsync(DateTimeOffset now);

    protected abstract Task<bool> HasVerificationAsync(string verificationId);

    /// <summary>Makes the evidence of a verification something that nobody can read.</summary>
    protected abstract Task SpoilAsync(string verificationId);

    /// <summary>Opens every chunk of the batch, as a retry does that dies before its round begins.</summary>
    protected abstract Task OpenChunksAsync();

    protected Verification NewVerification() => Samples.Verification(1, 1, Customer) with { Id = Id.New("ver", TimeProvider.System) };

    private Verification NewPending() => NewVerification() with { Verdict = null, Pending = new Pending(Samples.Noon, VerdictReason.Greylisted, Samples.Noon, Samples.Noon) };

    protected Batch NewBatch(int rows) => new()
    {
        Id = BatchId,
        CustomerId = Customer,
        Counts = new BatchCounts(rows, 0, 0, 0, 0, 0, rows, 0, 0, 0),
        CreatedAt = Samples.Noon,
        ExpiresAt = Samples.Noon.AddDays(90),
    };

    protected static ChunkDraft Chunk(int number, string[] emails, params Repeat[] repeats)
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

    protected static ItemOutcome.Done Done(BatchItem item, VerdictStatus status = VerdictStatus.Deliverable, VerdictReason reason = VerdictReason.AcceptedEmail) =>
        new(item, new Verdict(status, reason, 97, false, null, null, "a.example", "mx.a.example", Samples.Noon, Samples.Noon, VerdictSource.Live, "r1"), null, null);

    protected BatchFlush Flush(ChunkClaim? claim, bool closes, params ItemOutcome[] outcomes) => new(BatchId, claim, [.. outcomes], closes, Samples.Noon);

    // A row a chunk, all unknown: even chunks by greylisting, odd ones by silence.
    protected async Task PublishUnknownAsync(int chunks)
    {
        await Store.BeginAsync(BatchId, Samples.Noon);
        await Task.WhenAll(Enumerable.Range(0, chunks).Select(number => Store.AppendAsync(BatchId, Chunk(number, [$"a{number}@a.example"]))));
        await Store.PublishAsync(NewBatch(chunks), null);
        await Task.WhenAll((await Store.ClaimAsync(BatchId, -1, chunks)).Select(async claim =>
        {
            var items = Assert.NotNull(await Store.LoadAsync(BatchId, claim, Cancellation));
            var reason = claim.Number % 2 == 0 ? VerdictReason.Greylisted : VerdictReason.Timeout;
            _ = await Store.FlushAsync(Flush(claim, true, [.. items.Select(item => Done(item, VerdictStatus.Unknown, reason))]));
        }));
        Assert.Equal(BatchStatus.Completed, (await FindAsync()).Status);
    }

    private async Task<List<ImmutableArray<ResultRow>>> DonePagesAsync(Batch batch, int limit)
    {
        var pages = new List<ImmutableArray<ResultRow>>();
        var (place, last) = (default(ResultPlace), 0L);
        while (await Store.ReadDoneAsync(batch, place, last, limit, Cancellation) is { IsEmpty: false } page)
        {
            pages.Add(page);
            (place, last) = (page[^1].Result!.Place, page[^1].Number);
        }

        return pages;
    }

    protected async Task<Batch> FindAsync() => Assert.IsType<Batch>(await Store.FindAsync(BatchId, Cancellation));

    protected async Task PublishAsync(Batch batch, string[] emails, params Repeat[] repeats)
    {
        await Store.BeginAsync(batch.Id, Samples.Noon);
        foreach (var (number, chunk) in emails.Chunk(ChunkRows.PerChunk).Index())
            await Store.AppendAsync(batch.Id, Chunk(number, chunk, repeats));
        await Store.PublishAsync(batch, null);
    }
}
