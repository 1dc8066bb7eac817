using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>
/// A prepared statement that gives no rows. Its parameters are bound by their numbers: the provider finds each by its name at each execution, which costs more than the writing of a small row.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
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
    /// <param name="values">The values of <c>?1</c>, <c>?2</c> …: null, texts, octets, truths and numbers.</param>
    /// <returns>How many rows it changed.</returns>
    public int Execute(ReadOnlySpan<object?> values)
    {
        try
        {
            for (var at = 0; at < values.Length; at++)
                Check(Bind(at + 1, values[at]));
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

    private int Bind(int number, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, number),
        string text => raw.sqlite3_bind_text(statement, number, text),
        long integer => raw.sqlite3_bind_int64(statement, number, integer),
        int integer => raw.sqlite3_bind_int(statement, number, integer),
        uint integer => raw.sqlite3_bind_int64(statement, number, integer),
        bool truth => raw.sqlite3_bind_int(statement, number, truth ? 1 : 0),
        byte[] octets => raw.sqlite3_bind_blob(statement, number, octets),
        _ => throw new ArgumentException($"A {value.GetType().Name} is no value of a column.", nameof(value)),
    };

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, database);
    }
}
