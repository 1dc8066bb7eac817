using System.Globalization;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Adapters;
using EmailVerify.Host.Cli;

namespace EmailVerify.Host.Hosting;

/// <summary>A data folder that is ours, or that we visit, with its database at the newest schema.</summary>
internal sealed class OpenedData : IAsyncDisposable
{
    private readonly DataFolder folder;
    private readonly bool isSandbox;
    private readonly string? temporary;

    private OpenedData(DataFolder folder, SqliteDatabase database, bool isSandbox, string? temporary) =>
        (this.folder, Database, this.isSandbox, this.temporary) = (folder, database, isSandbox, temporary);

    /// <summary>Gets the database.</summary>
    public SqliteDatabase Database { get; }

    /// <summary>Gets what stays the same for the life of the folder.</summary>
    public Installation Installation => new(folder.Secret("pepper", 32), isSandbox);

    /// <summary>Gets the folder's path.</summary>
    public string Path => folder.Path;

    /// <summary>Gets a value indicating whether this opening made the installation.</summary>
    public bool IsNew => folder.IsNew;

    /// <summary>Gets the path of the database file.</summary>
    public string DatabasePath => folder.DatabasePath;

    /// <summary>Opens the folder of a configuration.</summary>
    /// <param name="options">The configuration; with the sandbox and no folder set, a temporary one that goes at the end.</param>
    /// <exception cref="CommandRefusedException">It cannot be used; the message says why, and what to do.</exception>
    public static OpenedData Open(EmailVerifyOptions options) => Open(options, mayVisit: false);

    /// <summary>Opens the folder of a configuration, and one that a running service holds beside that service.</summary>
    /// <param name="options">The configuration.</param>
    /// <exception cref="CommandRefusedException">It cannot be used; the message says why, and what to do.</exception>
    public static OpenedData OpenOrVisit(EmailVerifyOptions options) => Open(options, mayVisit: true);

    /// <summary>Finds the folder of a configuration: makes, migrates and holds nothing.</summary>
    /// <param name="options">The configuration, its folder not a temporary one.</param>
    /// <returns>The path of the folder, and that of its database, null while there is none.</returns>
    /// <exception cref="CommandRefusedException">It cannot be used; the message says why, and what to do.</exception>
    public static (string Folder, string? Database) Find(EmailVerifyOptions options)
    {
        var path = System.IO.Path.GetFullPath(options.Data ?? DefaultPath(Environment.SpecialFolderOption.DoNotVerify));
        try
        {
            if (!DataFolder.HasDatabase(path))
                return (path, null);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandRefusedException(ExitCodes.Failed, $"The data folder {path} cannot be used: {refused.Message}");
        }

        using var visited = Usable(DataFolder.Visit(path, KindOf(options)), path);
        return (visited.Path, visited.DatabasePath);
    }

    private static OpenedData Open(EmailVerifyOptions options, bool mayVisit)
    {
        var made = options.IsDataTemporary ? Directory.CreateTempSubdirectory("emailverify-sandbox-").FullName : null;
        var path = made ?? options.Data ?? DefaultPath(Environment.SpecialFolderOption.Create);
        var kind = KindOf(options);
        var opened = DataFolder.Open(path, kind, TimeProvider.System);
        if (mayVisit && opened is FolderOpening.Held)
            opened = DataFolder.Visit(path, kind);
        var opening = Usable(opened, path);
        try
        {
            return new OpenedData(opening, OpenDatabase(opening), options.Sandbox is not null, made);
        }
        catch
        {
            opening.Dispose();
            throw;
        }
    }

    private static InstallationKind KindOf(EmailVerifyOptions options) => options.Sandbox is null ? InstallationKind.Real : InstallationKind.Sandbox;

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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        folder.Dispose();
        if (temporary is not null)
            Directory.Delete(temporary, recursive: true);
    }

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
        System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, option), "emailverify");

    private static string By(FolderHolder? holder) => holder is null
        ? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $" by process {holder.ProcessId} on {holder.Host} since {holder.Since:yyyy-MM-dd HH:mm:ss}Z");
}

/// <summary>A command cannot be done; the message is for the person who gave it.</summary>
internal sealed class CommandRefusedException(int exitCode, string message) : Exception(message)
{
    /// <summary>Gets the exit code.</summary>
    public int ExitCode => exitCode;
}
