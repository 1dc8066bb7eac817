using System.Security.Cryptography;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>The folder that holds all that outlives the process. One process at a time works in it; others may visit its database.</summary>
public sealed class DataFolder : IDisposable
{
    private const string KindName = "emailverify.kind";
    private const string DatabaseName = "emailverify.db";
    private readonly FolderLock? held;

    private DataFolder(string path, InstallationKind kind, FolderLock? held) => (Path, Kind, this.held) = (path, kind, held);

    /// <summary>Gets its full path.</summary>
    public string Path { get; }

    /// <summary>Gets the kind of work that it was made for.</summary>
    public InstallationKind Kind { get; }

    /// <summary>Gets a value indicating whether the folder is this process's; what only visits it makes and migrates nothing.</summary>
    public bool IsOurs => held is not null;

    /// <summary>Gets a value indicating whether opening it made it what it is: nobody has worked in it before.</summary>
    public bool IsNew { get; private init; }

    /// <summary>Gets the full path of the database file.</summary>
    public string DatabasePath => System.IO.Path.Combine(Path, DatabaseName);

    /// <summary>
    /// Opens a data folder, making it where there is none (mode 0700; the mode of a folder that is there is left to its owner).
    /// The lock comes first: nothing else is read or written before it is held.
    /// </summary>
    /// <param name="path">Where.</param>
    /// <param name="kind">For which kind of work; a folder of the other kind is refused.</param>
    /// <param name="clock">Tells since when it is held.</param>
    public static FolderOpening Open(string path, InstallationKind kind, TimeProvider clock)
    {
        path = System.IO.Path.GetFullPath(path);
        FolderLock? taken;
        try
        {
            Make(path);
            taken = FolderLock.TryTake(path, new FolderHolder(Environment.ProcessId, Environment.MachineName, clock.GetUtcNow()));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return new FolderOpening.Unusable(refused.Message);
        }

        if (taken is null)
            return new FolderOpening.Held(FolderLock.ReadHolder(path));

        var isNew = !File.Exists(System.IO.Path.Combine(path, KindName));
        var refusal = Mark(path, kind);
        if (refusal is null)
            return new FolderOpening.Opened(new DataFolder(path, kind, taken) { IsNew = isNew });
        taken.Dispose();
        return refusal;
    }

    /// <summary>Says whether there is a database in a folder; makes nothing, not even the folder.</summary>
    /// <param name="path">Where.</param>
    /// <exception cref="IOException">It cannot be read, and nothing can be said.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, and nothing can be said.</exception>
    public static bool HasDatabase(string path) => (Directory.Exists(path) || File.Exists(path)) && Directory.EnumerateFiles(path, DatabaseName).Any();

    /// <summary>
    /// Visits a folder that another process may be working in: takes no lock and makes nothing. For a few rows read or written beside that process.
    /// </summary>
    /// <param name="path">Where.</param>
    /// <param name="kind">For which kind of work; a folder of the other kind is refused.</param>
    public static FolderOpening Visit(string path, InstallationKind kind)
    {
        path = System.IO.Path.GetFullPath(path);
        if (!File.Exists(System.IO.Path.Combine(path, DatabaseName)))
            return new FolderOpening.Unusable($"{path} has no database yet.");
        return Mark(path, kind) ?? new FolderOpening.Opened(new DataFolder(path, kind, held: null));
    }

    /// <summary>Reads a secret of this installation, made of random octets when it is first asked for. It stays the same for the life of the folder.</summary>
    /// <param name="name">A file name, such as <c>pepper</c>.</param>
    /// <param name="length">How many octets, at least 16.</param>
    /// <exception cref="InvalidDataException">The file has another length: cut or replaced by hand.</exception>
    public byte[] Secret(string name, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 16);
        var path = System.IO.Path.Combine(Path, $"emailverify.{name}");
        if (!File.Exists(path))
            PrivateFile.Replace(path, RandomNumberGenerator.GetBytes(length));
        var secret = File.ReadAllBytes(path);
        return secret.Length == length ? secret : throw new InvalidDataException($"{path} has {secret.Length} octets, not {length}.");
    }

    /// <summary>Lets the folder go.</summary>
    public void Dispose() => held?.Dispose();

    private static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
            _ = Directory.CreateDirectory(path);
        else if (!Directory.Exists(path))
            _ = Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // The mark is on the disk before there is a database: a database without it is nobody's, hence refused.
    private static FolderOpening? Mark(string path, InstallationKind kind)
    {
        try
        {
            var mark = System.IO.Path.Combine(path, KindName);
            if (!File.Exists(mark))
            {
                if (File.Exists(System.IO.Path.Combine(path, DatabaseName)))
                    return new FolderOpening.Unusable($"{path} has a database but no file {KindName}, which says whether its verdicts are real.");
                PrivateFile.Replace(mark, Core.Words.Of(kind) + "\n");
                return null;
            }

            return !Core.Words.TryParse<InstallationKind>(File.ReadAllText(mark).Trim(), out var found) ? new FolderOpening.Unusable($"{mark} names no kind of folder.")
                : found != kind ? new FolderOpening.OtherKind(found)
                : null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return new FolderOpening.Unusable(refused.Message);
        }
    }
}
