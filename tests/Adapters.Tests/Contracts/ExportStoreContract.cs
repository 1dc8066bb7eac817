using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Exports;
using EmailVerify.Core.Verdicts;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Adapters.Tests.Contracts;

/// <summary>What holds of exports in whatever store they are.</summary>
public abstract class ExportStoreContract : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider clock = new(Samples.Noon);

    protected static string Customer => "cus_a";

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IExportStore Store { get; }

    /// <summary>Gets the store that reserves idempotency keys.</summary>
    protected abstract IBatchStore Keys { get; }

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task AddAsync_AnyExport_IsFoundAsItWas()
    {
        var export = NewExport(ExportKind.Verifications) with
        {
            Format = ExportFormat.Csv,
            ShowsEvidence = true,
            Filters = new ExportFilters(
                Samples.Noon.AddTicks(1), Samples.Noon.AddDays(1), VerdictStatus.Risky, VerdictReason.AcceptAll, "xn--bcher-kva.example", Id.New("bat", clock)),
        };
        Assert.Equal(ExportAdmission.Added, await Store.AddAsync(export, answer: null));

        // Rows have whole milliseconds: the first of them after the bound is the same bound.
        var kept = export with { Filters = export.Filters with { From = Samples.Noon.AddMilliseconds(1) } };
        Assert.Equal(kept, await FindAsync(export));
        Assert.Equal([kept], await Store.ListAsync(Customer, Cancellation));
        Assert.Null(await Store.FindAsync(Customer + "b", export.Id, Cancellation));
        Assert.Empty(await Store.ListAsync(Customer + "b", Cancellation));
        Assert.False(await Store.RemoveAsync(Customer + "b", export.Id));
    }

    [Theory]
    [InlineData("exp_1")]
    [InlineData("")]
    [InlineData("ver_01M86GVNRVEYHRV72HWAW4YR51")]
    [InlineData("exp_ZZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    public async Task FindAsync_ByWhatIsNoId_FindsNothing(string id)
    {
        Assert.Null(await Store.FindAsync(Customer, id, Cancellation));
        Assert.True((await Store.ReadAsync(id, 0, 10, Cancellation)).IsEmpty);
        Assert.False(await Store.RemoveAsync(Customer, id));
    }

    [Fact]
    public async Task AddAsync_WithAnAnswer_StoresBothOrNeither()
    {
        var key = new IdempotencyKey(Customer, "POST /v1/exports", "k");
        Assert.IsType<IdempotencyClaim.Fresh>(await Keys.ReserveAsync(key, "me", Samples.Noon, Samples.Noon.AddMinutes(1)));
        var record = new IdempotencyRecord(key, new byte[] { 1 }, 202, "/v1/exports/x", new byte[] { 2 }, Samples.Noon);

        Assert.Equal(ExportAdmission.KeyLost, await Store.AddAsync(NewExport(), new IdempotencyAnswer("another", record)));
        Assert.Empty(await Store.ListAsync(Customer, Cancellation));
        Assert.Equal(ExportAdmission.Added, await Store.AddAsync(NewExport(), new IdempotencyAnswer("me", record)));
        var answered = Assert.IsType<IdempotencyClaim.Answered>(await Keys.ReserveAsync(key, "later", Samples.Noon, Samples.Noon.AddMinutes(1)));
        Assert.Equal((202, "/v1/exports/x"), (answered.Record.Status, answered.Record.Location));
        Assert.Single(await Store.ListAsync(Customer, Cancellation));
    }

    [Fact]
    public async Task AddAsync_BeyondTheBounds_IsRefused()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Store.AddAsync(NewExport(), answer: null)));
        Assert.Equal(Export.MaxUnfinished, added.Count(one => one is ExportAdmission.Added));
        Assert.Equal(ExportAdmission.TooManyUnfinished, await Store.AddAsync(NewExport(), answer: null));
        Assert.Equal(ExportAdmission.Added, await Store.AddAsync(NewExport() with { CustomerId = "cus_b" }, answer: null));

        for (var kept = 0; kept < Export.MaxKept; kept++)
        {
            while (await Store.ClaimAsync(Now, Now + Lease) is { } claim)
                Assert.True(await SaveAsync(claim, claim.Export.With(0, 1, claim.Export.Before).Complete(Now), [1]));
            _ = await Store.AddAsync(NewExport(), answer: null);
        }

        Assert.Equal(Export.MaxKept, (await Store.ListAsync(Customer, Cancellation)).Length);
        Assert.Equal(ExportAdmission.TooManyKept, await Store.AddAsync(NewExport(), answer: null));

        // What is removed, and whose time is over, does not count.
        Assert.True(await Store.RemoveAsync(Customer, (await Store.ListAsync(Customer, Cancellation))[0].Id));
        Assert.Equal(ExportAdmission.Added, await Store.AddAsync(NewExport(), answer: null));
        Assert.Equal(ExportAdmission.TooManyKept, await Store.AddAsync(NewExport(), answer: null));
        clock.Advance(Export.Kept);
        Assert.Equal(ExportAdmission.Added, await Store.AddAsync(NewExport(), answer: null));
    }

    [Fact]
    public async Task ListAsync_SeveralExports_AreNewestFirst()
    {
        var exports = new List<Export>();
        for (var number = 0; number < 3; number++)
        {
            exports.Insert(0, await AddAsync());
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(exports.Select(one => one.Id), (await Store.ListAsync(Customer, Cancellation)).Select(one => one.Id), StringComparer.Ordinal);
    }

    [Fact]
    public async Task ClaimAsync_TheLongestDueFirst_LeasesIt()
    {
        var first = await AddAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        var second = await AddAsync();

        var claim = Assert.IsType<ExportClaim>(await Store.ClaimAsync(Now, Now + Lease));
        Assert.Equal(first with { Status = ExportStatus.Running, StartedAt = Now, Tries = 1 }, claim.Export);
        Assert.Equal(claim.Export, await FindAsync(first));
        Assert.Equal(second.Id, (await Store.ClaimAsync(Now, Now + Lease))?.Export.Id);
        Assert.Null(await Store.ClaimAsync(Now, Now + Lease));
        clock.Advance(Lease - TimeSpan.FromSeconds(1));
        Assert.Null(await Store.ClaimAsync(Now, Now + Lease));
    }

    [Fact]
    public async Task ClaimAsync_ByMany_GivesEachExportToOne()
    {
        for (var number = 0; number < 3; number++)
            _ = await AddAsync();

        var claims = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Store.ClaimAsync(Now, Now + Lease)));

        Assert.Equal(3, claims.OfType<ExportClaim>().Select(claim => claim.Export.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(3, claims.OfType<ExportClaim>().Count());
    }

    [Fact]
    public async Task SaveAsync_ByWhoLostTheLease_StoresNothing()
    {
        var export = await AddAsync();
        var first = Assert.IsType<ExportClaim>(await Store.ClaimAsync(Now, Now + Lease));
        var begun = first.Export.With(2, 3, Before(1));
        Assert.True(await SaveAsync(first, begun, [1, 2, 3]));

        // It dies here, or seems to: another goes on from what was stored.
        clock.Advance(Lease);
        var second = Assert.IsType<ExportClaim>(await Store.ClaimAsync(Now, Now + Lease));
        Assert.Equal(begun with { Tries = 1 }, second.Export);
        Assert.False(await SaveAsync(first, begun.With(9, 2, Before(2)), [9, 9]));
        Assert.False(await Store.PutOffAsync(first, Now));
        Assert.Equal(second.Export, await FindAsync(export));

        var done = second.Export.With(1, 2, Before(3)).Complete(Now);
        Assert.True(await SaveAsync(second, done, [4, 5]));
        Assert.Equal(done, await FindAsync(export));
        Assert.Equal([1, 2, 3, 4, 5], await FileAsync(done));
        Assert.Null(await Store.ClaimAsync(Now.AddDays(1), Now.AddDays(2)));
    }

    [Fact]
    public async Task SaveAsync_APartThatIsThereAlready_StoresNothing()
    {
        _ = await AddAsync();
        var claim = Assert.IsType<ExportClaim>(await Store.ClaimAsync(Now, Now + Lease));
        var next = claim.Export.With(1, 2, Before(1));
        Assert.True(await SaveAsync(claim, next, [1, 2]));

        // As after a commit whose answer was lost.
        Assert.False(await SaveAsync(claim, next, [1, 2]));
        Assert.Equal([1, 2], await FileAsync(next));
    }

    [Fact]
    public async Task SaveAsync_OnceItHasEnded_StoresNothing()
    {
        var export = await AddAsync();
        var claim = Assert.IsType<ExportClaim>(await Store.ClaimAsync(Now, Now + Lease));
        var failed = claim.Export.Fail(ExportFailure.StorageUnavailable, Now);
        Assert.True(await SaveAsync(claim, failed, []));
        Assert.False(await SaveAsync(claim, failed.With(1, 1, Before(1)), [1]));
        Assert.False(await Store.PutOffAsync(claim, Now));
        Assert.Equal(failed, await FindAsync(export));
    }

    [Fact]
    public async Task PutOffAsync_AClaim_LeavesWhatWasStored()
    {
        var export = await AddAsync();
        var claim = Assert.IsType<ExportClaim>(await Store.ClaimAsync(Now, Now + Lease));
        Assert.True(await SaveAsync(claim, claim.Export.With(1, 1, Before(1)), [1]));
        Assert.True(await Store.PutOffAsync(claim, Now.AddMinutes(5)));

        clock.Advance(Lease);
        Assert.Null(await Store.ClaimAsync(Now, Now + Lease));
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(1, (await Store.ClaimAsync(Now, Now + Lease))?.Export.Rows);
        Assert.Equal(1, (await FindAsync(export)).Tries);
    }

    [Fact]
    public async Task ReadAsync_FromAnyPosition_GivesAtMostSoManyOfItsPart()
    {
        var export = await FinishAsync([1, 2, 3], [4], [5, 6]);
        foreach (var (position, count, octets) in ((long, int, byte[])[])
            [(0, 3, [1, 2, 3]), (0, 1, [1]), (1, 1, [2]), (1, 9, [2, 3]), (2, 2, [3]), (3, 2, [4]), (4, 2, [5, 6]), (5, 65_536, [6]), (6, 1, []), (9, 1, [])])
        {
            Assert.Equal(octets, (await Store.ReadAsync(export.Id, position, count, Cancellation)).ToArray());
        }
    }

    [Fact]
    public async Task IsReportedAsync_AnExportThatWasAdded_IsTrue() => Assert.True(await Store.IsReportedAsync((await AddAsync()).Id, Cancellation));

    [Fact]
    public async Task RemoveAsync_OneAtWork_FencesItsWorkerOff()
    {
        var export = await AddAsync();
        var claim = Assert.IsType<ExportClaim>(await Store.ClaimAsync(Now, Now + Lease));
        Assert.True(await SaveAsync(claim, claim.Export.With(1, 2, Before(1)), [1, 2]));

        Assert.True(await Store.RemoveAsync(Customer, export.Id));
        Assert.False(await Store.RemoveAsync(Customer, export.Id));
        Assert.False(await SaveAsync(claim, claim.Export.With(1, 2, Before(1)).With(1, 1, Before(2)), [3]));
        Assert.False(await Store.PutOffAsync(claim, Now));
        Assert.Null(await Store.FindAsync(Customer, export.Id, Cancellation));
        Assert.Equal(0, await CountPartsAsync());
    }

    [Fact]
    public async Task SweepAsync_FilesWhoseTimeIsOver_AreRemovedAndRememberedAWhile()
    {
        var old = await FinishAsync([.. Enumerable.Range(0, 40).Select(part => new[] { (byte)part })]);
        clock.Advance(TimeSpan.FromDays(1));
        var young = await FinishAsync([1, 2]);
        _ = await AddAsync();
        var failing = Assert.IsType<ExportClaim>(await Store.ClaimAsync(Now, Now + Lease));
        Assert.True(await SaveAsync(failing, failing.Export.With(1, 1, Before(1)), [1]));
        Assert.True(await SaveAsync(failing, failing.Export.With(1, 1, Before(1)).Fail(ExportFailure.InternalError, Now), []));
        _ = await AddAsync();
        var running = Assert.IsType<ExportClaim>(await Store.ClaimAsync(Now, Now + Lease));
        Assert.True(await SaveAsync(running, running.Export.With(1, 1, Before(1)), [1]));
        Assert.Equal(43, await CountPartsAsync());

        await SweepAsync(Now);
        Assert.Equal(42, await CountPartsAsync());
        await SweepAsync(Now + Export.Kept - TimeSpan.FromDays(1));
        Assert.Equal(2, await CountPartsAsync());
        Assert.True((await Store.ReadAsync(old.Id, 0, 1, Cancellation)).IsEmpty);
        Assert.Equal(old, await FindAsync(old));
        Assert.Equal([1, 2], await FileAsync(young));

        await SweepAsync(Now + Export.Kept - TimeSpan.FromDays(1) + Export.Remembered + TimeSpan.FromSeconds(1));
        Assert.Null(await Store.FindAsync(Customer, old.Id, Cancellation));
        Assert.NotNull(await Store.FindAsync(Customer, young.Id, Cancellation));
        Assert.Equal(1, await CountPartsAsync());
    }

    [Fact]
    public async Task SweepAsync_PartsOfAnExportThatWasRemoved_AreRemoved()
    {
        _ = await FinishAsync([1], [2]);
        await ExecuteAsync("DELETE FROM exports");
        await SweepAsync(Now);
        Assert.Equal(0, await CountPartsAsync());
    }

    protected abstract Task SweepAsync(DateTimeOffset now);

    protected abstract Task ExecuteAsync(string statement);

    protected abstract Task<long> CountPartsAsync();

    protected DateTimeOffset Now => clock.GetUtcNow();

    protected Export NewExport(ExportKind kind = ExportKind.Batches)
    {
        var id = Id.New("exp", clock);
        return new Export { Id = id, CustomerId = Customer, Kind = kind, Format = ExportFormat.Ndjson, Before = Export.BeginningOf(id, kind), CreatedAt = Now };
    }

    protected async Task<Export> AddAsync()
    {
        var export = NewExport();
        Assert.Equal(ExportAdmission.Added, await Store.AddAsync(export, answer: null));
        return export;
    }

    private string Before(long number) => "bat_" + Samples.IdOf(number)["ver_".Length..];

    private Task<bool> SaveAsync(ExportClaim claim, Export export, byte[] part) => Store.SaveAsync(claim, export, part, Now + Lease);

    private async Task<Export> FindAsync(Export export) => Assert.IsType<Export>(await Store.FindAsync(Customer, export.Id, Cancellation));

    private async Task<Export> FinishAsync(params byte[][] parts)
    {
        _ = await AddAsync();
        var claim = Assert.IsType<ExportClaim>(await Store.ClaimAsync(Now, Now + Lease));
        var export = claim.Export;
        foreach (var (number, part) in parts.Index())
        {
            export = export.With(1, part.Length, Before(1));
            export = number == parts.Length - 1 ? export.Complete(Now) : export;
            Assert.True(await SaveAsync(claim, export, part));
        }

        return export;
    }

    private async Task<byte[]> FileAsync(Export export)
    {
        var octets = new List<byte>();
        while (await Store.ReadAsync(export.Id, octets.Count, 64, Cancellation) is { IsEmpty: false } some)
            octets.AddRange(some.Span);

        Assert.Equal(export.Length, octets.Count);
        return [.. octets];
    }
}
