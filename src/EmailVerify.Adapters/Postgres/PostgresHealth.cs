using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using EmailVerify.Core.Doctor;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Whether the database of a cluster can be used.</summary>
public static class PostgresHealth
{
    private const string Why = "Verdicts, batches and retries are kept in it: nothing is told to a caller before it is stored.";

    // The right to write is asked for and nothing is changed.
    private const string Ask =
        """
        SELECT current_setting('server_version'), pg_is_in_recovery(), current_setting('max_connections')::int, current_setting('synchronous_commit'),
            (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend'), pg_database_size(current_database())
        """;

    /// <summary>Looks at it, by a connection of its own and changing nothing.</summary>
    /// <param name="settings">The connection string.</param>
    /// <param name="kind">Which kind of verdicts it is to hold.</param>
    public static async Task<Check> LookAsync(string settings, InstallationKind kind)
    {
        try
        {
            var alone = new NpgsqlConnectionStringBuilder(PostgresSettings.Complete(settings)) { Pooling = false };
            await using var connection = new NpgsqlConnection(alone.ConnectionString);
            await connection.OpenAsync();
            var (found, newest) = (PostgresSchema.Find(connection), PostgresSchema.Known[^1]);
            if (found == 0)
                return Of(CheckState.Ok, "There are no tables yet: the first start makes them.");
            if (found != newest)
            {
                var schema = string.Create(CultureInfo.InvariantCulture, $"The database has schema {found}, and this version knows {newest}.");
                return found < newest
                    ? Of(CheckState.Warning, schema, "The next start of this version migrates it, as emailverify migrate does.")
                    : Of(CheckState.Failed, schema, "Start the newer version that made it.");
            }

            if (PostgresInstallation.Find(connection) is { } made && made != kind)
            {
                return Of(
                    CheckState.Failed,
                    made is InstallationKind.Sandbox ? "The database was made by a sandbox: its verdicts are made up." : "The database holds real verdicts: a sandbox would mix made-up ones into it.",
                    made is InstallationKind.Sandbox ? "Start with --sandbox, or name another database." : "Start without --sandbox, or name another database.");
            }

            var watch = Stopwatch.StartNew();
            await using var command = new NpgsqlCommand(Ask, connection);
            await using var row = await command.ExecuteReaderAsync();
            _ = await row.ReadAsync();
            var (version, isStandby, most, commit, used, size) = (row.GetString(0), row.GetBoolean(1), row.GetInt32(2), row.GetString(3), row.GetInt32(4), row.GetInt64(5));
            var seen = string.Create(
                CultureInfo.InvariantCulture,
                $"PostgreSQL {version} has schema {newest}, answers within {Math.Max(1, watch.ElapsedMilliseconds)} ms, holds {size / 1_000_000:n0} MB, and {used} of {most} connections are in use");
            if (isStandby)
                return Of(CheckState.Failed, $"{seen}. It is a standby and takes no writes.", "Name the primary in EmailVerify:ConnectionStrings:Postgres; the standby may stand in EmailVerify:ConnectionStrings:Reports.");
            if (commit is "off")
                return Of(CheckState.Warning, $"{seen}. synchronous_commit is off: what callers were told may be lost when its machine dies.", "Set synchronous_commit = on.");
            return used > most - 10
                ? Of(CheckState.Warning, $"{seen}: nearly all.", "Raise max_connections, or set Maximum Pool Size in the connection string of each silo.")
                : Of(CheckState.Ok, seen + ".");
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or SocketException or ArgumentException)
        {
            return Unusable($"PostgreSQL cannot be used: {failure.Message.TrimEnd('.')}.");
        }
    }

    /// <summary>Makes the check of a database that could not be opened.</summary>
    /// <param name="why">Why, in a sentence.</param>
    public static Check Unusable(string why) => Of(CheckState.Failed, why, "See whether PostgreSQL runs, and what EmailVerify:ConnectionStrings:Postgres says.");

    private static Check Of(CheckState state, string seen, string? cure = null) => new(CheckIds.Database, state, seen, Why) { Cure = cure, StopsWork = state is CheckState.Failed };
}
