using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>One connection and its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SqliteStatement> statements = new(StringComparer.Ordinal);

    private SqliteSession(SqliteConnection connection) => this.connection = connection;

    /// <summary>Gets a value indicating whether a transaction is open; some failures end one.</summary>
    public bool InTransaction => SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <summary>Opens a connection with the settings that every one has.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="readOnly">Whether writing is refused.</param>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public static SqliteSession Open(string path, bool readOnly)
    {
        // Pooling is ours: a pooled connection would keep the file open after everything is disposed of.
        var opened = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ConnectionString);
        try
        {
            opened.Open();
            var session = new SqliteSession(opened);
            _ = session.Execute("PRAGMA busy_timeout = 5000");
            if (readOnly)
            {
                _ = session.Execute("PRAGMA query_only = 1");
                return session;
            }

            _ = session.Execute("PRAGMA journal_mode = WAL");

            // The machine may die at any instant: the log is flushed before a commit returns.
            _ = session.Execute("PRAGMA synchronous = FULL");
            _ = session.Execute("PRAGMA foreign_keys = 1");

            // Indexes by hash touch pages at random: a transaction that does not fit would write them more than once. In KiB.
            _ = session.Execute("PRAGMA cache_size = -16384");

            // In pages of 4 KiB. What is written often is then copied to the file once in 32 MiB of the log, not once in four; a start after a crash reads the log, in some 50 ms.
            _ = session.Execute("PRAGMA wal_autocheckpoint = 8000");

            // What a statement may have to undo is kept in memory and not in a file.
            _ = session.Execute("PRAGMA temp_store = MEMORY");
            return session;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Runs a statement, its parameters being <c>?1</c>, <c>?2</c> …</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<SqliteValue> values) => Execute(sql, values, []);

    /// <summary>Runs a statement whose values come in two parts.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string sql, ReadOnlySpan<SqliteValue> values, ReadOnlySpan<SqliteValue> others)
    {
        if (!statements.TryGetValue(sql, out var statement))
            statements.Add(sql, statement = new SqliteStatement(connection, sql));
        return statement.Execute(values, others);
    }

    /// <summary>Ends the statement that runs, from whatever thread.</summary>
    public void Interrupt() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle);

    /// <summary>Reads the first row, or the default when there is none.</summary>
    public T? First<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<SqliteValue> values)
    {
        using var reader = Prepare(sql, values).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    /// <summary>Reads every row; the statement bounds them.</summary>
    public ImmutableArray<T> All<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<SqliteValue> values)
    {
        using var reader = Prepare(sql, values).ExecuteReader();
        var rows = ImmutableArray.CreateBuilder<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows.DrainToImmutable();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in prepared.Values)
            command.Dispose();
        foreach (var statement in statements.Values)
            statement.Dispose();
        connection.Dispose();
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Every caller passes a constant; values are parameters.")]
    private SqliteCommand Prepare(string sql, ReadOnlySpan<SqliteValue> values)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var number = 1; number <= values.Length; number++)
                _ = command.Parameters.AddWithValue(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"?{number}"), DBNull.Value);
            prepared.Add(sql, command);
        }

        for (var at = 0; at < values.Length; at++)
            command.Parameters[at].Value = values[at].ToParameter();

        return command;
    }
}
