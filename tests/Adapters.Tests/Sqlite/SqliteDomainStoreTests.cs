using EmailVerify.Adapters.Sqlite;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core.Domains;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteDomainStoreTests : DomainStoreContract
{
    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();
    private readonly SqliteDomainStore store;

    public SqliteDomainStoreTests() => store = new SqliteDomainStore(temporary.Database);

    protected override IDomainStore Store => store;

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Fact]
    public async Task FindAsync_WhatAnOlderVersionWrote_HasAStateAndTheChanceThatFollowsFromIt()
    {
        _ = await temporary.Database.WriteAsync(session => session.Execute(
            "INSERT INTO domains (domain, catch_all, catch_all_observed_at, catch_all_fresh_until, catch_all_samples) VALUES ('example.com', 'refuses_decoys', 1000, 2000, 1)"));
        var found = (await store.FindAsync("example.com", Cancellation))!;

        Assert.Equal(new CatchAllFinding(CatchAllState.RefusesDecoys, found.CatchAll.ObservedAt, found.CatchAll.FreshUntil, 1), found.CatchAll);
        Assert.InRange(found.CatchAll.ChanceAt(found.CatchAll.ObservedAt), 0.02, 0.03);
        Assert.Equal(StrangerFinding.None, found.Strangers);
    }

    protected override Task SweepAsync(DateTimeOffset now) => store.SweepAsync(now, Cancellation);

    protected override Task ExecuteAsync(string statement) => temporary.Database.WriteAsync(session => session.Execute(statement));

    protected override Task InsertAsync(int first, int count) => temporary.Database.WriteAsync(session =>
    {
        for (var number = first; number < first + count; number++)
        {
            _ = session.Execute(
                "INSERT INTO domains (domain, catch_all, catch_all_observed_at, catch_all_fresh_until, catch_all_samples) VALUES (?1, 'unknown', 0, 0, 0)", NameOf(number));
        }

        return count;
    });

    protected override async Task<IEnumerable<string>> NamesAsync() =>
        await temporary.Database.ReadPageAsync(session => session.All("SELECT domain FROM domains ORDER BY domain", row => row.GetString(0)), Cancellation);
}
