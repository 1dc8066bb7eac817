using System.Diagnostics;
using EmailVerify.Sandbox.Counting;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks.Batches;

/// <summary>What has been used up to one instant.</summary>
/// <param name="Time">By the clock.</param>
/// <param name="Service">The service's processor time.</param>
/// <param name="Sandbox">That of the mail internet.</param>
internal readonly record struct Usage(TimeSpan Time, TimeSpan Service, TimeSpan Sandbox)
{
    public static Usage Of(Service service, SandboxProcess sandbox) =>
        new(TimeSpan.FromSeconds(Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency), service.Process.ProcessorTime, sandbox.ProcessorTime);

    public static Usage operator -(Usage one, Usage other) => new(one.Time - other.Time, one.Service - other.Service, one.Sandbox - other.Sandbox);
}

/// <summary>What a batch used, phase by phase.</summary>
/// <param name="Upload">Until the 202.</param>
/// <param name="Run">From there until it was completed.</param>
/// <param name="Download">From there until the last result had come.</param>
/// <param name="Before">What mail servers had seen before.</param>
/// <param name="After">What they had seen at its end.</param>
internal sealed record BatchUsage(Usage Upload, Usage Run, Usage Download, CounterSnapshot Before, CounterSnapshot After)
{
    public Usage Whole => new(Upload.Time + Run.Time + Download.Time, Upload.Service + Run.Service + Download.Service, Upload.Sandbox + Run.Sandbox + Download.Sandbox);

    public long Connections => After.Sessions - Before.Sessions;

    public long Recipients => After.Recipients - Before.Recipients;

    /// <summary>Takes a list through upload, run and download, and compares every row with the truth.</summary>
    /// <param name="emails">The list in the order of the file.</param>
    /// <param name="report">Is told when a row is wrong.</param>
    /// <param name="service">The service.</param>
    /// <param name="sandbox">The mail internet.</param>
    /// <param name="data">A folder for the results.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<BatchUsage> MeasureAsync(
        string[] emails, Report report, Service service, SandboxProcess sandbox, Folder data, CancellationToken cancellationToken)
    {
        var client = new BatchClient(service);
        var csv = BatchClient.CsvOf(emails);
        var file = data["results.ndjson"];
        var before = await sandbox.CountersAsync(cancellationToken);

        // :: Step 1: the three phases.
        var began = Usage.Of(service, sandbox);
        var batch = await client.UploadAsync(csv, cancellationToken);
        var uploaded = Usage.Of(service, sandbox);
        _ = await client.CompletedAsync(batch, cancellationToken);
        var completed = Usage.Of(service, sandbox);
        await client.DownloadAsync(batch, file, cancellationToken);
        var downloaded = Usage.Of(service, sandbox);

        // :: Step 2: what came of it.
        var after = await sandbox.CountersAsync(cancellationToken);
        var check = new ResultsCheck(emails);
        await check.TakeAllAsync(file, cancellationToken);
        report.AtLeast("rows that are right", check.Right, emails.Length, "rows");
        report.AtMost("rows", check.Rows, emails.Length, "rows");
        if (check.Complaint is { } complaint)
            report.Figures($"    first complaint: {complaint}");
        return new BatchUsage(uploaded - began, completed - uploaded, downloaded - completed, before.Total, after.Total);
    }
}
