using System.Globalization;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks;

/// <summary>Who runs on which core, so that what is measured never waits for the mail internet or for the load generator.</summary>
internal static class Cores
{
    /// <summary>The core of what is measured: the service, or the bare client beside it.</summary>
    public const int OfMeasured = 0;

    /// <summary>The core of the mail internet, and of this process.</summary>
    public const int OfOthers = 1;

    /// <summary>Keeps this process, with every thread that it has or will have, off the core of what is measured.</summary>
    public static Task KeepOffMeasuredAsync() => ServerProcess.RunAsync(
        "taskset", "--all-tasks", "--cpu-list", "--pid", OfOthers.ToString(CultureInfo.InvariantCulture), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
}
