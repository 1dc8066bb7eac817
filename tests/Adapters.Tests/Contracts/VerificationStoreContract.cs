using CsCheck;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Contracts;

/// <summary>What every store of verifications and of their retries does.</summary>
public abstract class VerificationStoreContract : IAsyncLifetime
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IVerificationStore Store { get; }

    protected abstract IRetryStore Retries { get; }

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public Task FindAsync_AnyVerification_IsWhatWasSaved()
    {
        // Each its own row: a row that has a verdict is not overwritten by an open one.
        var number = 0;
        return Samples.Verifications.SampleAsync(
            async any =>
            {
                var verification = any with { Id = Samples.IdOf(number++) };
                await Store.SaveAsync(verification, null);
                var found = await Store.FindAsync(verification.CustomerId, verification.Id, Cancellation);
                Assert.Equal(Samples.Spell(verification), Samples.Spell(found));
            },
            iter: 300,
            threads: 1);
    }

    [Fact]
    public async Task SaveAsync_AnOpenStateAfterTheVerdict_ChangesNothing()
    {
        var told = Samples.Verification(1, 1);
        await Store.SaveAsync(told, null);
        await Store.SaveAsync(told with { Verdict = null, Pending = new Pending(Samples.Noon, null, Samples.Noon, Samples.Noon) }, null);

        Assert.Equal(Samples.Spell(told), Samples.Spell(await Store.FindAsync(told.CustomerId, told.Id, Cancellation)));
    }

    [Fact]
    public async Task FindAsync_TimeBetweenMilliseconds_IsFloored()
    {
        var verification = Samples.Verification(1, 1, at: Samples.Noon.AddTicks(19_999));
        await Store.SaveAsync(verification, null);
        Assert.Equal(Samples.Noon.AddMilliseconds(1), (await Store.FindAsync("cus_default", verification.Id, Cancellation))?.CreatedAt);
    }

    [Fact]
    public async Task FindAsync_ForeignId_IsUnknown()
    {
        var verification = Samples.Verification(1, 1, "cus_1");
        await Store.SaveAsync(verification, null);
        Assert.Null(await Store.FindAsync("cus_2", verification.Id, Cancellation));
    }

    [Fact]
    public async Task SaveAsync_Again_Replaces()
    {
        await Store.SaveAsync(Samples.Verification(1, 1, status: null), null);
        await Store.SaveAsync(Samples.Verification(1, 1), null);
        var found = await Store.FindAsync("cus_default", Samples.IdOf(1), Cancellation);
        Assert.NotNull(found?.Verdict);
        Assert.Null(found.Pending);
    }

    // A silo that hung and comes back has an attempt of its own, of what another has told meanwhile.
    [Fact]
    public async Task SaveAsync_AnotherVerdict_LeavesTheOneThatWasTold()
    {
        var told = Samples.Verification(1, 7);
        await Store.SaveAsync(told, null);
        foreach (var (status, reason) in new[] { (VerdictStatus.Unknown, VerdictReason.Timeout), (VerdictStatus.Undeliverable, VerdictReason.RejectedEmail) })
            await Store.SaveAsync(told with { Verdict = told.Verdict! with { Status = status, Reason = reason, FoundAt = told.Verdict.FoundAt.AddMinutes(1) } }, null);

        Assert.Equal(Samples.Spell(told), Samples.Spell(await Store.FindAsync(told.CustomerId, told.Id, Cancellation)));
        Assert.Equal(told.Verdict, Assert.Single(await Store.KnownAsync(told.CustomerId, [new(7)], Samples.Noon, Cancellation)).Verdict);
    }

    [Fact]
    public async Task KnownAsync_SeveralAddresses_GivesOfEachTheOwnBeforeAnothersAndTheNewestFirst()
    {
        var now = Samples.Noon.AddHours(3);
        await Store.SaveAsync(Samples.Verification(1, 7, "cus_a", VerdictStatus.Deliverable, Samples.Noon), null);
        await Store.SaveAsync(Samples.Verification(2, 7, "cus_b", VerdictStatus.Undeliverable, Samples.Noon.AddHours(1)), null);
        await Store.SaveAsync(Samples.Verification(3, 7, "cus_a", VerdictStatus.Undeliverable, Samples.Noon.AddHours(1)), null);
        await Store.SaveAsync(Samples.Verification(4, 8, "cus_b", VerdictStatus.Deliverable, Samples.Noon), null);
        await Store.SaveAsync(Samples.Verification(5, 9, "cus_a", VerdictStatus.Unknown, Samples.Noon), null);
        await Store.SaveAsync(Samples.Verification(6, 10, "cus_a~test", VerdictStatus.Deliverable, Samples.Noon), null);
        await Store.SaveAsync(Samples.Verification(7, 11, "cus_a", status: null, Samples.Noon), null);

        Assert.Equal(
            [(new AddressHash(7), Samples.IdOf(3), "cus_a"), (new AddressHash(8), Samples.IdOf(4), "cus_b")],
            (await Store.KnownAsync("cus_a", [new(7), new(8), new(9), new(10), new(11), new(12)], now, Cancellation)).Select(known => (known.Hash, known.VerificationId, known.CustomerId)));
        Assert.Equal(new AddressHash(10), Assert.Single(await Store.KnownAsync("cus_c~test", [new(7), new(10)], now, Cancellation)).Hash);
        Assert.Empty(await Store.KnownAsync("cus_a", [new(7), new(8)], Samples.Noon.AddYears(1), Cancellation));
        Assert.Empty(await Store.KnownAsync("cus_a", [], now, Cancellation));
    }

    [Fact]
    public async Task RecallAsync_SeveralCustomers_GivesEachOnesNewestThatIsNotUnknownAndWhatIsPending()
    {
        await Store.SaveAsync(Samples.Verification(1, 7, "cus_a", VerdictStatus.Deliverable, Samples.Noon), null);
        await Store.SaveAsync(Samples.Verification(2, 7, "cus_a", VerdictStatus.Undeliverable, Samples.Noon.AddHours(1)), null);
        await Store.SaveAsync(Samples.Verification(3, 7, "cus_a", VerdictStatus.Unknown, Samples.Noon.AddHours(2)), null);
        await Store.SaveAsync(Samples.Verification(4, 7, "cus_b", VerdictStatus.Risky, Samples.Noon.AddHours(3)), null);
        await Store.SaveAsync(Samples.Verification(5, 7, "cus_c", VerdictStatus.Risky, Samples.Noon.AddHours(-1)), null);
        await Store.SaveAsync(Samples.Verification(6, 7, "cus_d", status: null), null);
        await Store.SaveAsync(Samples.Verification(7, 8, "cus_e"), null);
        Assert.Equal<long>([4, 2, 5, 6], (await Store.RecallAsync(new AddressHash(7), 9, Cancellation)).Select(found => Samples.NumberOf(found.Id)));
        Assert.Equal<long>([4, 2, 6], (await Store.RecallAsync(new AddressHash(7), 2, Cancellation)).Select(found => Samples.NumberOf(found.Id)));
        Assert.Empty(await Store.RecallAsync(new AddressHash(9), 9, Cancellation));
    }

    [Fact]
    public async Task HistoryAsync_InsertsBetweenPages_ShowsEveryOldRowOnce()
    {
        for (var number = 1; number <= 25; number++)
            await Store.SaveAsync(Samples.Verification(number, 7), null);
        await Store.SaveAsync(Samples.Verification(26, 7, "cus_other"), null);
        await Store.SaveAsync(Samples.Verification(27, 8), null);

        var seen = new List<long>();
        string? cursor = null;
        for (var page = 0; page < 9; page++)
        {
            var rows = await Store.HistoryAsync("cus_default", new AddressHash(7), new HistoryQuery(null, null, cursor, 10), Cancellation);
            seen.AddRange(rows.Select(row => Samples.NumberOf(row.Id)));
            if (rows.Length < 10)
                break;
            cursor = rows[^1].Id;
            await Store.SaveAsync(Samples.Verification(100 + page, 7), null);
        }

        Assert.Equal(Enumerable.Range(1, 25).Reverse().Select(number => (long)number), seen);
    }

    [Fact]
    public async Task HistoryAsync_Times_AreFromInclusiveToExclusive()
    {
        for (var number = 0; number < 5; number++)
            await Store.SaveAsync(Samples.Verification(number, 7, at: Samples.Noon.AddMinutes(number)), null);
        var query = new HistoryQuery(Samples.Noon.AddMinutes(1), Samples.Noon.AddMinutes(3), null, 10);
        Assert.Equal<long>([2, 1], (await Store.HistoryAsync("cus_default", new AddressHash(7), query, Cancellation)).Select(row => Samples.NumberOf(row.Id)));

        // To the end of time; and a bound between two milliseconds begins at the later one.
        Assert.Equal(5, (await Store.HistoryAsync("cus_default", new AddressHash(7), query with { From = DateTimeOffset.MinValue, To = DateTimeOffset.MaxValue }, Cancellation)).Length);
        Assert.Equal<long>([2], (await Store.HistoryAsync("cus_default", new AddressHash(7), query with { From = Samples.Noon.AddMinutes(1).AddTicks(1) }, Cancellation)).Select(row => Samples.NumberOf(row.Id)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_002)]
    public async Task HistoryAsync_LimitOutOfBounds_IsADefect(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Store.HistoryAsync("cus_default", default, new HistoryQuery(null, null, null, limit), Cancellation));

    [Fact]
    public async Task SaveAsync_Ticket_ComesAndGoesWithTheVerification()
    {
        var waiting = Samples.Verification(1, 5, status: null);
        await Store.SaveAsync(waiting, Samples.Ticket(waiting, Samples.Noon));
        Assert.Equal(Samples.Noon, await Retries.NextDueAsync(5, Cancellation));
        await Store.SaveAsync(waiting, Samples.Ticket(waiting, Samples.Noon.AddHours(1)));
        Assert.Equal(Samples.Noon.AddHours(1), await Retries.NextDueAsync(5, Cancellation));
        await Store.SaveAsync(Samples.Verification(1, 5), null);
        Assert.Null(await Retries.NextDueAsync(5, Cancellation));
    }

    [Fact]
    public async Task SaveAsync_TicketRefused_LeavesNoVerificationEither()
    {
        var waiting = Samples.Verification(1, 5, status: null);
        var broken = Samples.Ticket(waiting, Samples.Noon) with { CustomerId = null! };
        await Assert.ThrowsAnyAsync<Exception>(() => Store.SaveAsync(waiting, broken));
        Assert.Null(await Store.FindAsync("cus_default", waiting.Id, Cancellation));
    }

    [Fact]
    public async Task SaveAsync_AnothersTicket_IsADefect()
    {
        var waiting = Samples.Verification(1, 5, status: null);
        await Assert.ThrowsAsync<ArgumentException>(() => Store.SaveAsync(waiting, Samples.Ticket(Samples.Verification(2, 5), Samples.Noon)));
    }

    [Fact]
    public async Task TakeDueAsync_Due_ComesOldestFirstAndIsLeased()
    {
        foreach (var (number, minutes) in new[] { (1, 3), (2, 1), (3, 2), (4, 60) })
        {
            var waiting = Samples.Verification(number, 5, status: null);
            await Store.SaveAsync(waiting, Samples.Ticket(waiting, Samples.Noon.AddMinutes(minutes)));
        }

        var elsewhere = Samples.Verification(9, 6, status: null);
        await Store.SaveAsync(elsewhere, Samples.Ticket(elsewhere, Samples.Noon));

        var now = Samples.Noon.AddMinutes(10);
        var lease = now.AddMinutes(2);
        var first = await Retries.TakeDueAsync(5, now, lease, 2);
        Assert.Equal<long>([2, 3], first.Select(ticket => Samples.NumberOf(ticket.VerificationId)));
        Assert.Equal(new RetryTicket(Samples.IdOf(2), "cus_default", new AddressHash(5), Samples.Noon.AddMinutes(1), "eg-1", 1), first[0]);

        // Taken once only, until the lease ends: then it is just another retry.
        Assert.Equal<long>([1], (await Retries.TakeDueAsync(5, now, lease, 9)).Select(ticket => Samples.NumberOf(ticket.VerificationId)));
        Assert.Empty(await Retries.TakeDueAsync(5, now, lease, 9));
        Assert.Equal(lease, await Retries.NextDueAsync(5, Cancellation));
        Assert.Equal(3, (await Retries.TakeDueAsync(5, lease, lease.AddMinutes(2), 9)).Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ver_")]
    [InlineData("bat_01M86PTPG00000000000000001")]
    [InlineData("ver_Z1M86PTPG00000000000000001")]
    [InlineData("ver_01M86PTPG0000000000000000U")]
    [InlineData("ver_01M86PTPG00000000000000001\0")]
    public async Task FindAsync_NoId_IsUnknown(string id) => Assert.Null(await Store.FindAsync("cus_default", id, Cancellation));

    [Fact]
    public async Task SaveAsync_SeveralAtOnce_AreWrittenInTheirOrder()
    {
        var told = Samples.Verification(1, 5);
        var waiting = Samples.Verification(1, 5, status: null);
        var others = Enumerable.Range(2, 50).Select(number => Store.SaveAsync(Samples.Verification(number, 5), null));

        await Task.WhenAll([
            Store.SaveAsync(waiting, Samples.Ticket(waiting, Samples.Noon)), Store.SaveAsync(told, null), .. others, Store.SaveAsync(waiting, Samples.Ticket(waiting, Samples.Noon))]);

        Assert.Equal(Samples.Spell(told), Samples.Spell(await Store.FindAsync("cus_default", told.Id, Cancellation)));
        Assert.Null(await Retries.NextDueAsync(5, Cancellation));
        Assert.Equal(51, (await Store.HistoryAsync("cus_default", new AddressHash(5), new HistoryQuery(null, null, null, 100), Cancellation)).Length);
    }

    [Fact]
    public async Task SaveAsync_ADefectOfOne_FailsNoneBesideIt()
    {
        var waiting = Samples.Verification(1, 5, status: null);
        var broken = Store.SaveAsync(waiting, Samples.Ticket(waiting, Samples.Noon) with { CustomerId = null! });
        var others = Enumerable.Range(2, 20).Select(number => Store.SaveAsync(Samples.Verification(number, 5), null)).ToArray();

        await Assert.ThrowsAnyAsync<Exception>(() => broken);
        await Task.WhenAll(others);
        Assert.Equal(20, (await Store.HistoryAsync("cus_default", new AddressHash(5), new HistoryQuery(null, null, null, 100), Cancellation)).Length);
    }

    [Fact]
    public async Task KnownAsync_AnOlderVerdictThatComesLate_TakesNoPlace()
    {
        await Store.SaveAsync(Samples.Verification(2, 7, status: VerdictStatus.Undeliverable, at: Samples.Noon.AddHours(1)), null);
        await Store.SaveAsync(Samples.Verification(1, 7, at: Samples.Noon), null);
        await Store.SaveAsync(Samples.Verification(3, 7, status: VerdictStatus.Unknown, at: Samples.Noon.AddHours(2)), null);
        Assert.Equal(Samples.IdOf(2), Assert.Single(await Store.KnownAsync("cus_default", [new(7)], Samples.Noon, Cancellation)).VerificationId);
    }

    [Fact]
    public async Task TakeDueAsync_ManyAtOnce_GivesEachRowToOne()
    {
        for (var number = 1; number <= 40; number++)
        {
            var waiting = Samples.Verification(number, 5, status: null);
            await Store.SaveAsync(waiting, Samples.Ticket(waiting, Samples.Noon.AddSeconds(-number)));
        }

        var taken = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => Retries.TakeDueAsync(5, Samples.Noon, Samples.Noon.AddMinutes(1), 5), Cancellation)));
        Assert.All(taken, some => Assert.Equal(some.OrderBy(ticket => ticket.DueAt), some));
        var all = taken.SelectMany(some => some).Concat(await Retries.TakeDueAsync(5, Samples.Noon, Samples.Noon.AddMinutes(1), 99));
        Assert.Equal(Enumerable.Range(1, 40).Select(number => (long)number), all.Select(ticket => Samples.NumberOf(ticket.VerificationId)).Order());
    }
}
