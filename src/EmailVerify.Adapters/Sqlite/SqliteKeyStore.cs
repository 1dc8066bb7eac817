using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core.Customers;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>The table <c>api_keys</c>.</summary>
public sealed class SqliteKeyStore(SqliteDatabase database) : IKeyStore
{
    private const string Selected = "id, customer_id, name, hash, shown, scopes, created_at, expires_at, revoked_at";
    private const string List = $"SELECT {Selected} FROM api_keys ORDER BY id";
    private const string Find = $"SELECT {Selected} FROM api_keys WHERE hash = ?1";

    // Not INSERT OR REPLACE: that would quietly remove another key with the same hash.
    private const string Save =
        """
        INSERT INTO api_keys (id, customer_id, name, hash, shown, scopes, created_at, expires_at, revoked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (id) DO UPDATE SET
            customer_id = excluded.customer_id, name = excluded.name, hash = excluded.hash, shown = excluded.shown, scopes = excluded.scopes,
            created_at = excluded.created_at, expires_at = excluded.expires_at, revoked_at = excluded.revoked_at
        """;

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ApiKey>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadPageAsync(session => session.All(List, Read), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ApiKey?> FindAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.First(Find, Read, hash.ToArray()), cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(ApiKey key) =>
        database.WriteAsync(session => session.Execute(
            Save,
            key.Id,
            key.CustomerId,
            key.Name,
            key.Hash.ToArray(),
            key.Shown,
            JsonSerializer.Serialize([.. key.Scopes], TextsJsonContext.Default.StringArray),
            Columns.Of(key.CreatedAt),
            Columns.Of(key.ExpiresAt),
            Columns.Of(key.RevokedAt)));

    private static ApiKey Read(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        [.. row.Octets(3)],
        row.GetString(4),
        [.. JsonSerializer.Deserialize(row.GetString(5), TextsJsonContext.Default.StringArray) ?? []],
        row.Instant(6),
        row.InstantOrNull(7),
        row.InstantOrNull(8));
}
