using System.Net;
using System.Net.Sockets;
using EvolveDb;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>How opening a database ended.</summary>
public abstract record PostgresOpening
{
    private PostgresOpening()
    {
    }

    /// <summary>It is open and has the newest schema.</summary>
    public sealed record Opened(PostgresDatabase Database) : PostgresOpening;

    /// <summary>A newer version of the program made it; this one would not understand what it finds. Nothing was changed.</summary>
    /// <param name="Found">The schema version of the database.</param>
    /// <param name="Known">The newest that this program knows.</param>
    public sealed record MadeByNewer(int Found, int Known) : PostgresOpening;

    /// <summary>It was made for the other kind of work.</summary>
    public sealed record OtherKind(InstallationKind Found) : PostgresOpening;

    /// <summary>It cannot be opened: not reached, no rights, a setting that is wrong.</summary>
    /// <param name="Why">For a person; without the password.</param>
    public sealed record Unusable(string Why) : PostgresOpening;
}

/// <summary>The database of the cluster profile: connections to write and to read with.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    // Lost to another three times over, a transaction fails as one that PostgreSQL cannot do now.
    private const int Tries = 4;

    private readonly NpgsqlDataSource writes;
    private readonly NpgsqlDataSource reports;

    private PostgresDatabase(NpgsqlDataSource writes, NpgsqlDataSource reports, PostgresInstallation installation) =>
        (this.writes, this.reports, Installation) = (writes, reports, installation);

    /// <summary>Gets what stays the same for the life of the database.</summary>
    public PostgresInstallation Installation { get; }

    /// <summary>Gets where it is, for a person: its name and its host.</summary>
    public string Place => $"{Settings.Database} on {Settings.Host}";

    private NpgsqlConnectionStringBuilder Settings => new(writes.ConnectionString);

    /// <summary>Gets the connections to write with, for what needs them by itself.</summary>
    internal NpgsqlDataSource Source => writes;

    /// <summary>Opens a database and brings its schema to the newest version; of several processes one does that, and the others wait.</summary>
    /// <param name="settings">The connection string.</param>
    /// <param name="reports">That of a standby for reports and exports, or null: the same.</param>
    /// <param name="kind">For which kind of work; a database of the other kind is refused.</param>
    public static PostgresOpening Open(string settings, string? reports, InstallationKind kind)
    {
        try
        {
            if (PostgresSchema.Migrate(PostgresSettings.Complete(settings)) is { } found)
                return new PostgresOpening.MadeByNewer(found, PostgresSchema.Known[^1]);
            var primary = NpgsqlDataSource.Create(PostgresSettings.Complete(settings));
            var installation = PostgresInstallation.Of(primary, kind);
            if (installation.Kind == kind)
                return new PostgresOpening.Opened(new PostgresDatabase(primary, reports is null ? primary : NpgsqlDataSource.Create(PostgresSettings.Complete(reports)), installation));
            primary.Dispose();
            return new PostgresOpening.OtherKind(installation.Kind);
        }
        catch (Exception refused) when (refused is NpgsqlException or EvolveException or ArgumentException or TimeoutException or SocketException)
        {
            return new PostgresOpening.Unusable(refused.Message);
        }
    }

    /// <summary>Finds the address that this machine has towards the database: others who reach that reach us there.</summary>
    public IPAddress LocalAddress()
    {
        // A path is that of a socket of this machine; of several hosts the first is as good as another.
        var host = (Settings.Host ?? "localhost").Split(',')[0].Split(':')[0];
        if (host.StartsWith('/'))
            return IPAddress.Loopback;
        try
        {
            // Nothing is sent: the kernel only chooses a way.
            using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(host, Settings.Port);
            var address = ((IPEndPoint)socket.LocalEndPoint!).Address;
            return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        }
        catch (SocketException)
        {
            return IPAddress.Loopback;
        }
    }

    /// <summary>Counts the silos of a cluster that are active and were seen within the last minute.</summary>
    public int ActiveSilos(string clusterId)
    {
        using var command = writes.CreateCommand("SELECT count(*)::int FROM silos WHERE cluster_id = $1 AND status = 3 AND i_am_alive_time > now() - interval '1 minute'");
        command.Parameters.Add(new() { Value = clusterId });
        return (int)command.ExecuteScalar()!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await reports.DisposeAsync();
        await writes.DisposeAsync();
    }

    /// <summary>Writes in one transaction, durable when the task ends. One that lost to another is done again, so the work must be fit for that.</summary>
    internal async Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await writes.OpenConnectionAsync();
                await using var transaction = await connection.BeginTransactionAsync();
                var result = await work(connection);
                await transaction.CommitAsync();
                return result;
            }
            catch (Exception failure) when (attempt < Tries && PostgresFailure.LostToAnother(failure))
            {
                // At once: the other one is through.
            }
            catch (Exception failure) when (PostgresFailure.HasMeaning(failure))
            {
                throw PostgresFailure.Explain(failure);
            }
        }
    }

    /// <summary>Reads what must be as new as what was written last.</summary>
    internal ValueTask<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken) => ReadAsync(writes, read, cancellationToken);

    /// <summary>Reads what may be as old as a standby is: pages of reports and exports.</summary>
    internal ValueTask<T> ReportAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken) => ReadAsync(reports, read, cancellationToken);

    private static async ValueTask<T> ReadAsync<T>(NpgsqlDataSource source, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return await read(connection);
        }
        catch (Exception failure) when (PostgresFailure.HasMeaning(failure))
        {
            throw PostgresFailure.Explain(failure);
        }
    }
}
