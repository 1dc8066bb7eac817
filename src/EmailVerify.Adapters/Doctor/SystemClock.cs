using System.Runtime.InteropServices;
using EmailVerify.Core.Doctor;

namespace EmailVerify.Adapters.Doctor;

/// <summary>What the system says of its own clock.</summary>
/// <param name="IsKept">Whether something keeps it in step with the world.</param>
/// <param name="MaxError">How wrong it may be at most.</param>
internal readonly record struct ClockWord(bool IsKept, TimeSpan MaxError);

/// <summary>Whether the clock is kept right. Only the system's own word is heard: other clocks are not asked.</summary>
internal static class SystemClock
{
    private const string Why = "Pauses that mail hosts name, the age of verdicts and certificates are measured with it; a clock that jumps asks greylisting hosts too early and serves old verdicts as fresh.";

    // struct timex of Linux where a long has 64 bits: modes, then offset, freq, maxerror (µs), esterror, then status. The structure has 208 octets; room for more does no harm.
    private const int TimexLength = 512;
    private const int MaxErrorAt = 24;
    private const int StatusAt = 40;
    private const int Unsynchronised = 0x40;

    private static readonly TimeSpan MostError = TimeSpan.FromSeconds(1);

    /// <summary>Asks the system.</summary>
    /// <returns>Null where it does not tell.</returns>
    public static ClockWord? Ask()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
            return null;
        try
        {
            var timex = new byte[TimexLength];
            return AdjustTime(timex) < 0
                ? null
                : new ClockWord((BitConverter.ToInt32(timex, StatusAt) & Unsynchronised) == 0, TimeSpan.FromMicroseconds(BitConverter.ToInt64(timex, MaxErrorAt)));
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Judges what the system says.</summary>
    public static Check Judge(ClockWord? word) => word switch
    {
        null => new Check(CheckIds.Clock, CheckState.Skipped, "Whether the clock is kept right is not known: this system does not tell.", Why),
        { IsKept: false } => new Check(CheckIds.Clock, CheckState.Warning, "The system says that nothing keeps its clock in step.", Why)
        {
            Cure = "Turn on chrony or systemd-timesyncd; in a container or virtual machine, on the host.",
        },
        { MaxError: var error } when error > MostError => new Check(CheckIds.Clock, CheckState.Warning, FormattableString.Invariant($"The system says that its clock may be wrong by {error.TotalSeconds:0.#} s."), Why)
        {
            Cure = "Look whether chrony or systemd-timesyncd reaches its servers.",
        },
        _ => new Check(CheckIds.Clock, CheckState.Ok, "The system says that its clock is kept in step.", Why),
    };

    [DllImport("libc", EntryPoint = "adjtimex")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AdjustTime(byte[] timex);
}
