using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>
/// A prepared statement that gives no rows. Its parameters are bound by their numbers: the provider finds each by its name at each execution, which costs more than the writing of a small row.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int ScratchOctets = 512;

    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    /// <summary>Prepares.</summary>
    /// <exception cref="SqliteException">The text is no statement of this schema.</exception>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle ?? throw new InvalidOperationException("The connection is closed.");
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    /// <summary>Runs it.</summary>
    /// <param name="values">The values of <c>?1</c>, <c>?2</c> …</param>
    /// <param name="others">Those behind them.</param>
    /// <returns>How many rows it changed.</returns>
    public int Execute(ReadOnlySpan<SqliteValue> values, ReadOnlySpan<SqliteValue> others)
    {
        try
        {
            Span<byte> scratch = stackalloc byte[ScratchOctets];
            for (var at = 0; at < values.Length; at++)
                Check(values[at].Bind(statement, at + 1, scratch));
            for (var at = 0; at < others.Length; at++)
                Check(others[at].Bind(statement, values.Length + at + 1, scratch));
            var result = raw.sqlite3_step(statement);
            while (result == raw.SQLITE_ROW)
                result = raw.sqlite3_step(statement);
            if (result != raw.SQLITE_DONE)
                Check(result);
            return raw.sqlite3_changes(database);
        }
        finally
        {
            // It repeats the failure of the step, which has been thrown.
            _ = raw.sqlite3_reset(statement);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, database);
    }
}
