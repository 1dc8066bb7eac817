using System.Globalization;

namespace EmailVerify.Benchmarks;

/// <summary>What a process holds in memory, as the kernel says in <c>/proc/PID/status</c>. In MiB.</summary>
/// <param name="Resident">The resident set now.</param>
/// <param name="Highest">The largest that it has been, since its start or since that was forgotten.</param>
internal readonly record struct Memory(double Resident, double Highest)
{
    public static Memory Of(int process)
    {
        var lines = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status")).ToArray();
        return new Memory(Read(lines, "VmRSS:"), Read(lines, "VmHWM:"));
    }

    /// <summary>Has the kernel begin anew with the largest (proc(5), <c>clear_refs</c>).</summary>
    public static void ForgetHighest(int process) => File.WriteAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/clear_refs"), "5");

    private static double Read(string[] lines, string name)
    {
        var line = lines.First(line => line.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line[name.Length..].Replace("kB", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1_024;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"resident {Resident:0} MiB, highest {Highest:0} MiB");
}
