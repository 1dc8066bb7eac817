using EmailVerify.Benchmarks;
using EmailVerify.Scenarios.Servers;

// Measures the published service, and ends with 1 when a bound is missed:
//
//   dotnet publish src/EmailVerify.Host -c Release -o DIR
//   EMAILVERIFY_EXECUTABLE=DIR/emailverify dotnet run --project tests/Benchmarks -c Release -- singles|cached|start
if (!File.Exists(Service.Executable))
{
    await Console.Error.WriteLineAsync("Publish the service and name it in EMAILVERIFY_EXECUTABLE.");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};
var report = new Report(Console.Out);
switch (args)
{
    case ["singles"]:
        await Singles.RunAsync(report, stop.Token);
        break;
    case ["cached"]:
        await Cached.RunAsync(report, stop.Token);
        break;
    case ["start"]:
        await Starts.RunAsync(report, stop.Token);
        break;
    default:
        await Console.Error.WriteLineAsync("Say which: singles, cached or start.");
        return 2;
}

return report.HoldsAll ? 0 : 1;
