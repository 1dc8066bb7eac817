using System.Collections.Immutable;
using EvolveDb;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Brings a database to the newest schema that this program knows.</summary>
internal static class PostgresSchema
{
    private static readonly SchemaScripts Scripts = new("schema.postgres.", "SELECT to_regclass('changelog') IS NOT NULL");

    /// <inheritdoc cref="SchemaScripts.Known"/>
    public static ImmutableArray<int> Known => Scripts.Known;

    /// <inheritdoc cref="SchemaScripts.Migrate"/>
    /// <param name="settings">Where the database is.</param>
    public static int? Migrate(string settings)
    {
        // A connection of its own: indexes of large tables take longer than what a question of the service may.
        var patient = new NpgsqlConnectionStringBuilder(settings) { Pooling = false, CommandTimeout = 0, Options = "-c lock_timeout=10s" };
        using var connection = new NpgsqlConnection(patient.ConnectionString);
        connection.Open();
        return Scripts.Migrate(connection);
    }

    /// <inheritdoc cref="SchemaScripts.Find"/>
    public static int Find(NpgsqlConnection connection) => Scripts.Find(connection);

    /// <inheritdoc cref="SchemaScripts.MigratorOf"/>
    public static Evolve MigratorOf(NpgsqlConnection connection) => Scripts.MigratorOf(connection);
}
