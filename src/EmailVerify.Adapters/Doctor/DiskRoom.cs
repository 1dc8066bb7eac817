using System.Globalization;
using EmailVerify.Core.Doctor;

namespace EmailVerify.Adapters.Doctor;

/// <summary>Whether there is room on the disk of the data folder.</summary>
internal static class DiskRoom
{
    // So many times the floor is little enough for a person to know of it: a batch of a million rows takes some 500 MB.
    private const int Early = 10;
    private const double Megabyte = 1_000_000;

    private const string Why = "A verdict is told only once it is stored: without room nothing is taken in and nothing answered, and the service says that it is not ready.";

    /// <summary>Judges the room.</summary>
    /// <param name="free">How many octets are free, or null where the system does not tell.</param>
    /// <param name="floor">How many have to be.</param>
    public static Check Judge(long? free, long floor)
    {
        if (free is not { } room)
            return new Check(CheckIds.Disk, CheckState.Skipped, "How much room the disk has is not known: the system does not tell.", Why);
        var seen = string.Create(CultureInfo.InvariantCulture, $"{room / Megabyte:#,0} MB are free on the disk of the data folder; below {floor / Megabyte:#,0} MB nothing is taken in.");
        return room > Early * floor ? new Check(CheckIds.Disk, CheckState.Ok, seen, Why)
            : new Check(CheckIds.Disk, room > floor ? CheckState.Warning : CheckState.Failed, seen, Why)
            {
                Cure = "Make room, or move the data folder to a larger disk (EmailVerify:Data).",
                StopsWork = room <= floor,
            };
    }

    /// <summary>Gets how many octets are free on the disk of a folder, or null where the system does not tell.</summary>
    public static long? FreeAt(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
