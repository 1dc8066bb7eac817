namespace EmailVerify.Host.Hosting;

/// <summary>
/// Whether the disk of a folder has room: the service is ready only while more than <see cref="MinFree"/> octets are free,
/// so that a balancer turns to others before writes fail.
/// </summary>
/// <param name="folder">A path on the disk.</param>
internal sealed class DiskFloor(string folder)
{
    /// <summary>How many octets must be free: 100 MB. SQLite's log grows to some 4 MB between checkpoints; the rest is time for a person to act.</summary>
    public const long MinFree = 100_000_000;

    private readonly DriveInfo disk = new(folder);

    /// <summary>Says whether there is room. One call of the operating system, some microseconds.</summary>
    public bool IsKept()
    {
        try
        {
            return disk.AvailableFreeSpace > MinFree;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
