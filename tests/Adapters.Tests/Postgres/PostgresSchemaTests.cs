using EmailVerify.Adapters.Postgres;
using EmailVerify.Scenarios.Servers;
using EvolveDb.Migration;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace EmailVerify.Adapters.Tests.Postgres;

[Trait("Pace", "slow")]
public sealed class PostgresSchemaTests(PostgresServer server)
{
    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public void Known_IsNumberedWithoutGaps() => Assert.Equal(Enumerable.Range(1, PostgresSchema.Known.Length), PostgresSchema.Known);

    [Fact]
    public async Task Open_ByManyAtOnce_AppliesEachScriptOnce()
    {
        var settings = await server.CreateAsync("schema_many");

        var openings = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => PostgresDatabase.Open(settings, reports: null, InstallationKind.Sandbox), Ends)));

        foreach (var opening in openings)
            await Assert.IsType<PostgresOpening.Opened>(opening).Database.DisposeAsync();
        Assert.Equal((long)PostgresSchema.Known.Length, await ScalarAsync(settings, "SELECT count(*) FROM changelog WHERE type = 0"));
    }

    [Fact]
    public async Task Open_WhatANewerVersionMade_ChangesNothing()
    {
        var settings = await server.CreateAsync("schema_newer");
        await Assert.IsType<PostgresOpening.Opened>(PostgresDatabase.Open(settings, reports: null, InstallationKind.Sandbox)).Database.DisposeAsync();
        _ = await ScalarAsync(settings, "INSERT INTO changelog (type, version, description, name, checksum, installed_by, success) VALUES (0, '9001', 'x', 'x', 'x', 'x', true) RETURNING 1");

        Assert.Equal(new PostgresOpening.MadeByNewer(9001, PostgresSchema.Known[^1]), PostgresDatabase.Open(settings, reports: null, InstallationKind.Sandbox));
    }

    [Fact]
    public async Task Open_WithWhatVersion4Left_KnowsDomainsAndCounts()
    {
        var settings = await server.CreateAsync("schema_history");
        await using (var connection = new NpgsqlConnection(settings + ";Pooling=false"))
        {
            var migrator = PostgresSchema.MigratorOf(connection);
            migrator.TargetVersion = new MigrationVersion("4");
            migrator.Migrate();
        }

        _ = await ScalarAsync(settings, "CREATE TABLE verifications_2026_11 PARTITION OF verifications FOR VALUES FROM (MINVALUE) TO (MAXVALUE)");
        _ = await ScalarAsync(
            settings,
            """
            INSERT INTO verifications (id, customer_id, address_hash, email, created_at, attempts, status, reason, score, found_at, fresh_until, source, rules, evidence)
            SELECT ('01a1998e-4400-7000-8000-00000000000' || number)::uuid, 'cus_a', decode(md5(email), 'hex'), email, '2026-11-24T23:59:59.999Z', 1,
                CASE WHEN reason IS NOT NULL THEN 'x' END, reason, 5, CASE WHEN reason IS NOT NULL THEN now() END, now(), 'live', '1', '[]'
            FROM (VALUES (1, 'a@B.example', 'null_mx'), (2, 'b@Köln.example', 'null_mx'), (3, 'c@[192.0.2.1]', 'address_literal'), (4, 'no address@-', 'invalid_email'), (5, '"@"@b.example', NULL))
                AS old (number, email, reason)
            """);

        await Assert.IsType<PostgresOpening.Opened>(PostgresDatabase.Open(settings, reports: null, InstallationKind.Sandbox)).Database.DisposeAsync();

        Assert.Equal("b.example - - - b.example", await ScalarAsync(settings, "SELECT string_agg(coalesce(domain, '-'), ' ' ORDER BY id) FROM verifications"));
        Assert.Equal(
            "2026-11-24 address_literal 1, 2026-11-24 invalid_email 1, 2026-11-24 null_mx 2",
            await ScalarAsync(settings, "SELECT string_agg(day || ' ' || reason || ' ' || count, ', ' ORDER BY reason) FROM verdict_days"));
        Assert.Equal(0L, await ScalarAsync(settings, "SELECT count(*) FROM verdict_changes"));
    }

    [Fact]
    public void Open_WhereNobodyAnswers_SaysWhy() =>
        Assert.Contains("127.0.0.1", Assert.IsType<PostgresOpening.Unusable>(PostgresDatabase.Open($"Host=127.0.0.1;Port={Ports.Free()};Username=x;Password=secret", reports: null, InstallationKind.Sandbox)).Why, StringComparison.Ordinal);

    private static async Task<object?> ScalarAsync(string settings, string statement)
    {
        await using var source = NpgsqlDataSource.Create(settings + ";Pooling=false");
        await using var command = source.CreateCommand(statement);
        return await command.ExecuteScalarAsync(Ends);
    }
}
