using System.Collections.Immutable;
using EvolveDb;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Brings a database to the newest schema that this program knows.</summary>
internal static class PostgresSchema
{
    // The version that gave verifications their domains.
    private const int HasDomains = 5;

    private const string WithoutDomain = "SELECT id, email FROM verifications WHERE domain IS NULL AND octet_length(email) > length(email)";
    private const string FillDomains = "UPDATE verifications AS stored SET domain = given.domain FROM unnest($1, $2) AS given (id, domain) WHERE stored.id = given.id";

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
        var before = Scripts.Find(connection);
        if (Scripts.Migrate(connection) is { } unknown)
            return unknown;
        if (before is > 0 and < HasDomains)
            FillInDomains(connection);
        return null;
    }

    /// <inheritdoc cref="SchemaScripts.Find"/>
    public static int Find(NpgsqlConnection connection) => Scripts.Find(connection);

    /// <inheritdoc cref="SchemaScripts.MigratorOf"/>
    public static Evolve MigratorOf(NpgsqlConnection connection) => Scripts.MigratorOf(connection);

    // The domains in a script of their own, whose A-labels SQL cannot tell.
    private static void FillInDomains(NpgsqlConnection connection)
    {
        var (ids, domains) = (new List<Guid>(), new List<string?>());
        using (var asking = new NpgsqlCommand(WithoutDomain, connection))
        using (var rows = asking.ExecuteReader())
        {
            while (rows.Read())
            {
                if (DomainColumn.Of(rows.ForeignText(1)) is not { } domain)
                    continue;
                ids.Add(rows.GetGuid(0));
                domains.Add(domain);
            }
        }

        using var filling = new NpgsqlCommand(FillDomains, connection) { Parameters = { PostgresValue.Of(ids), PostgresValue.Of(domains) } };
        _ = filling.ExecuteNonQuery();
    }
}
