using System.Collections.Immutable;
using System.Globalization;
using EmailVerify.Adapters;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Cli;

namespace EmailVerify.Host.Hosting;

/// <summary>A data folder that is ours, or that we visit, with its database at the newest schema.</summary>
internal sealed class OpenedFolder : OpenedData
{
    private readonly DataFolder folder;
    private readonly bool isSandbox;
    private readonly string? temporary;
    private readonly DiskFloor floor;

    private OpenedFolder(DataFolder folder, SqliteDatabase database, bool isSandbox, string? temporary) =>
        (this.folder, Database, this.isSandbox, this.temporary, floor) = (folder, database, isSandbox, temporary, new DiskFloor(folder.Path));

    /// <summary>Gets the database.</summary>
    public SqliteDatabase Database { get; }

    /// <inheritdoc/>
    public override Installation Installation => new(folder.Secret("pepper", 32), isSandbox);

    /// <inheritdoc/>
    public override string Folder => folder.Path;

    /// <inheritdoc/>
    public override bool IsNew => folder.IsNew;

    /// <inheritdoc/>
    public override string Place => $"Data folder: {folder.Path}";

    /// <inheritdoc/>
    public override IKeyStore Keys => new SqliteKeyStore(Database);

    /// <inheritdoc/>
    public override IRejudgeStore Rejudging => new SqliteRejudging(Database);

    /// <summary>Gets the path of the database file.</summary>
    public string DatabasePath => folder.DatabasePath;

    /// <summary>Opens the folder of a configuration.</summary>
    /// <param name="options">The configuration; with the sandbox and no folder set, a temporary one that goes at the end.</param>
    /// <exception cref="CommandRefusedException">It cannot be used; the message says why, and what to do.</exception>
    public static new OpenedFolder Open(EmailVerifyOptions options) => Open(options, mayVisit: false);

    /// <summary>Opens the folder of a configuration, and one that a running service holds beside that service.</summary>
    /// <param name="options">The configuration.</param>
    /// <exception cref="CommandRefusedException">It cannot be used; the message says why, and what to do.</exception>
    public static new OpenedFolder OpenOrVisit(EmailVerifyOptions options) => Open(options, mayVisit: true);

    /// <summary>Finds the folder of a configuration: makes, migrates and holds nothing.</summary>
    /// <param name="options">The configuration, its folder not a temporary one.</param>
    /// <returns>The path of the folder, and that of its database, null while there is none.</returns>
    /// <exception cref="CommandRefusedException">It cannot be used; the message says why, and what to do.</exception>
    public static (string Folder, string? Database) Find(EmailVerifyOptions options)
    {
        var path = Path.GetFullPath(options.Data ?? DefaultPath(Environment.SpecialFolderOption.DoNotVerify));
        try
        {
            if (!DataFolder.HasDatabase(path))
                return (path, null);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandRefusedException(ExitCodes.Failed, $"The data folder {path} cannot be used: {refused.Message}");
        }

        using var visited = Usable(DataFolder.Visit(path, options.Kind), path);
        return (visited.Path, visited.DatabasePath);
    }

    /// <inheritdoc/>
    public override void AddStores(IServiceCollection services) => services.AddSqlite(Database);

    /// <inheritdoc/>
    public override void UseOrleans(ISiloBuilder silo) =>
        silo.UseLocalhostClustering(Silo.FreePort(), gatewayPort: 0, serviceId: Silo.ServiceId, clusterId: Silo.ServiceId).UseSqliteStorage();

    /// <inheritdoc/>
    public override void AddSessionKeys(IServiceCollection services) => SessionKeys.AddSessionKeys(services, Folder);

    /// <inheritdoc/>
    public override bool HasRoom() => floor.IsKept();

    /// <inheritdoc/>
    public override Task<ImmutableArray<Check>> ExamineAsync(TimeProvider clock) => Examination.StorageAsync(Folder, DatabasePath, clock);

    /// <inheritdoc/>
    /// <remarks>Who has the folder is alone in it.</remarks>
    public override string? WhyNotAlone() => null;

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        folder.Dispose();
        if (temporary is not null)
            Directory.Delete(temporary, recursive: true);
    }

    private static OpenedFolder Open(EmailVerifyOptions options, bool mayVisit)
    {
        var made = options.IsDataTemporary ? Directory.CreateTempSubdirectory("emailverify-sandbox-").FullName : null;
        var path = made ?? options.Data ?? DefaultPath(Environment.SpecialFolderOption.Create);
        var kind = options.Kind;
        var opened = DataFolder.Open(path, kind, TimeProvider.System);
        if (mayVisit && opened is FolderOpening.Held)
            opened = DataFolder.Visit(path, kind);
        var opening = Usable(opened, path);
        try
        {
            return new OpenedFolder(opening, OpenDatabase(opening), options.Sandbox is not null, made);
        }
        catch
        {
            opening.Dispose();
            throw;
        }
    }

    private static DataFolder Usable(FolderOpening opened, string path) => opened switch
    {
        FolderOpening.Opened(var usable) => usable,
        FolderOpening.Held(var by) => throw new CommandRefusedException(
            ExitCodes.FolderInUse, $"The data folder {path} is in use{By(by)}. Ask that service over its API (verify has --server URL --key KEY for it), stop it, or give another folder with --data."),
        FolderOpening.OtherKind(InstallationKind.Sandbox) => throw new CommandRefusedException(
            ExitCodes.Failed, $"The data folder {path} was made by a sandbox: its verdicts are made up. Start with --sandbox, or give another folder with --data."),
        FolderOpening.OtherKind => throw new CommandRefusedException(
            ExitCodes.Failed, $"The data folder {path} holds real verdicts: a sandbox would mix made-up ones into it. Start without --sandbox, or give another folder with --data."),
        FolderOpening.Unusable(var why) => throw new CommandRefusedException(ExitCodes.Failed, $"The data folder {path} cannot be used: {why}"),
        var other => throw new InvalidOperationException($"Not an opening: {other}"),
    };

    private static SqliteDatabase OpenDatabase(DataFolder folder) => SqliteDatabase.Open(folder) switch
    {
        DatabaseOpening.Opened(var database) => database,
        DatabaseOpening.MadeByNewer(var found, var known) => throw new CommandRefusedException(
            ExitCodes.Failed,
            string.Create(CultureInfo.InvariantCulture, $"The database in {folder.Path} has schema {found}, and this version knows {known}. It is unchanged; start the newer version.")),
        DatabaseOpening.MadeByOlder(var found, var known) => throw new CommandRefusedException(
            ExitCodes.Failed,
            string.Create(CultureInfo.InvariantCulture, $"The database in {folder.Path} has schema {found}, and this version needs {known}. A service of another version is using it: use its own emailverify, or stop it and run migrate.")),
        DatabaseOpening.Unusable(var why) => throw new CommandRefusedException(ExitCodes.Failed, $"The database in {folder.Path} cannot be used: {why}"),
        var other => throw new InvalidOperationException($"Not an opening: {other}"),
    };

    private static string DefaultPath(Environment.SpecialFolderOption option) =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, option), "emailverify");

    private static string By(FolderHolder? holder) => holder is null
        ? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $" by process {holder.ProcessId} on {holder.Host} since {holder.Since:yyyy-MM-dd HH:mm:ss}Z");
}
