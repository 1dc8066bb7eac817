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

    private const string Save =
        "INSERT INTO api_keys (id, customer_id, name, hash, shown, scopes, created_at, expires_at, revoked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

    // Whoever ends a key read it before, and others may have ended it since: a row is never written back as it was read.
    private const string Revoke = "UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";
    private const string End = "UPDATE api_keys SET expires_at = min(coalesce(expires_at, ?2), ?2) WHERE id = ?1 AND revoked_at IS NULL";

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

    /// <inheritdoc/>
    public Task<bool> RevokeAsync(string id, DateTimeOffset at) => database.WriteAsync(session => session.Execute(Revoke, id, Columns.Of(at)) > 0);

    /// <inheritdoc/>
    public Task<bool> EndAsync(string id, DateTimeOffset at) => database.WriteAsync(session => session.Execute(End, id, Columns.Of(at)) > 0);

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
