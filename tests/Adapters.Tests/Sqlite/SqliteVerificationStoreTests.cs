using CsCheck;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteVerificationStoreTests : IAsyncDisposable
{
    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();
    private readonly SqliteVerificationStore store;

    public SqliteVerificationStoreTests() => store = new SqliteVerificationStore(temporary.Database);

    public ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Fact]
    public Task FindAsync_AnyVerification_IsWhatWasSaved()
    {
        // Each its own row: a row that has a verdict is not overwritten by an open one.
        var number = 0;
        return Samples.Verifications.SampleAsync(
            async any =>
            {
                var verification = any with { Id = $"{any.Id}{number++}" };
                await store.SaveAsync(verification, null);
                var found = await store.FindAsync(verification.CustomerId, verification.Id, Cancellation);
                Assert.Equal(Samples.Spell(verification), Samples.Spell(found));
            },
            iter: 300,
            threads: 1);
    }

    [Fact]
    public async Task SaveAsync_AnOpenStateAfterTheVerdict_ChangesNothing()
    {
        var told = Samples.Verification(1, 1);
        await store.SaveAsync(told, null);
        await store.SaveAsync(told with { Verdict = null, Pending = new Pending(Samples.Noon, null, Samples.Noon, Samples.Noon) }, null);

        Assert.Equal(Samples.Spell(told), Samples.Spell(await store.FindAsync(told.CustomerId, told.Id, Cancellation)));
    }

    [Fact]
    public async Task FindAsync_TimeBetweenMilliseconds_IsFloored()
    {
        var verification = Samples.Verification(1, 1, at: Samples.Noon.AddTicks(19_999));
        await store.SaveAsync(verification, null);
        Assert.Equal(Samples.Noon.AddMilliseconds(1), (await store.FindAsync("cus_default", verification.Id, Cancellation))?.CreatedAt);
    }

    [Fact]
    public async Task FindAsync_ForeignId_IsUnknown()
    {
        var verification = Samples.Verification(1, 1, "cus_1");
        await store.SaveAsync(verification, null);
        Assert.Null(await store.FindAsync("cus_2", verification.Id, Cancellation));
    }

    [Fact]
    public async Task SaveAsync_Again_Replaces()
    {
        await store.SaveAsync(Samples.Verification(1, 1, status: null), null);
        await store.SaveAsync(Samples.Verification(1, 1), null);
        var found = await store.FindAsync("cus_default", Samples.IdOf(1), Cancellation);
        Assert.NotNull(found?.Verdict);
        Assert.Null(found.Pending);
    }

    [Fact]
    public async Task KnownAsync_SeveralAddresses_GivesOfEachTheOwnBeforeAnothersAndTheNewestFirst()
    {
        var now = Samples.Noon.AddHours(3);
        await store.SaveAsync(Samples.Verification(1, 7, "cus_a", VerdictStatus.Deliverable, Samples.Noon), null);
        await store.SaveAsync(Samples.Verification(2, 7, "cus_b", VerdictStatus.Undeliverable, Samples.Noon.AddHours(1)), null);
        await store.SaveAsync(Samples.Verification(3, 7, "cus_a", VerdictStatus.Undeliverable, Samples.Noon.AddHours(1)), null);
        await store.SaveAsync(Samples.Verification(4, 8, "cus_b", VerdictStatus.Deliverable, Samples.Noon), null);
        await store.SaveAsync(Samples.Verification(5, 9, "cus_a", VerdictStatus.Unknown, Samples.Noon), null);
        await store.SaveAsync(Samples.Verification(6, 10, "cus_a~test", VerdictStatus.Deliverable, Samples.Noon), null);
        await store.SaveAsync(Samples.Verification(7, 11, "cus_a", status: null, Samples.Noon), null);

        Assert.Equal(
            [(new AddressHash(7), Samples.IdOf(3), "cus_a"), (new AddressHash(8), Samples.IdOf(4), "cus_b")],
            (await store.KnownAsync("cus_a", [new(7), new(8), new(9), new(10), new(11), new(12)], now, Cancellation)).Select(known => (known.Hash, known.VerificationId, known.CustomerId)));
        Assert.Equal(new AddressHash(10), Assert.Single(await store.KnownAsync("cus_c~test", [new(7), new(10)], now, Cancellation)).Hash);
        Assert.Empty(await store.KnownAsync("cus_a", [new(7), new(8)], Samples.Noon.AddYears(1), Cancellation));
        Assert.Empty(await store.KnownAsync("cus_a", [], now, Cancellation));
    }

    [Fact]
    public async Task RecallAsync_SeveralCustomers_GivesEachOnesNewestThatIsNotUnknownAndWhatIsPending()
    {
        await store.SaveAsync(Samples.Verification(1, 7, "cus_a", VerdictStatus.Deliverable, Samples.Noon), null);
        await store.SaveAsync(Samples.Verification(2, 7, "cus_a", VerdictStatus.Undeliverable, Samples.Noon.AddHours(1)), null);
        await store.SaveAsync(Samples.Verification(3, 7, "cus_a", VerdictStatus.Unknown, Samples.Noon.AddHours(2)), null);
        await store.SaveAsync(Samples.Verification(4, 7, "cus_b", VerdictStatus.Risky, Samples.Noon.AddHours(3)), null);
        await store.SaveAsync(Samples.Verification(5, 7, "cus_c", VerdictStatus.Risky, Samples.Noon.AddHours(-1)), null);
        await store.SaveAsync(Samples.Verification(6, 7, "cus_d", status: null), null);
        await store.SaveAsync(Samples.Verification(7, 8, "cus_e"), null);
        Assert.Equal<long>([4, 2, 5, 6], (await store.RecallAsync(new AddressHash(7), 9, Cancellation)).Select(found => Samples.NumberOf(found.Id)));
        Assert.Equal<long>([4, 2, 6], (await store.RecallAsync(new AddressHash(7), 2, Cancellation)).Select(found => Samples.NumberOf(found.Id)));
        Assert.Empty(await store.RecallAsync(new AddressHash(9), 9, Cancellation));
    }

    [Fact]
    public async Task HistoryAsync_InsertsBetweenPages_ShowsEveryOldRowOnce()
    {
        for (var number = 1; number <= 25; number++)
            await store.SaveAsync(Samples.Verification(number, 7), null);
        await store.SaveAsync(Samples.Verification(26, 7, "cus_other"), null);
        await store.SaveAsync(Samples.Verification(27, 8), null);

        var seen = new List<long>();
        string? cursor = null;
        for (var page = 0; page < 9; page++)
        {
            var rows = await store.HistoryAsync("cus_default", new AddressHash(7), new HistoryQuery(null, null, cursor, 10), Cancellation);
            seen.AddRange(rows.Select(row => Samples.NumberOf(row.Id)));
            if (rows.Length < 10)
                break;
            cursor = rows[^1].Id;
            await store.SaveAsync(Samples.Verification(100 + page, 7), null);
        }

        Assert.Equal(Enumerable.Range(1, 25).Reverse().Select(number => (long)number), seen);
    }

    [Fact]
    public async Task HistoryAsync_Times_AreFromInclusiveToExclusive()
    {
        for (var number = 0; number < 5; number++)
            await store.SaveAsync(Samples.Verification(number, 7, at: Samples.Noon.AddMinutes(number)), null);
        var query = new HistoryQuery(Samples.Noon.AddMinutes(1), Samples.Noon.AddMinutes(3), null, 10);
        Assert.Equal<long>([2, 1], (await store.HistoryAsync("cus_default", new AddressHash(7), query, Cancellation)).Select(row => Samples.NumberOf(row.Id)));

        // To the end of time; and a bound between two milliseconds begins at the later one.
        Assert.Equal(5, (await store.HistoryAsync("cus_default", new AddressHash(7), query with { From = DateTimeOffset.MinValue, To = DateTimeOffset.MaxValue }, Cancellation)).Length);
        Assert.Equal<long>([2], (await store.HistoryAsync("cus_default", new AddressHash(7), query with { From = Samples.Noon.AddMinutes(1).AddTicks(1) }, Cancellation)).Select(row => Samples.NumberOf(row.Id)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_002)]
    public async Task HistoryAsync_LimitOutOfBounds_IsADefect(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.HistoryAsync("cus_default", default, new HistoryQuery(null, null, null, limit), Cancellation));

    [Fact]
    public async Task SaveAsync_Ticket_ComesAndGoesWithTheVerification()
    {
        var waiting = Samples.Verification(1, 5, status: null);
        await store.SaveAsync(waiting, Samples.Ticket(waiting, Samples.Noon));
        Assert.Equal(Samples.Noon, await store.NextDueAsync(5, Cancellation));
        await store.SaveAsync(waiting, Samples.Ticket(waiting, Samples.Noon.AddHours(1)));
        Assert.Equal(Samples.Noon.AddHours(1), await store.NextDueAsync(5, Cancellation));
        await store.SaveAsync(Samples.Verification(1, 5), null);
        Assert.Null(await store.NextDueAsync(5, Cancellation));
    }

    [Fact]
    public async Task SaveAsync_TicketRefused_LeavesNoVerificationEither()
    {
        var waiting = Samples.Verification(1, 5, status: null);
        var broken = Samples.Ticket(waiting, Samples.Noon) with { CustomerId = null! };
        await Assert.ThrowsAnyAsync<Exception>(() => store.SaveAsync(waiting, broken));
        Assert.Null(await store.FindAsync("cus_default", waiting.Id, Cancellation));
    }

    [Fact]
    public async Task SaveAsync_AnothersTicket_IsADefect()
    {
        var waiting = Samples.Verification(1, 5, status: null);
        await Assert.ThrowsAsync<ArgumentException>(() => store.SaveAsync(waiting, Samples.Ticket(Samples.Verification(2, 5), Samples.Noon)));
    }

    [Fact]
    public async Task TakeDueAsync_Due_ComesOldestFirstAndIsLeased()
    {
        foreach (var (number, minutes) in new[] { (1, 3), (2, 1), (3, 2), (4, 60) })
        {
            var waiting = Samples.Verification(number, 5, status: null);
            await store.SaveAsync(waiting, Samples.Ticket(waiting, Samples.Noon.AddMinutes(minutes)));
        }

        var elsewhere = Samples.Verification(9, 6, status: null);
        await store.SaveAsync(elsewhere, Samples.Ticket(elsewhere, Samples.Noon));

        var now = Samples.Noon.AddMinutes(10);
        var lease = now.AddMinutes(2);
        var first = await store.TakeDueAsync(5, now, lease, 2);
        Assert.Equal<long>([2, 3], first.Select(ticket => Samples.NumberOf(ticket.VerificationId)));
        Assert.Equal(new RetryTicket(Samples.IdOf(2), "cus_default", new AddressHash(5), Samples.Noon.AddMinutes(1), "eg-1", 1), first[0]);

        // Taken once only, until the lease ends: then it is just another retry.
        Assert.Equal<long>([1], (await store.TakeDueAsync(5, now, lease, 9)).Select(ticket => Samples.NumberOf(ticket.VerificationId)));
        Assert.Empty(await store.TakeDueAsync(5, now, lease, 9));
        Assert.Equal(lease, await store.NextDueAsync(5, Cancellation));
        Assert.Equal(3, (await store.TakeDueAsync(5, lease, lease.AddMinutes(2), 9)).Length);
    }

    [Fact]
    public async Task ReleaseAsync_WhatADeadProcessHadInWork_IsDueAndOnlyThat()
    {
        var now = Samples.Noon.AddMinutes(10);

        // 1 and 2 were put off, and 1 was taken; 3 was accepted and never tried, 4 so and taken later; 5 was due before and not taken yet.
        await PutOffAsync(1, VerdictReason.Greylisted, Samples.Noon.AddMinutes(9));
        _ = await store.TakeDueAsync(5, now, now.AddSeconds(150), 9);
        await PutOffAsync(2, VerdictReason.Greylisted, now.AddSeconds(20));
        await PutOffAsync(4, null, now);
        _ = await store.TakeDueAsync(5, now, now.AddSeconds(150), 9);
        await PutOffAsync(3, null, now + Settlement.ProbeDeadline);
        await PutOffAsync(5, VerdictReason.Greylisted, Samples.Noon);

        var restart = now.AddSeconds(1);
        Assert.Equal(3, await store.ReleaseAsync(restart));

        var due = await store.TakeDueAsync(5, restart, restart.AddSeconds(150), 9);
        Assert.Equal<(long, DateTimeOffset)>(
            [(5, Samples.Noon), (1, Samples.Noon.AddMinutes(9)), (4, now), (3, restart)],
            due.Select(ticket => (Samples.NumberOf(ticket.VerificationId), ticket.DueAt)));
        Assert.Equal(now.AddSeconds(20), await store.NextDueAsync(5, Cancellation));
    }

    [Fact]
    public async Task ReleaseAsync_NothingInWork_TouchesNothing()
    {
        await PutOffAsync(1, VerdictReason.RateLimited, Samples.Noon.AddMinutes(1));
        Assert.Equal(0, await store.ReleaseAsync(Samples.Noon));
        Assert.Equal(Samples.Noon.AddMinutes(1), await store.NextDueAsync(5, Cancellation));
    }

    private async Task PutOffAsync(long number, VerdictReason? cause, DateTimeOffset until)
    {
        var waiting = Samples.Verification(number, 5, status: null) with { Pending = new Pending(Samples.Noon, cause, until, Samples.Noon.AddDays(1)) };
        await store.SaveAsync(waiting, Samples.Ticket(waiting, until));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
