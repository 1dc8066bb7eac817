using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Tests.Postgres;

/// <summary>Several silos in one database, each with its own stores.</summary>
[Trait("Pace", "slow")]
public sealed class PostgresClusterTests(PostgresTestDatabase temporary) : IClassFixture<PostgresTestDatabase>, IAsyncLifetime
{
    private readonly List<PostgresDatabase> silos = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        silos.AddRange([temporary.Open(), temporary.Open(), temporary.Open()]);
        await temporary.ClearAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in silos)
            await silo.DisposeAsync();
    }

    [Fact]
    public async Task TakeDueAsync_BySeveralSilosAtOnce_GivesEachRowToOne()
    {
        const int Rows = 2_000;
        var stores = silos.Select(silo => new PostgresVerificationStore(silo)).ToArray();
        var waiting = Enumerable.Range(1, Rows).Select(number => Samples.Verification(number, 5, status: null)).ToArray();
        await Task.WhenAll(waiting.Select((one, at) => stores[at % stores.Length].SaveAsync(one, Samples.Ticket(one, Samples.Noon.AddSeconds(-at)))));

        var taken = await Task.WhenAll(stores.SelectMany(store => Enumerable.Range(0, 3).Select(_ => TakeAllAsync(store))));

        Assert.Equal(waiting.Select(one => one.Id), taken.SelectMany(ids => ids).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.True(taken.Count(ids => ids.Count > 0) > 1, "One took all.");
    }

    [Fact]
    public async Task SaveAsync_TheSameRowsBySeveralSilosAtOnce_EndsWithoutADeadlock()
    {
        var stores = silos.Select(silo => new PostgresVerificationStore(silo)).ToArray();
        var domains = silos.Select(silo => new PostgresDomainStore(silo)).ToArray();
        var random = new Random(7);
        for (var round = 0; round < 8; round++)
        {
            var writes = Enumerable.Range(0, stores.Length).SelectMany(silo => Enumerable.Range(0, 400).Select(_ =>
            {
                var number = random.Next(300);
                var status = random.Next(3) switch { 0 => (VerdictStatus?)null, 1 => VerdictStatus.Unknown, _ => VerdictStatus.Deliverable };
                var verification = Samples.Verification(number, (UInt128)(number % 20), status: status, at: Samples.Noon.AddSeconds(number));
                return (silo, verification, number);
            })).ToArray();
            await Task.WhenAll(writes.SelectMany(write => new[]
            {
                stores[write.silo].SaveAsync(write.verification, write.verification.Verdict is null ? Samples.Ticket(write.verification, Samples.Noon) : null),
                domains[write.silo].SaveAsync(new DomainRecord($"d{write.number}.example", null, CatchAllFinding.None, null)),
            })).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancellation);
        }

        // No ticket is left of what has a verdict, and what is served is the newest that there is.
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM retries JOIN verifications ON id = verification_id WHERE status IS NOT NULL"));
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM verifications WHERE status IS NULL AND id NOT IN (SELECT verification_id FROM retries)"));
        Assert.Equal(0, await CountAsync(
            """
            SELECT count(*) FROM (SELECT DISTINCT ON (address_hash, customer_id) * FROM verifications WHERE status <> 'unknown' ORDER BY address_hash, customer_id, found_at DESC, id DESC) AS newest
            FULL JOIN verdicts USING (address_hash, customer_id) WHERE newest.id IS DISTINCT FROM verdicts.verification_id
            """));

        // Told when a connection ends. One that was met would have been overcome; but it costs a second.
        foreach (var silo in silos)
            await silo.DisposeAsync();
        while (await CountAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'emailverify'") > 1)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        Assert.Equal(0, await CountAsync("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"));
    }

    [Fact]
    public async Task SaveAsync_AWrittenRow_IsThereForTheOthers()
    {
        var (one, other) = (new PostgresVerificationStore(silos[0]), new PostgresVerificationStore(silos[1]));
        var told = Samples.Verification(1, 7);
        await one.SaveAsync(told, null);
        await other.SaveAsync(told with { Verdict = null, Pending = new Pending(Samples.Noon, null, Samples.Noon, Samples.Noon) }, null);
        Assert.Equal(Samples.Spell(told), Samples.Spell(await other.FindAsync(told.CustomerId, told.Id, Cancellation)));
        Assert.Single(await other.KnownAsync(told.CustomerId, [told.AddressHash], Samples.Noon, Cancellation));
    }

    private static async Task<List<string>> TakeAllAsync(PostgresVerificationStore store)
    {
        var ids = new List<string>();
        while (await store.TakeDueAsync(5, Samples.Noon, Samples.Noon.AddMinutes(3), 50) is { IsEmpty: false } some)
            ids.AddRange(some.Select(ticket => ticket.VerificationId));
        return ids;
    }

    private async Task<long> CountAsync(string query) => Assert.Single(await temporary.ReadAsync(query, row => row.GetInt64(0)));
}
