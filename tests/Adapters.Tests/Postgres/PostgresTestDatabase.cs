using EmailVerify.Adapters.Postgres;
using EmailVerify.Scenarios.Servers;
using Npgsql;

namespace EmailVerify.Adapters.Tests.Postgres;

/// <summary>A database of a test class: making one takes longer than most tests, so they empty its tables instead.</summary>
public sealed class PostgresTestDatabase(PostgresServer server) : IAsyncLifetime
{
    private const string Tables =
        """
        SELECT string_agg(quote_ident(relname), ', ') FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'changelog'
        """;

    private static int made;

    private NpgsqlDataSource? source;
    private PostgresDatabase? database;

    /// <summary>Gets its connection string.</summary>
    public string Settings { get; private set; } = string.Empty;

    public PostgresDatabase Database => database ?? throw new InvalidOperationException("Not open.");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Settings = await server.CreateAsync($"tests_{Interlocked.Increment(ref made)}");
        database = Open();
        source = NpgsqlDataSource.Create(Settings);
    }

    /// <summary>Opens it once more, as another silo does.</summary>
    public PostgresDatabase Open() => Assert.IsType<PostgresOpening.Opened>(PostgresDatabase.Open(Settings, reports: null, InstallationKind.Sandbox)).Database;

    /// <summary>Empties all tables.</summary>
    public async ValueTask ClearAsync() => await ExecuteAsync($"TRUNCATE {Assert.Single(await ReadAsync(Tables, row => row.GetString(0)))}");

    public async Task ExecuteAsync(string statement)
    {
        await using var command = source!.CreateCommand(statement);
        _ = await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async Task<IReadOnlyList<T>> ReadAsync<T>(string query, Func<NpgsqlDataReader, T> read)
    {
        await using var command = source!.CreateCommand(query);
        await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var all = new List<T>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
            all.Add(read(rows));
        return all;
    }

    /// <summary>Begins to take a month out, and leaves it so: who had to wait for a reader gave up.</summary>
    public async Task LeaveHalfDetachedAsync(string table, string partition)
    {
        await using var reader = await source!.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await reader.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var read = new NpgsqlCommand($"SELECT count(*) FROM {table}", reader);
        _ = await read.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        await using var detaching = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var detach = new NpgsqlCommand("SET statement_timeout = '300ms'", detaching);
        _ = await detach.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        detach.CommandText = $"ALTER TABLE {table} DETACH PARTITION {partition} CONCURRENTLY";
        Assert.Equal(PostgresErrorCodes.QueryCanceled, (await Assert.ThrowsAsync<PostgresException>(() => detach.ExecuteNonQueryAsync(TestContext.Current.CancellationToken))).SqlState);
        Assert.Single(await ReadAsync("SELECT 1 FROM pg_inherits WHERE inhdetachpending", row => row.GetInt32(0)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        if (source is not null)
            await source.DisposeAsync();
    }
}
