using System.Globalization;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>
/// The exclusive lock on a data folder. The lock is held by the open file and ends with the process, however it ends;
/// the file stays, since removing it would let two processes lock two files of one name.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string LockName = "emailverify.lock";

    // Beside the lock, since on Unix a locked file cannot be opened by anyone else, not even for reading.
    private const string HolderName = "emailverify.holder";

    private readonly FileStream file;
    private readonly string folder;

    private FolderLock(FileStream file, string folder) => (this.file, this.folder) = (file, folder);

    /// <summary>Takes the lock of a folder.</summary>
    /// <returns>Null when another process, or another place in this one, has it.</returns>
    /// <exception cref="IOException">The file cannot be made or locked; locks that do not hold are an error too.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static FolderLock? TryTake(string folder, FolderHolder holder)
    {
        var path = Path.Combine(folder, LockName);
        if (TryOpen(path) is not { } file)
            return null;

        // Some network file systems ignore locks without an error, and .NET has a switch that turns them off.
        using (var second = TryOpen(path))
        {
            if (second is not null)
            {
                file.Dispose();
                throw new IOException($"Files in {folder} cannot be locked: use a local disk.");
            }
        }

        PrivateFile.Replace(Path.Combine(folder, HolderName), Write(holder));
        return new FolderLock(file, folder);
    }

    /// <summary>Reads who has the lock, or null when that is not said.</summary>
    public static FolderHolder? ReadHolder(string folder)
    {
        try
        {
            return Parse(File.ReadAllText(Path.Combine(folder, HolderName)));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(Path.Combine(folder, HolderName));
        file.Dispose();
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, PrivateFile.Options(FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException held) when (IsSharingViolation(held))
        {
            return null;
        }
    }

    // EWOULDBLOCK of flock on Linux and macOS, ERROR_SHARING_VIOLATION on Windows.
    private static bool IsSharingViolation(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static string Write(FolderHolder holder) => string.Create(CultureInfo.InvariantCulture, $"pid={holder.ProcessId}\nhost={holder.Host}\nsince={holder.Since:O}\n");

    private static FolderHolder? Parse(string text)
    {
        var lines = text.Split('\n');
        return lines.Length >= 3
            && lines[0].StartsWith("pid=", StringComparison.Ordinal)
            && int.TryParse(lines[0].AsSpan(4), CultureInfo.InvariantCulture, out var pid)
            && lines[1].StartsWith("host=", StringComparison.Ordinal)
            && lines[2].StartsWith("since=", StringComparison.Ordinal)
            && DateTimeOffset.TryParse(lines[2].AsSpan(6), CultureInfo.InvariantCulture, out var since)
                ? new FolderHolder(pid, lines[1][5..], since)
                : null;
    }
}
