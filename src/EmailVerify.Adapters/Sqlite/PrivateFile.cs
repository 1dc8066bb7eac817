using System.Text;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Files that only the service's own account may read: addresses and secrets are in them.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the options of a file that is made with mode 0600.</summary>
    public static FileStreamOptions Options(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows() && mode is not (FileMode.Open or FileMode.Truncate))
            options.UnixCreateMode = OwnerOnly;
        return options;
    }

    /// <summary>Makes an empty file if there is none, and takes the rights of others to one that there is.</summary>
    public static void Ensure(string path)
    {
        using (new FileStream(path, Options(FileMode.OpenOrCreate, FileShare.ReadWrite)))
        {
        }

        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != OwnerOnly)
            File.SetUnixFileMode(path, OwnerOnly);
    }

    /// <summary>Puts a text into a file, all of it or none: written beside it, flushed to the disk, then renamed.</summary>
    public static void Replace(string path, string text) => Replace(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Puts octets into a file, all of them or none.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> octets)
    {
        var beside = path + ".new";
        using (var file = new FileStream(beside, Options(FileMode.Create, FileShare.None)))
        {
            file.Write(octets);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }
}
