using EmailVerify.Core.Doctor;

namespace EmailVerify.Adapters.Doctor;

/// <summary>Looks at the machine: its clock, and what it gives the process.</summary>
public static class MachineDoctor
{
    /// <summary>Says whether the clock is kept right.</summary>
    public static Check Clock() => SystemClock.Judge(SystemClock.Ask());

    /// <summary>Says whether the process may open as many sessions as are set.</summary>
    public static Check Descriptors(int maxSessions) => Doctor.Descriptors.Judge(Doctor.Descriptors.Limit(), maxSessions);

    /// <summary>Says whether there is room on the disk of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="floor">How many octets have to be free.</param>
    public static Check Disk(string folder, long floor) => DiskRoom.Judge(DiskRoom.FreeAt(folder), floor);
}
