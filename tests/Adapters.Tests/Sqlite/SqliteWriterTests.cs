using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteWriterTests : IAsyncDisposable
{
    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();

    private SqliteDatabase Database => temporary.Database;

    public ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Fact]
    public async Task WriteAsync_ManyWhileOneIsAtWork_ShareFewCommits()
    {
        var store = new SqliteVerificationStore(Database);
        using var gate = new Gate();
        var first = Database.WriteAsync(gate.Hold);
        await gate.Reached;
        var before = Database.Commits;
        var saves = Enumerable.Range(0, 250).Select(number => store.SaveAsync(Samples.Verification(number, 7), null)).ToArray();
        gate.Open();
        await first;
        await Task.WhenAll(saves);

        // The one that was held, then 100, 100 and 50.
        Assert.Equal(4, Database.Commits - before);
        Assert.Equal(251, Database.Writes);
    }

    [Fact]
    public async Task WriteAsync_OneOfAGroupFails_OnlyItsOwnStatementsAreUndone()
    {
        using var gate = new Gate();
        var first = Database.WriteAsync(gate.Hold);
        await gate.Reached;
        var good = Database.WriteAsync(session => Insert(session, "good"));
        var bad = Database.WriteAsync<int>(session => Insert(session, "bad") == 1 ? throw new InvalidDataException("mine") : 0);
        var broken = Database.WriteAsync(session => Insert(session, "broken") + session.Execute("INSERT INTO domains (domain) VALUES ('x')"));
        var alsoGood = Database.WriteAsync(session => Insert(session, "also good"));
        gate.Open();
        await Task.WhenAll(first, good, alsoGood);
        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidDataException>(() => bad)).Message);
        _ = await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => broken);
        Assert.Equal(["also good", "good"], await DomainsAsync());

        // The first one, and each of the good ones alone.
        Assert.Equal(3, Database.Commits);
    }

    [Fact]
    public async Task WriteAsync_AloneAndFailing_LeavesNothing()
    {
        _ = await Assert.ThrowsAsync<InvalidDataException>(() => Database.WriteAsync<int>(session => Insert(session, "bad") == 1 ? throw new InvalidDataException() : 0));
        Assert.Equal(0, Database.Commits);
        Assert.Equal(1, await Database.WriteAsync(session => Insert(session, "next")));
        Assert.Equal(["next"], await DomainsAsync());
    }

    [Fact]
    public async Task WriteAsync_TransactionLostByOneOfAGroup_OthersAreSavedWithoutIt()
    {
        using var gate = new Gate();
        var first = Database.WriteAsync(gate.Hold);
        await gate.Reached;
        var good = Database.WriteAsync(session => Insert(session, "good"));
        var thief = Database.WriteAsync<int>(session =>
        {
            _ = Insert(session, "bad");
            _ = session.Execute("ROLLBACK");
            throw new InvalidDataException();
        });
        var alsoGood = Database.WriteAsync(session => Insert(session, "also good"));
        gate.Open();
        await Task.WhenAll(first, good, alsoGood);
        _ = await Assert.ThrowsAsync<InvalidDataException>(() => thief);
        Assert.Equal(["also good", "good"], await DomainsAsync());
    }

    [Fact]
    public async Task WriteAsync_NoRoom_SaysSoAndGoesOnWhenThereIsSome()
    {
        var store = new SqliteVerificationStore(Database);
        var big = new string('x', 100_000);
        await store.SaveAsync(Samples.Verification(1, 7), null);
        _ = await Database.WriteAsync(session => session.Execute("PRAGMA max_page_count = 40"));
        using var gate = new Gate();
        var first = Database.WriteAsync(gate.Hold);
        await gate.Reached;
        var tooBig = store.SaveAsync(Samples.Verification(2, 7) with { Email = big }, null);
        var small = store.SaveAsync(Samples.Verification(3, 7), null);
        gate.Open();
        await first;
        await small;
        _ = await Assert.ThrowsAsync<StorageFullException>(() => tooBig);
        _ = await Assert.ThrowsAsync<StorageFullException>(() => store.SaveAsync(Samples.Verification(2, 7) with { Email = big }, null));

        Assert.Equal(2, (await store.HistoryAsync("cus_default", new AddressHash(7), new HistoryQuery(null, null, null, 10), Cancellation)).Length);
        _ = await Database.WriteAsync(session => session.Execute("PRAGMA max_page_count = 100000"));
        await store.SaveAsync(Samples.Verification(2, 7) with { Email = big }, null);
        Assert.Equal(big, (await store.FindAsync("cus_default", Samples.IdOf(2), Cancellation))?.Email);
    }

    [Fact]
    public async Task WriteAsync_QueueFull_WaitsInsteadOfGrowingAndLosesNothing()
    {
        using var gate = new Gate();
        var first = Database.WriteAsync(gate.Hold);
        await gate.Reached;
        var writes = Enumerable.Range(0, 2 * SqliteWriter.MaxQueue).Select(number => Database.WriteAsync(session => Insert(session, $"{number}"))).ToArray();
        Assert.DoesNotContain(writes, write => write.IsCompleted);
        gate.Open();
        await first;
        await Task.WhenAll(writes);
        Assert.Equal(2 * SqliteWriter.MaxQueue, (await DomainsAsync()).Length);
    }

    [Fact]
    public async Task DisposeAsync_WithJobsTaken_DoesThemFirst()
    {
        var database = Database;
        using var gate = new Gate();
        var first = database.WriteAsync(gate.Hold);
        await gate.Reached;
        var taken = database.WriteAsync(session => Insert(session, "taken"));
        var closing = temporary.CloseAsync();
        var late = database.WriteAsync(session => Insert(session, "late"));
        gate.Open();
        await first;
        Assert.Equal(1, await taken);
        _ = await Assert.ThrowsAsync<StorageUnavailableException>(() => late);
        await closing;
        temporary.OpenAgain();
        Assert.Equal(["taken"], await DomainsAsync());
    }

    [Fact]
    public async Task ReadAsync_ThroughAReader_CannotWrite() =>
        _ = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await Database.ReadAsync(session => Insert(session, "x"), Cancellation));

    [Fact]
    public async Task WriteAsync_Told_ContinuesOffTheWritersThread()
    {
        var writer = await Database.WriteAsync(_ => Environment.CurrentManagedThreadId);
        Assert.NotEqual(writer, Environment.CurrentManagedThreadId);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static int Insert(SqliteSession session, string domain) =>
        session.Execute("INSERT INTO domains (domain, catch_all, catch_all_observed_at, catch_all_fresh_until, catch_all_samples) VALUES (?1, 'unknown', 0, 0, 0)", domain);

    private async Task<string[]> DomainsAsync() =>
        [.. await Database.ReadAsync(session => session.All("SELECT domain FROM domains ORDER BY domain", row => row.GetString(0)), Cancellation)];

    /// <summary>Holds the writer's thread, so that a test knows what waits behind.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim open = new();

        public Task Reached => reached.Task;

        public int Hold(SqliteSession session)
        {
            reached.SetResult();
            open.Wait();
            return 0;
        }

        public void Open() => open.Set();

        public void Dispose() => open.Set();
    }
}
