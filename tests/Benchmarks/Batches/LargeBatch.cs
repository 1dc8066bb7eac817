using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks.Batches;

/// <summary>What the service holds while 200,000 rows go in, are verified and come out: no more than for a few, since rows are streamed in and out.</summary>
internal static class LargeBatch
{
    private const double LongestUpload = 3;
    private const double LongestDownload = 3;
    private const double MostResident = 400;

    // Rows that were held, at 200 octets and more each, would be about as much.
    private const double MostGrowth = 40;

    private static readonly LoadList List = new(1, 5_000, 40);

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await Cores.KeepOffMeasuredAsync();
        await using var sandbox = await SandboxProcess.StartAsync(TimeSpan.Zero, tls: false, cancellationToken, Cores.OfOthers);
        using var data = new Folder("memory");
        await using var service = await Service.StartAsync(data.Path, Batch.Unlimited(sandbox), Cores.OfMeasured, cancellationToken);
        var client = new BatchClient(service);
        var emails = List.Shuffled();
        var csv = BatchClient.CsvOf(emails);
        var file = data["results.ndjson"];

        // :: Step 1: in, through and out.
        report.Figures($"memory, {emails.Length} rows, {csv.Length / 1_000_000.0:0.0} MB");
        var highest = 0.0;
        var before = Usage.Of(service, sandbox);
        var batch = await PhaseAsync("upload", () => client.UploadAsync(csv, cancellationToken));
        var uploaded = Usage.Of(service, sandbox);
        report.AtMost("upload", (uploaded - before).Time.TotalSeconds, LongestUpload, "s");

        _ = await client.CompletedAsync(batch, cancellationToken);
        var completed = Usage.Of(service, sandbox);
        report.Figures($"    run: {(completed - uploaded).Time.TotalSeconds:0.0} s; service {Memory.Of(service.Process.Id)}");

        _ = await PhaseAsync("download", async () =>
        {
            await client.DownloadAsync(batch, file, cancellationToken);
            return batch;
        });
        var downloaded = Usage.Of(service, sandbox);
        report.AtMost("download", (downloaded - completed).Time.TotalSeconds, LongestDownload, "s");
        report.AtMost("highest resident set over all", Math.Max(highest, Memory.Of(service.Process.Id).Highest), MostResident, "MiB");

        // :: Step 2: and it is all there.
        var check = new ResultsCheck(emails);
        await check.TakeAllAsync(file, cancellationToken);
        report.AtLeast("rows that are right", check.Right, emails.Length, "rows");
        if (check.Complaint is { } complaint)
            report.Figures($"    first complaint: {complaint}");

        async Task<T> PhaseAsync<T>(string name, Func<Task<T>> phase)
        {
            var at = Memory.Of(service.Process.Id);
            highest = Math.Max(highest, at.Highest);
            Memory.ForgetHighest(service.Process.Id);
            var result = await phase();
            var after = Memory.Of(service.Process.Id);
            report.Figures($"    {name}: resident {at.Resident:0} MiB before, at most {after.Highest:0} MiB within, {after.Resident:0} MiB after");
            report.AtMost($"growth within {name}", after.Highest - at.Resident, MostGrowth, "MiB");
            return result;
        }
    }
}
