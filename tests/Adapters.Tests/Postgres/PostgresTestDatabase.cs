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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        if (source is not null)
            await source.DisposeAsync();
    }
}
