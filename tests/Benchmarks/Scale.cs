using System.Diagnostics;
using System.Globalization;
using EmailVerify.Benchmarks.Batches;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks;

/// <summary>
/// What three silos bring where one is kept back by its sessions: each has an egress of its own and as many sessions, at hosts 40 ms away, and all share the cores of this machine. The list is sorted
/// by domain, so that a session asks all there is to ask: in random order a host is visited as often as sessions happen to be free, which differs by a third from run to run.
/// </summary>
internal static class Scale
{
    private const int Silos = 3;
    private const double LeastTimes = 2.7;

    // So few that three of them leave the machine time.
    private const int SessionsOfSilo = 20;

    private static readonly LoadList List = new(1, 1_500, 20);
    private static readonly LoadList WarmUp = new(4_001, 400, 20);

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using var sandbox = await SandboxProcess.StartAsync(TimeSpan.FromMilliseconds(40), tls: false, cancellationToken);
        await using var server = new PostgresServer();
        await server.InitializeAsync();
        report.Figures($"scale, {List.Count} addresses, 40 ms, {SessionsOfSilo} sessions a silo");
        var one = await MeasureAsync(report, sandbox, server, silos: 1, cancellationToken);
        var three = await MeasureAsync(report, sandbox, server, Silos, cancellationToken);
        report.AtLeast("three silos / one", three / one, LeastTimes, "times");
    }

    private static async Task<double> MeasureAsync(Report report, SandboxProcess sandbox, PostgresServer server, int silos, CancellationToken cancellationToken)
    {
        var database = await server.CreateAsync(string.Create(CultureInfo.InvariantCulture, $"scale_{silos}"));
        var services = new List<Service>();
        using var data = new Folder("scale");
        try
        {
            for (var number = 1; number <= silos; number++)
                services.Add(await Service.StartAsync(data.Path, SettingsOf(number), cancellationToken));
            foreach (var service in services)
                await service.KnowsAsync(silos, cancellationToken);

            var client = new BatchClient(services[0]);
            _ = await client.CompletedAsync(await client.UploadAsync(BatchClient.CsvOf(WarmUp.Shuffled()), cancellationToken), cancellationToken);
            var (before, began) = (services.Sum(service => service.Process.ProcessorTime.TotalMicroseconds), Stopwatch.GetTimestamp());
            _ = await client.CompletedAsync(await client.UploadAsync(BatchClient.CsvOf(List.ByDomain()), cancellationToken), cancellationToken);
            var took = Stopwatch.GetElapsedTime(began);
            var processor = (services.Sum(service => service.Process.ProcessorTime.TotalMicroseconds) - before) / List.Count;
            report.Figures($"  {silos} silos: {List.Count / took.TotalSeconds:0} addresses a second, {processor:0} µs of the silos' processors each");
            return List.Count / took.TotalSeconds;
        }
        finally
        {
            foreach (var service in services)
                await service.DisposeAsync();
        }

        Dictionary<string, string> SettingsOf(int number) => new(Batch.Unlimited(sandbox), StringComparer.Ordinal)
        {
            ["Profile"] = "cluster",
            ["ConnectionStrings:Postgres"] = database,
            ["Lanes:MaxSessions"] = SessionsOfSilo.ToString(CultureInfo.InvariantCulture),
            ["Egresses:0:Name"] = string.Create(CultureInfo.InvariantCulture, $"eg-{number}"),
            ["Egresses:0:Address"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.{number + 1}"),
        };
    }
}
