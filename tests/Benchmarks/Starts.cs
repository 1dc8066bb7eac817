using System.Diagnostics;
using System.Globalization;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks;

/// <summary>From the start of the process to <c>200</c> at <c>/health/ready</c>, embedded: the median of five, with an empty folder and with a used one.</summary>
internal static class Starts
{
    private const int Times = 5;
    private const int Addresses = 1_000;
    private const double Longest = 3;

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using var sandbox = await SandboxProcess.StartAsync(TimeSpan.Zero, tls: false, cancellationToken);
        var empty = new double[Times];
        for (var time = 0; time < Times; time++)
        {
            using var data = new Folder("start");
            empty[time] = await StartAsync(data.Path, sandbox, cancellationToken);
        }

        Say(report, "empty folder", empty);

        using var used = new Folder("start");
        await using (var service = await Service.StartAsync(used.Path, sandbox.Settings, cancellationToken))
        {
            await Task.WhenAll(LoadAddresses.Across(1, Addresses / 5, 5).Select(email => service.VerifyAsync(email, cancellationToken)));
            await service.Process.KillAsync();
        }

        var again = new double[Times];
        for (var time = 0; time < Times; time++)
            again[time] = await StartAsync(used.Path, sandbox, cancellationToken);
        Say(report, string.Create(CultureInfo.InvariantCulture, $"folder with {Addresses} verdicts, killed before"), again);
    }

    private static async Task<double> StartAsync(string data, SandboxProcess sandbox, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        await using var service = await Service.StartAsync(data, sandbox.Settings, cancellationToken);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static void Say(Report report, string folder, double[] seconds)
    {
        Array.Sort(seconds);
        report.Figures($"start to ready, {folder}: {string.Join(", ", seconds.Select(second => second.ToString("0.00", CultureInfo.InvariantCulture)))} s");
        report.AtMost("median", seconds[Times / 2], Longest, "s");
    }
}
