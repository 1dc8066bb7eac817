using System.Globalization;
using System.Net;
using EmailVerify.Benchmarks;
using EmailVerify.Benchmarks.Batches;
using EmailVerify.Benchmarks.Floor;
using EmailVerify.Benchmarks.Micro;
using EmailVerify.Scenarios.Servers;

// Measures the published service, and ends with 1 when a bound is missed:
//
//   dotnet publish src/EmailVerify.Host -c Release -o DIR
//   EMAILVERIFY_EXECUTABLE=DIR/emailverify dotnet run --project tests/Benchmarks -c Release -- NAME
if (args is [FloorClient.Command, var port, var dns, var tls, var sessions])
{
    await FloorClient.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), IPEndPoint.Parse(dns), bool.Parse(tls), int.Parse(sessions, CultureInfo.InvariantCulture));
    return 0;
}

if (args is [LabelledReplies.Command, .. var files])
{
    var read = new Report(Console.Out);
    await LabelledReplies.RunAsync(read, files, CancellationToken.None);
    return read.HoldsAll ? 0 : 1;
}

if (args is not [var name] || Benchmark.All.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.Ordinal)) is not { } benchmark)
{
    await Console.Error.WriteLineAsync($"Say which:\n{string.Join('\n', Benchmark.All.Select(known => $"  {known.Name,-10}{known.Says}"))}\n  {LabelledReplies.Command + " FILE…",-10} replies whose meaning is known, as lines of JSON: how many are read right");
    return 2;
}

if (benchmark.NeedsService && !File.Exists(Service.Executable))
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
try
{
    await benchmark.RunAsync(report, stop.Token);
}
catch (RefusedException refused)
{
    await Console.Error.WriteLineAsync(refused.Message);
    return 1;
}

return report.HoldsAll ? 0 : 1;
