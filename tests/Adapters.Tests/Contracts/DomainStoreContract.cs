using System.Globalization;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core.Domains;

namespace EmailVerify.Adapters.Tests.Contracts;

/// <summary>What every store of domains does.</summary>
public abstract class DomainStoreContract : IAsyncLifetime
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IDomainStore Store { get; }

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

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
            await Store.SaveAsync(record);
            var found = await Store.FindAsync("example.com", Cancellation);
            Assert.Equal(RouteJson.Write(route), found?.Route is { } finding ? RouteJson.Write(finding.Route) : null);
            Assert.Equal(record with { Route = null }, found! with { Route = null });
            Assert.Equal((Samples.Noon, Samples.Noon.AddHours(1)), (found.Route!.FoundAt, found.Route.FreshUntil));
        }
    }

    [Fact]
    public async Task FindAsync_NothingKnown_IsWhatWasSaved()
    {
        var record = new DomainRecord("example.com", null, CatchAllFinding.None, null);
        await Store.SaveAsync(record);
        Assert.Equal(record, await Store.FindAsync("example.com", Cancellation));
        Assert.Null(await Store.FindAsync("example.org", Cancellation));
    }

    [Fact]
    public async Task FindAsync_RouteOfANewerKind_IsAskedAnew()
    {
        await Store.SaveAsync(new DomainRecord("example.com", new RouteFinding(new Route.NullMx(), Samples.Noon, Samples.Noon), CatchAllFinding.None, null));
        await ExecuteAsync("UPDATE domains SET route = '{\"kind\":\"by_pigeon\"}'");
        Assert.Null((await Store.FindAsync("example.com", Cancellation))?.Route);
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
            await Store.SaveAsync(record);

        await SweepAsync(Samples.Noon);

        Assert.Equal(kept.Select(one => one.Domain).Order(StringComparer.Ordinal), await NamesAsync(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task SweepAsync_ManyDomains_GoesOnWhereItEndedAndBeginsAnew()
    {
        const int Many = 100_000;
        await InsertAsync(0, Many + 10);
        await SweepAsync(Samples.Noon);
        Assert.Equal(Enumerable.Range(Many, 10).Select(NameOf), await NamesAsync(), StringComparer.Ordinal);

        // What came in before that place waits for the next time.
        await InsertAsync(0, 1);
        await SweepAsync(Samples.Noon);
        Assert.Equal([NameOf(0)], await NamesAsync(), StringComparer.Ordinal);
        await SweepAsync(Samples.Noon);
        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task FindManyAsync_SomeKnown_GivesThose()
    {
        var one = new DomainRecord("example.com", new RouteFinding(new Route.NullMx(), Samples.Noon, Samples.Noon), CatchAllFinding.None, null);
        var other = new DomainRecord("xn--bcher-kva.example", null, CatchAllFinding.None, Samples.Noon);
        await Store.SaveAsync(one);
        await Store.SaveAsync(other);
        var found = await Store.FindManyAsync(["example.org", "xn--bcher-kva.example", "quote\"[],.example", "example.com"], Cancellation);
        Assert.Equal([one, other], found.OrderBy(record => record.Domain, StringComparer.Ordinal));
        Assert.Empty(await Store.FindManyAsync([], Cancellation));
    }

    [Fact]
    public async Task SaveAsync_SeveralAtOnce_KeepsTheLastOfEach()
    {
        var records = Enumerable.Range(0, 200).Select(number => new DomainRecord(NameOf(number % 7), null, CatchAllFinding.None, Samples.Noon.AddSeconds(number))).ToArray();
        await Task.WhenAll(records.Select(Store.SaveAsync));
        var found = await Store.FindManyAsync([.. Enumerable.Range(0, 7).Select(NameOf)], Cancellation);
        Assert.Equal(records[^7..].OrderBy(record => record.Domain, StringComparer.Ordinal), found.OrderBy(record => record.Domain, StringComparer.Ordinal));
    }

    protected static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"d{number:000000}.example");

    protected abstract Task SweepAsync(DateTimeOffset now);

    protected abstract Task ExecuteAsync(string statement);

    /// <summary>Inserts domains of which nothing is known, <see cref="NameOf"/> each.</summary>
    protected abstract Task InsertAsync(int first, int count);

    protected abstract Task<IEnumerable<string>> NamesAsync();
}
