using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using EmailVerify.Adapters;
using EmailVerify.Adapters.Postgres;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Cli;

namespace EmailVerify.Host.Hosting;

/// <summary>The database of a cluster, which this process shares with others.</summary>
internal sealed class OpenedDatabase : OpenedData
{
    private readonly ClusterOptions options;
    private readonly PostgresDatabase database;

    private OpenedDatabase(ClusterOptions options, PostgresDatabase database) => (this.options, this.database) = (options, database);

    /// <inheritdoc/>
    public override Installation Installation => new(database.Installation.Pepper, database.Installation.Kind is InstallationKind.Sandbox);

    /// <inheritdoc/>
    public override bool IsNew => database.Installation.IsNew;

    /// <inheritdoc/>
    public override string Place => $"Database: {database.Place}";

    /// <inheritdoc/>
    public override string? Folder => null;

    /// <inheritdoc/>
    public override IKeyStore Keys => new PostgresKeyStore(database);

    /// <inheritdoc/>
    public override IRejudgeStore Rejudging => new PostgresRejudging(database);

    /// <summary>Opens the database of a cluster.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="kind">For which kind of work.</param>
    /// <exception cref="CommandRefusedException">It cannot be used; the message says why, and what to do.</exception>
    public static OpenedDatabase Open(ClusterOptions options, InstallationKind kind) => PostgresDatabase.Open(options.Postgres, options.Reports, kind) switch
    {
        PostgresOpening.Opened(var database) => new OpenedDatabase(options, database),
        PostgresOpening.MadeByNewer(var found, var known) => throw new CommandRefusedException(
            ExitCodes.Failed,
            string.Create(CultureInfo.InvariantCulture, $"The database has schema {found}, and this version knows {known}. It is unchanged; start the newer version.")),
        PostgresOpening.OtherKind(InstallationKind.Sandbox) => throw new CommandRefusedException(
            ExitCodes.Failed, "The database was made by a sandbox: its verdicts are made up. Start with --sandbox, or name another database in EmailVerify:ConnectionStrings:Postgres."),
        PostgresOpening.OtherKind => throw new CommandRefusedException(
            ExitCodes.Failed, "The database holds real verdicts: a sandbox would mix made-up ones into it. Start without --sandbox, or name another database in EmailVerify:ConnectionStrings:Postgres."),
        PostgresOpening.Unusable(var why) => throw new CommandRefusedException(
            ExitCodes.Failed, $"The database cannot be used: {why.TrimEnd('.')}. Look at EmailVerify:ConnectionStrings:Postgres, and whether PostgreSQL runs."),
        var other => throw new InvalidOperationException($"Not an opening: {other}"),
    };

    /// <inheritdoc/>
    public override void AddStores(IServiceCollection services) => services.AddPostgres(database);

    /// <inheritdoc/>
    public override void UseOrleans(ISiloBuilder silo)
    {
        var address = options.Address ?? database.LocalAddress();
        _ = silo.UsePostgresCluster(database, new PostgresSilo(Silo.ServiceId, options.Id, new IPEndPoint(address, options.Port ?? Silo.FreePort(address))));
    }

    /// <inheritdoc/>
    public override void AddSessionKeys(IServiceCollection services) => SessionKeys.AddSessionKeys(services, new PostgresSessionKeys(database));

    /// <inheritdoc/>
    /// <remarks>What room a database has is for its own watch: were it full, no silo could do better than another.</remarks>
    public override bool HasRoom() => true;

    /// <inheritdoc/>
    public override async Task<ImmutableArray<Check>> ExamineAsync(TimeProvider clock) => [await PostgresHealth.LookAsync(options.Postgres, database.Installation.Kind)];

    /// <inheritdoc/>
    public override string? WhyNotAlone() => database.ActiveSilos(options.Id) is > 0 and var silos
        ? string.Create(CultureInfo.InvariantCulture, $"{silos} silos work on the database. Stop them all first.")
        : null;

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => database.DisposeAsync();
}
