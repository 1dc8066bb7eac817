using EmailVerify.Adapters.Postgres;
using EmailVerify.Scenarios.Servers;
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
    public void Open_WhereNobodyAnswers_SaysWhy() =>
        Assert.Contains("127.0.0.1", Assert.IsType<PostgresOpening.Unusable>(PostgresDatabase.Open($"Host=127.0.0.1;Port={Ports.Free()};Username=x;Password=secret", reports: null, InstallationKind.Sandbox)).Why, StringComparison.Ordinal);

    private static async Task<object?> ScalarAsync(string settings, string statement)
    {
        await using var source = NpgsqlDataSource.Create(settings + ";Pooling=false");
        await using var command = source.CreateCommand(statement);
        return await command.ExecuteScalarAsync(Ends);
    }
}
