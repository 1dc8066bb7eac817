using System.Collections.Immutable;
using EmailVerify.Core.Customers;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>The table <c>api_keys</c>.</summary>
public sealed class PostgresKeyStore(PostgresDatabase database) : IKeyStore
{
    private const string Selected = "id, customer_id, name, hash, shown, scopes, created_at, expires_at, revoked_at";
    private const string List = $"""SELECT {Selected} FROM api_keys ORDER BY id COLLATE "C" """;
    internal const string Find = $"SELECT {Selected} FROM api_keys WHERE hash = $1";
    private const string Save = $"INSERT INTO api_keys ({Selected}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    // Whoever ends a key read it before, and others may have ended it since: a row is never written back as it was read.
    private const string Revoke = "UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    private const string End = "UPDATE api_keys SET expires_at = least(expires_at, $2) WHERE id = $1 AND revoked_at IS NULL";

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ApiKey>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.AllAsync(List, Read, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ApiKey?> FindAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.FirstAsync(Find, Read, cancellationToken, PostgresValue.Of(hash.ToArray())), cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(ApiKey key) => database.WriteAsync(connection => connection.ExecuteAsync(
        Save,
        PostgresValue.Of(key.Id),
        PostgresValue.Of(key.CustomerId),
        PostgresValue.Of(ForeignText.Stored(key.Name)),
        PostgresValue.Of([.. key.Hash]),
        PostgresValue.Of(key.Shown),
        PostgresValue.Of((IEnumerable<string>)key.Scopes),
        PostgresValue.Of(key.CreatedAt),
        PostgresValue.Of(key.ExpiresAt),
        PostgresValue.Of(key.RevokedAt)));

    /// <inheritdoc/>
    public async Task<bool> RevokeAsync(string id, DateTimeOffset at) =>
        await database.WriteAsync(connection => connection.ExecuteAsync(Revoke, PostgresValue.Of(id), PostgresValue.Of(at))) > 0;

    /// <inheritdoc/>
    public async Task<bool> EndAsync(string id, DateTimeOffset at) =>
        await database.WriteAsync(connection => connection.ExecuteAsync(End, PostgresValue.Of(id), PostgresValue.Of(at))) > 0;

    private static ApiKey Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.ForeignText(2),
        [.. row.Octets(3)],
        row.GetString(4),
        [.. row.GetFieldValue<string[]>(5)],
        row.Instant(6),
        row.InstantOrNull(7),
        row.InstantOrNull(8));
}
