using System.Globalization;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core.Domains;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteDomainStoreTests : IAsyncDisposable
{
    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();
    private readonly SqliteDomainStore store;

    public SqliteDomainStoreTests() => store = new SqliteDomainStore(temporary.Database);

    public ValueTask DisposeAsync() => temporary.DisposeAsync();

    [Fact]
    public async Task FindAsync_AnyRoute_IsWhatWasSaved()
    {
        foreach (var route in Samples.Routes)
        {
            var record = new DomainRecord(
                "example.com",
                new RouteFinding(route, Samples.Noon, Samples.Noon.AddHours(1)),
                new CatchAllFinding(CatchAllState.AnswersBothWays, Samples.Noon, Samples.Noon.AddDays(7), 3) { Digits = new(1, 0.25), FirstLast = new(0, 1) },
                Samples.Noon.AddMinutes(5))
            {
                Strangers = new StrangerFinding(null, Samples.Noon.AddHours(-1)),
            };
            await store.SaveAsync(record);
            var found = await store.FindAsync("example.com", TestContext.Current.CancellationToken);
            Assert.Equal(RouteJson.Write(route), found?.Route is { } finding ? RouteJson.Write(finding.Route) : null);
            Assert.Equal(record with { Route = null }, found! with { Route = null });
            Assert.Equal((Samples.Noon, Samples.Noon.AddHours(1)), (found.Route!.FoundAt, found.Route.FreshUntil));
        }
    }

    [Fact]
    public async Task FindAsync_NothingKnown_IsWhatWasSaved()
    {
        var record = new DomainRecord("example.com", null, CatchAllFinding.None, null);
        await store.SaveAsync(record);
        Assert.Equal(record, await store.FindAsync("example.com", TestContext.Current.CancellationToken));
        Assert.Null(await store.FindAsync("example.org", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task FindAsync_WhatAnOlderVersionWrote_HasAStateAndTheChanceThatFollowsFromIt()
    {
        _ = await temporary.Database.WriteAsync(session => session.Execute(
            "INSERT INTO domains (domain, catch_all, catch_all_observed_at, catch_all_fresh_until, catch_all_samples) VALUES ('example.com', 'refuses_decoys', 1000, 2000, 1)"));
        var found = (await store.FindAsync("example.com", TestContext.Current.CancellationToken))!;

        Assert.Equal(new CatchAllFinding(CatchAllState.RefusesDecoys, found.CatchAll.ObservedAt, found.CatchAll.FreshUntil, 1), found.CatchAll);
        Assert.InRange(found.CatchAll.ChanceAt(found.CatchAll.ObservedAt), 0.02, 0.03);
        Assert.Equal(StrangerFinding.None, found.Strangers);
    }

    [Fact]
    public async Task FindAsync_RouteOfANewerKind_IsAskedAnew()
    {
        await store.SaveAsync(new DomainRecord("example.com", new RouteFinding(new Route.NullMx(), Samples.Noon, Samples.Noon), CatchAllFinding.None, null));
        _ = await temporary.Database.WriteAsync(session => session.Execute("UPDATE domains SET route = '{\"kind\":\"by_pigeon\"}'"));
        Assert.Null((await store.FindAsync("example.com", TestContext.Current.CancellationToken))?.Route);
    }

    [Fact]
    public async Task SweepAsync_DomainsOfWhichNothingHoldsAnyMore_AreForgotten()
    {
        var old = Samples.Noon.AddDays(-91);
        var found = new RouteFinding(new Route.NullMx(), old, old.AddHours(1));
        var gone = new DomainRecord("gone.example", found, new CatchAllFinding(CatchAllState.RefusesDecoys, old, old, 3), old) { Strangers = new StrangerFinding(null, old) };
        DomainRecord[] kept =
        [
            gone with { Domain = "route.example", Route = found with { FreshUntil = Samples.Noon.AddDays(-89) } },
            gone with { Domain = "decoys.example", CatchAll = gone.CatchAll with { FreshUntil = Samples.Noon.AddDays(-89) } },
            gone with { Domain = "paused.example", PausedUntil = Samples.Noon },
            gone with { Domain = "strangers.example", Strangers = new StrangerFinding(null, Samples.Noon.AddDays(-89)) },
        ];
        foreach (var record in kept.Append(gone).Append(new DomainRecord("nothing.example", null, CatchAllFinding.None, null)))
            await store.SaveAsync(record);

        await store.SweepAsync(Samples.Noon, TestContext.Current.CancellationToken);

        Assert.Equal(kept.Select(one => one.Domain).Order(StringComparer.Ordinal), await NamesAsync(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task SweepAsync_ManyDomains_GoesOnWhereItEndedAndBeginsAnew()
    {
        const int Many = 100_000;
        await InsertAsync(0, Many + 10);
        await store.SweepAsync(Samples.Noon, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(Many, 10).Select(NameOf), await NamesAsync(), StringComparer.Ordinal);

        // What came in before that place waits for the next time.
        await InsertAsync(0, 1);
        await store.SweepAsync(Samples.Noon, TestContext.Current.CancellationToken);
        Assert.Equal([NameOf(0)], await NamesAsync(), StringComparer.Ordinal);
        await store.SweepAsync(Samples.Noon, TestContext.Current.CancellationToken);
        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task FindManyAsync_SomeKnown_GivesThose()
    {
        var one = new DomainRecord("example.com", new RouteFinding(new Route.NullMx(), Samples.Noon, Samples.Noon), CatchAllFinding.None, null);
        var other = new DomainRecord("xn--bcher-kva.example", null, CatchAllFinding.None, Samples.Noon);
        await store.SaveAsync(one);
        await store.SaveAsync(other);
        var found = await store.FindManyAsync(["example.org", "xn--bcher-kva.example", "quote\"[],.example", "example.com"], TestContext.Current.CancellationToken);
        Assert.Equal([other, one], found);
        Assert.Empty(await store.FindManyAsync([], TestContext.Current.CancellationToken));
    }

    private static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"d{number:000000}.example");

    private Task<int> InsertAsync(int first, int count) => temporary.Database.WriteAsync(session =>
    {
        for (var number = first; number < first + count; number++)
        {
            _ = session.Execute(
                "INSERT INTO domains (domain, catch_all, catch_all_observed_at, catch_all_fresh_until, catch_all_samples) VALUES (?1, 'unknown', 0, 0, 0)", NameOf(number));
        }

        return count;
    });

    private async Task<IEnumerable<string>> NamesAsync() =>
        await temporary.Database.ReadPageAsync(session => session.All("SELECT domain FROM domains ORDER BY domain", row => row.GetString(0)), TestContext.Current.CancellationToken);
}
