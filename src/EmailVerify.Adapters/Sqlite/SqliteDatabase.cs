using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>How opening a database ended.</summary>
public abstract record DatabaseOpening
{
    private DatabaseOpening()
    {
    }

    /// <summary>It is open and has the newest schema.</summary>
    public sealed record Opened(SqliteDatabase Database) : DatabaseOpening;

    /// <summary>A newer version of the program made it; this one would not understand what it finds. Nothing was changed.</summary>
    /// <param name="Found">The schema version of the file.</param>
    /// <param name="Known">The newest that this program knows.</param>
    public sealed record MadeByNewer(int Found, int Known) : DatabaseOpening;

    /// <summary>An older version made it, and it is not ours to migrate: another process works in it. Nothing was changed.</summary>
    /// <param name="Found">The schema version of the file.</param>
    /// <param name="Known">The newest that this program knows.</param>
    public sealed record MadeByOlder(int Found, int Known) : DatabaseOpening;

    /// <summary>It cannot be opened: damaged, not allowed, no room.</summary>
    /// <param name="Why">For a person.</param>
    public sealed record Unusable(string Why) : DatabaseOpening;
}

/// <summary>The one database file of the embedded profile: one writer thread, a few readers.</summary>
public sealed class SqliteDatabase : IAsyncDisposable
{
    /// <summary>The name of the meter that it counts on.</summary>
    public const string MeterName = SqliteInstruments.MeterName;

    private readonly SqliteInstruments instruments = new();
    private readonly SqliteWriter writer;
    private readonly SqliteReaders readers;

    private SqliteDatabase(string path)
    {
        writer = new SqliteWriter(SqliteSession.Open(path, readOnly: false), instruments);
        readers = new SqliteReaders(path, Math.Clamp(Environment.ProcessorCount, 4, 16));
    }

    /// <summary>Gets how many transactions were committed since it was opened.</summary>
    public long Commits => instruments.Commits;

    /// <summary>Gets how many writes those transactions held.</summary>
    public long Writes => instruments.Jobs;

    /// <summary>Opens the database of a folder. Where the folder is ours it is made and migrated; a visited one must have exactly the schema that we know.</summary>
    public static DatabaseOpening Open(DataFolder folder)
    {
        try
        {
            if (!folder.IsOurs)
                return Visit(folder.DatabasePath);

            // Made here and not by SQLite, for its mode; the log and its index inherit it.
            PrivateFile.Ensure(folder.DatabasePath);
            return SqliteSchema.Migrate(folder.DatabasePath) is { } found
                ? new DatabaseOpening.MadeByNewer(found, SqliteSchema.Known[^1])
                : new DatabaseOpening.Opened(new SqliteDatabase(folder.DatabasePath));
        }
        catch (Exception refused) when (refused is SqliteException or EvolveDb.EvolveException or IOException or UnauthorizedAccessException)
        {
            return new DatabaseOpening.Unusable(refused.Message);
        }
    }

    /// <summary>Does the writes that were taken, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        readers.Dispose();
        instruments.Dispose();
    }

    private static DatabaseOpening Visit(string path) => SqliteSchema.Find(path) switch
    {
        var found when found == SqliteSchema.Known[^1] => new DatabaseOpening.Opened(new SqliteDatabase(path)),
        var found when found > SqliteSchema.Known[^1] => new DatabaseOpening.MadeByNewer(found, SqliteSchema.Known[^1]),
        var found => new DatabaseOpening.MadeByOlder(found, SqliteSchema.Known[^1]),
    };

    /// <inheritdoc cref="SqliteWriter.WriteAsync"/>
    internal Task<T> WriteAsync<T>(Func<SqliteSession, T> work) => writer.WriteAsync(work);

    /// <inheritdoc cref="SqliteReaders.ReadAsync"/>
    internal ValueTask<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken) => readers.ReadAsync(read, cancellationToken);

    /// <inheritdoc cref="SqliteReaders.ReadPageAsync"/>
    internal ValueTask<T> ReadPageAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken) => readers.ReadPageAsync(read, cancellationToken);
}
