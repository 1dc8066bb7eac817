using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Statements that go to the server together, in one round trip, and what they give back, one after the other.</summary>
/// <param name="connection">Where they go. Without a transaction of its own each of them has the same one, and is undone with the others.</param>
internal sealed class PostgresPipeline(NpgsqlConnection connection) : IAsyncDisposable
{
    private readonly NpgsqlBatch statements = new(connection);
    private NpgsqlDataReader? answers;

    /// <summary>Gets a value indicating whether there is nothing to send.</summary>
    public bool IsEmpty => statements.BatchCommands.Count == 0;

    /// <summary>Adds a statement, its parameters being <c>$1</c>, <c>$2</c> …</summary>
    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Every caller passes a constant; values are parameters.")]
    public PostgresPipeline Add(string sql, params ReadOnlySpan<NpgsqlParameter> values)
    {
        var statement = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            statement.Parameters.Add(value);
        statements.BatchCommands.Add(statement);
        return this;
    }

    /// <summary>Runs statements that give no rows back.</summary>
    /// <returns>How many rows they changed together.</returns>
    public Task<int> RunAsync(CancellationToken cancellationToken) => statements.ExecuteNonQueryAsync(cancellationToken);

    /// <summary>Reads every row of the next statement that gives some back; the statement bounds them.</summary>
    public async Task<ImmutableArray<T>> AllAsync<T>(Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var reader = await NextAsync(cancellationToken);
        var rows = ImmutableArray.CreateBuilder<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows.DrainToImmutable();
    }

    /// <summary>Reads the first row of the next statement that gives some back, or the default when there is none.</summary>
    public async Task<T?> FirstAsync<T>(Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var reader = await NextAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(reader) : default;
    }

    /// <summary>Reads the rows of the next statement that gives some back one by one, for such as are too large to hold together.</summary>
    public async Task EachAsync(Action<NpgsqlDataReader> read, CancellationToken cancellationToken)
    {
        var reader = await NextAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            read(reader);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (answers is not null)
            await answers.DisposeAsync();
        await statements.DisposeAsync();
    }

    private async Task<NpgsqlDataReader> NextAsync(CancellationToken cancellationToken)
    {
        if (answers is null)
            return answers = await statements.ExecuteReaderAsync(cancellationToken);
        return await answers.NextResultAsync(cancellationToken) ? answers : throw new InvalidOperationException("There are fewer statements that give rows back than are read.");
    }
}
