using EmailVerify.Adapters.Sqlite;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteVerificationStoreTests : VerificationStoreContract
{
    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();
    private readonly SqliteVerificationStore store;

    public SqliteVerificationStoreTests() => store = new SqliteVerificationStore(temporary.Database);

    protected override IVerificationStore Store => store;

    protected override IRetryStore Retries => store;

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => temporary.DisposeAsync();

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

    [Fact]
    public async Task SweepAsync_WhatWasBegunBefore_GoesUnlessItWaits()
    {
        foreach (var number in Enumerable.Range(1, 1_200))
            await store.SaveAsync(Samples.Verification(number, 7), null);
        await PutOffAsync(1_201, VerdictReason.Greylisted, Samples.Noon);

        // Ids of samples are of one millisecond.
        await store.SweepAsync(Samples.Noon, Cancellation);
        Assert.NotNull(await store.FindAsync("cus_default", Samples.IdOf(1), Cancellation));
        await store.SweepAsync(Samples.Noon.AddMilliseconds(1), Cancellation);
        Assert.Empty(await store.HistoryAsync("cus_default", new AddressHash(7), new HistoryQuery(null, null, null, 10), Cancellation));
        Assert.NotNull(await store.FindAsync("cus_default", Samples.IdOf(1_201), Cancellation));
    }

    private async Task PutOffAsync(long number, VerdictReason? cause, DateTimeOffset until)
    {
        var waiting = Samples.Verification(number, 5, status: null) with { Pending = new Pending(Samples.Noon, cause, until, Samples.Noon.AddDays(1)) };
        await store.SaveAsync(waiting, Samples.Ticket(waiting, until));
    }
}
