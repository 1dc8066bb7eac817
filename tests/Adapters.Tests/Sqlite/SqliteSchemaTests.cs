using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core.Batches;
using EvolveDb.Migration;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteSchemaTests
{
    [Fact]
    public void Known_BuiltIn_AreTheScriptsOfTheFolder() =>
        Assert.Equal(Enumerable.Range(1, SqliteSchema.Known.Length), SqliteSchema.Known);

    [Fact]
    public async Task Open_MigratedBefore_ChangesNothing()
    {
        await using var temporary = TemporaryDatabase.Open();
        var before = await AppliedAsync(temporary);
        await temporary.CloseAsync();
        temporary.OpenAgain();
        Assert.Equal(before, await AppliedAsync(temporary));
        Assert.Contains("V0001__", before, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WithWhatVersion2Left_KeepsAnswersThatWereGiven()
    {
        await using var temporary = TemporaryDatabase.Open();
        await MakeOldAsync(
            temporary,
            "2",
            """
            INSERT INTO batches (id, customer_id, status, total, created_at, expires_at) VALUES ('bat_1', 'cus_a', 'running', 1, 0, 1);
            INSERT INTO idempotency (customer_id, operation, key, leased_until, fingerprint, status, location, body, created_at)
            VALUES ('cus_a', 'POST /v1/batches', 'answered', 0, x'01', 202, '/v1/batches/bat_1', x'7b7d', 0), ('cus_a', 'POST /v1/batches', 'at work', 99999, null, null, null, null, 0)
            """);
        temporary.OpenAgain();
        var store = new SqliteBatchStore(temporary.Database);
        var answered = Assert.IsType<IdempotencyClaim.Answered>(await ReserveAsync("answered", 1));
        Assert.Equal((202, "/v1/batches/bat_1"), (answered.Record.Status, answered.Record.Location));
        Assert.IsType<IdempotencyClaim.InProgress>(await ReserveAsync("at work", 1));
        Assert.IsType<IdempotencyClaim.Fresh>(await ReserveAsync("at work", 100));
        Assert.Equal(1, (await store.FindAsync("bat_1", TestContext.Current.CancellationToken))?.Counts.Total);

        Task<IdempotencyClaim> ReserveAsync(string key, int seconds) => store.ReserveAsync(
            new IdempotencyKey("cus_a", "POST /v1/batches", key), "me", DateTimeOffset.UnixEpoch.AddSeconds(seconds), DateTimeOffset.UnixEpoch.AddSeconds(seconds + 60));
    }

    [Fact]
    public async Task Open_WithWhatVersion6Left_KnowsDomainsAndCounts()
    {
        await using var temporary = TemporaryDatabase.Open();
        await MakeOldAsync(
            temporary,
            "6",
            """
            INSERT INTO verifications (id, customer_id, address_hash, email, created_at, attempts, status, reason, found_at, evidence)
            SELECT 'ver_' || column1, 'cus_a', zeroblob(16), column2, 1795564799999, 1, column3, column3, CASE WHEN column3 IS NULL THEN NULL ELSE 0 END, '[]'
            FROM (VALUES (1, 'a@B.example', 'null_mx'), (2, 'b@Köln.example', 'null_mx'), (3, 'c@[192.0.2.1]', 'address_literal'), (4, 'd@e.example' || char(0), 'invalid_email'), (5, '"@"@b.example', NULL))
            """);
        temporary.OpenAgain();

        Assert.Equal(
            "b.example xn--kln-sna.example - - b.example",
            await ReadAsync(temporary, "SELECT group_concat(coalesce(domain, '-'), ' ') FROM (SELECT domain FROM verifications ORDER BY id)"));
        Assert.Equal("20781 address_literal 1,20781 invalid_email 1,20781 null_mx 2", await ReadAsync(temporary, "SELECT group_concat(day || ' ' || reason || ' ' || count) FROM verdict_days"));
    }

    [Fact]
    public async Task Open_MadeByANewerProgram_IsRefusedUnchanged()
    {
        await using var temporary = TemporaryDatabase.Open();
        _ = await temporary.Database.WriteAsync(session => session.Execute(
            "INSERT INTO changelog (type, version, description, name, checksum, installed_by, success) VALUES (0, '9001', 'x', 'V9001__x.sql', 'x', '', 1)"));
        await temporary.CloseAsync();

        using var folder = Assert.IsType<FolderOpening.Opened>(DataFolder.Open(temporary.Path, InstallationKind.Sandbox, TimeProvider.System)).Folder;
        var refused = Assert.IsType<DatabaseOpening.MadeByNewer>(SqliteDatabase.Open(folder));
        Assert.Equal(new DatabaseOpening.MadeByNewer(9001, SqliteSchema.Known[^1]), refused);
    }

    [Theory]
    [InlineData("UPDATE changelog SET version = '9001' WHERE version IS NOT NULL", 9001)]
    [InlineData("DELETE FROM changelog", 0)]
    public async Task Open_VisitedWithAnotherSchema_IsRefusedUnchanged(string change, int found)
    {
        await using var temporary = TemporaryDatabase.Open();
        _ = await temporary.Database.WriteAsync(session => session.Execute(change));
        await temporary.CloseAsync();

        using var folder = Assert.IsType<FolderOpening.Opened>(DataFolder.Visit(temporary.Path, InstallationKind.Sandbox)).Folder;
        DatabaseOpening expected = found > SqliteSchema.Known[^1]
            ? new DatabaseOpening.MadeByNewer(found, SqliteSchema.Known[^1])
            : new DatabaseOpening.MadeByOlder(found, SqliteSchema.Known[^1]);
        Assert.Equal(expected, SqliteDatabase.Open(folder));
        Assert.Equal(expected, SqliteDatabase.Open(folder));
    }

    [Fact]
    public async Task Open_ScriptChangedAfterItWasApplied_IsRefused()
    {
        await using var temporary = TemporaryDatabase.Open();
        _ = await temporary.Database.WriteAsync(session => session.Execute("UPDATE changelog SET checksum = 'x' WHERE version IS NOT NULL"));
        await temporary.CloseAsync();
        using var folder = Assert.IsType<FolderOpening.Opened>(DataFolder.Open(temporary.Path, InstallationKind.Sandbox, TimeProvider.System)).Folder;
        _ = Assert.IsType<DatabaseOpening.Unusable>(SqliteDatabase.Open(folder));
    }

    [Fact]
    public async Task Open_NoDatabaseInTheFile_IsRefused()
    {
        await using var temporary = TemporaryDatabase.Open();
        await temporary.CloseAsync();
        await File.WriteAllTextAsync(Path.Combine(temporary.Path, "emailverify.db"), new string('x', 5_000), TestContext.Current.CancellationToken);
        using var folder = Assert.IsType<FolderOpening.Opened>(DataFolder.Open(temporary.Path, InstallationKind.Sandbox, TimeProvider.System)).Folder;
        _ = Assert.IsType<DatabaseOpening.Unusable>(SqliteDatabase.Open(folder));
    }

    [Theory]
    [InlineData("PRAGMA journal_mode", "wal")]
    [InlineData("PRAGMA synchronous", "2")]
    [InlineData("PRAGMA foreign_keys", "1")]
    [InlineData("PRAGMA busy_timeout", "5000")]
    public async Task Open_Writer_HasTheSettings(string pragma, string expected)
    {
        await using var temporary = TemporaryDatabase.Open();
        Assert.Equal(expected, await temporary.Database.WriteAsync(session => session.First(pragma, row => row.GetString(0))));
    }

    // In place of the database that is there.
    private static async Task MakeOldAsync(TemporaryDatabase temporary, string version, string rows)
    {
        await temporary.CloseAsync();
        foreach (var file in Directory.GetFiles(temporary.Path, "emailverify.db*"))
            File.Delete(file);
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(temporary.Path, "emailverify.db")};Pooling=false");
        var migrator = SqliteSchema.MigratorOf(connection);
        migrator.TargetVersion = new MigrationVersion(version);
        migrator.Migrate();
        await using var command = connection.CreateCommand();
        command.CommandText = rows;
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }

    private static ValueTask<string> ReadAsync(TemporaryDatabase temporary, string query) =>
        temporary.Database.ReadAsync(session => Assert.Single(session.All(query, row => row.GetString(0))), TestContext.Current.CancellationToken);

    private static ValueTask<string> AppliedAsync(TemporaryDatabase temporary) =>
        temporary.Database.ReadAsync(
            session => string.Join('\n', session.All("SELECT id || ' ' || name || ' ' || installed_on FROM changelog ORDER BY id", row => row.GetString(0))),
            TestContext.Current.CancellationToken);
}
