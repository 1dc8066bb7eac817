using System.Security.Cryptography;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>What makes a database one installation: made by whoever opens it first, read by all.</summary>
/// <param name="Kind">Whether its verdicts are real.</param>
/// <param name="Pepper">The secret of keyed hashes, 32 octets.</param>
/// <param name="IsNew">Whether this opening made it.</param>
public sealed record PostgresInstallation(InstallationKind Kind, ReadOnlyMemory<byte> Pepper, bool IsNew)
{
    private const int PepperLength = 32;
    private const string Make = "INSERT INTO installation (kind, pepper) VALUES ($1, $2) ON CONFLICT (is_only) DO NOTHING";
    private const string Read = "SELECT kind, pepper FROM installation";

    /// <summary>Says that the secret is never shown.</summary>
    public override string ToString() => nameof(PostgresInstallation);

    /// <summary>Finds of which kind an installation is; null where none was made yet.</summary>
    internal static InstallationKind? Find(NpgsqlConnection connection)
    {
        using var read = new NpgsqlCommand(Read, connection);
        using var row = read.ExecuteReader();
        return row.Read() && Core.Words.TryParse<InstallationKind>(row.GetString(0), out var kind) ? kind : null;
    }

    internal static PostgresInstallation Of(NpgsqlDataSource source, InstallationKind kind)
    {
        using var connection = source.OpenConnection();
        using var make = new NpgsqlCommand(Make, connection) { Parameters = { new() { Value = Core.Words.Of(kind) }, new() { Value = RandomNumberGenerator.GetBytes(PepperLength) } } };
        var isNew = make.ExecuteNonQuery() > 0;
        using var read = new NpgsqlCommand(Read, connection);
        using var row = read.ExecuteReader();
        _ = row.Read();
        return Core.Words.TryParse<InstallationKind>(row.GetString(0), out var found)
            ? new PostgresInstallation(found, row.GetFieldValue<byte[]>(1), isNew)
            : throw new InvalidDataException("The table installation names no kind of verdicts that this version knows.");
    }
}
