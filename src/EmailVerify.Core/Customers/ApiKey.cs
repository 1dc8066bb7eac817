using System.Collections.Immutable;

namespace EmailVerify.Core.Customers;

/// <summary>A key as it is stored: never the key itself.</summary>
/// <param name="Id"><c>key_…</c>.</param>
/// <param name="CustomerId">Whose, first <c>cus_default</c>.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Hash">SHA-256 of the whole key, 32 octets.</param>
/// <param name="Shown">Its first 12 characters, to tell keys apart.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">From when on it is refused, or null.</param>
/// <param name="RevokedAt">When it was revoked, or null.</param>
public sealed record ApiKey(
    string Id,
    string CustomerId,
    string Name,
    ImmutableArray<byte> Hash,
    string Shown,
    ImmutableArray<string> Scopes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt);

/// <summary>The table <c>api_keys</c>.</summary>
public interface IKeyStore
{
    /// <summary>Reads every key, revoked ones too, oldest first.</summary>
    ValueTask<ImmutableArray<ApiKey>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Finds a key by its SHA-256, or null.</summary>
    ValueTask<ApiKey?> FindAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken);

    /// <summary>Inserts a key; one that is there is never replaced. Durable when the task ends.</summary>
    Task SaveAsync(ApiKey key);

    /// <summary>Revokes a key. Nothing undoes it. Durable when the task ends.</summary>
    /// <param name="id">Which.</param>
    /// <param name="at">When.</param>
    /// <returns>False when there is none, or it was revoked before.</returns>
    Task<bool> RevokeAsync(string id, DateTimeOffset at);

    /// <summary>Has a key expire no later than an instant. Durable when the task ends.</summary>
    /// <param name="id">Which.</param>
    /// <param name="at">From when on it is refused at the latest.</param>
    /// <returns>False when there is none, or it was revoked: then nothing is changed.</returns>
    Task<bool> EndAsync(string id, DateTimeOffset at);
}
