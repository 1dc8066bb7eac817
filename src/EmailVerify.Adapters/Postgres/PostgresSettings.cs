using System.Data.Common;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>What a connection string says, and what it leaves to us.</summary>
public static class PostgresSettings
{
    /// <summary>How many connections a silo has at most, unless its connection string says <c>Maximum Pool Size</c>. Silos × pool + dashboards must stay below PostgreSQL's <c>max_connections</c> (100) less 10.</summary>
    public const int MaxPoolSize = 20;

    /// <summary>Completes a connection string; what it says itself stays.</summary>
    /// <param name="settings">The connection string.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Complete(string settings)
    {
        var said = new DbConnectionStringBuilder { ConnectionString = settings };
        var complete = new NpgsqlConnectionStringBuilder(settings);
        if (!Says("Maximum Pool Size", "Max Pool Size", "MaxPoolSize"))
            complete.MaxPoolSize = MaxPoolSize;
        if (!Says("Timeout"))
            complete.Timeout = 5;
        if (!Says("Command Timeout", "CommandTimeout"))
            complete.CommandTimeout = 15;
        if (!Says("Max Auto Prepare", "MaxAutoPrepare"))
            complete.MaxAutoPrepare = 100;
        if (!Says("Keepalive"))
            complete.KeepAlive = 30;
        if (!Says("Application Name", "ApplicationName"))
            complete.ApplicationName = "emailverify";

        // A server that goes on with what nobody waits for any more keeps its locks.
        if (!Says("Options"))
            complete.Options = "-c statement_timeout=30s -c idle_in_transaction_session_timeout=30s";
        return complete.ConnectionString;

        bool Says(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (said.ContainsKey(name))
                    return true;
            }

            return false;
        }
    }
}
