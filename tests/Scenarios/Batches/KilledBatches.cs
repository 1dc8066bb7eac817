using System.Diagnostics;
using System.Globalization;
using System.Net;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios.Batches;

/// <summary>A customer whose service is killed again and again on the same data, and who holds it to what it has said.</summary>
/// <param name="data">The data folder.</param>
/// <param name="settings">The service's settings.</param>
/// <param name="file">The file, the same each time; verdicts that are known already are not wanted.</param>
/// <param name="random">Says when.</param>
/// <param name="output">Is told each kill.</param>
internal sealed class KilledBatches(string data, IReadOnlyDictionary<string, string> settings, string[] file, Random random, ITestOutputHelper output) : IAsyncDisposable
{
    /// <summary>In so many pieces a file is sent, so that it takes a while.</summary>
    private const int Pieces = 20;

    /// <summary>So late a kill may come after the first piece.</summary>
    private const int LatestMilliseconds = 700;

    private const string Fresh = "?max_age_seconds=0";

    private static readonly TimeSpan BetweenPieces = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(5);

    private readonly byte[] csv = BatchCustomer.CsvOf(file);
    private Service? service;
    private string batch = string.Empty;
    private long told;
    private int uploads;

    public int Told { get; private set; }

    public int Untold { get; private set; }

    public int Replayed { get; private set; }

    public int Met { get; private set; }

    public long Rest { get; private set; }

    public TimeSpan LongestStart { get; private set; }

    public TimeSpan LongestPause { get; private set; }

    private BatchCustomer Customer => new(service!);

    /// <summary>Uploads the file, and again where a kill came before the answer: it is one batch.</summary>
    /// <returns>How many kills there were.</returns>
    public async Task<int> UploadAsync(bool kills, CancellationToken cancellationToken)
    {
        service ??= await StartAsync(cancellationToken);
        var key = string.Create(CultureInfo.InvariantCulture, $"file-{++uploads}");
        var before = (await Customer.ListAsync(cancellationToken)).Count;
        told = 0;
        if (!kills)
        {
            batch = await Customer.UploadAsync(BatchCustomer.ContentOf(csv), key, Fresh, cancellationToken);
            return 0;
        }

        // :: Step 1: the upload, and the kill at some instant of it.
        var posting = Customer.PostAsync(new PiecewiseContent(csv, Pieces, BetweenPieces), key, Fresh, cancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(LatestMilliseconds)), TimeProvider.System, cancellationToken);
        var wasTold = await KillAsync(async () =>
        {
            using var response = await posting;
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            batch = response.Headers.Location!.ToString();
        });

        // :: Step 2: what was answered with 202 is there with each row; else the same request makes it, or says that it was made.
        service = await StartAsync(cancellationToken);
        using var again = await RepeatAsync(key, cancellationToken);
        Assert.True(again.StatusCode is HttpStatusCode.Accepted, $"Repeated after a kill it was answered with {(int)again.StatusCode}: {await again.Content.ReadAsStringAsync(cancellationToken)}");
        var isReplayed = again.Headers.Contains("Idempotency-Replayed");
        Assert.True(!wasTold || (isReplayed && string.Equals(batch, again.Headers.Location!.ToString(), StringComparison.Ordinal)), "A batch that was accepted is not known.");
        batch = again.Headers.Location!.ToString();
        Assert.Equal(before + 1, (await Customer.ListAsync(cancellationToken)).Count);
        Assert.Equal(file.Length, (await LookAsync(cancellationToken)).Total);
        (Told, Untold, Replayed) = (Told + (wasTold ? 1 : 0), Untold + (wasTold ? 0 : 1), Replayed + (!wasTold && isReplayed ? 1 : 0));
        output.WriteLine($"kill in upload {uploads}: {(wasTold ? "told" : "cut")}, {(isReplayed ? "replayed" : "made anew")}");
        return 1;
    }

    // Alone in its folder a process knows that nobody works on the first request any more; in a cluster another silo might, until its reservation has run out.
    private async Task<HttpResponseMessage> RepeatAsync(string key, CancellationToken cancellationToken)
    {
        while (true)
        {
            var again = await Customer.PostAsync(BatchCustomer.ContentOf(csv), key, Fresh, cancellationToken);
            if (!RunProfile.IsCluster || again.StatusCode is not HttpStatusCode.Conflict)
                return again;
            again.Dispose();
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Lets the batch run to its end, with kills.</summary>
    /// <param name="kills">How many.</param>
    /// <param name="asks">How long it takes without kills until all were asked about once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many kills there were.</returns>
    public async Task<int> RunAsync(int kills, TimeSpan asks, CancellationToken cancellationToken)
    {
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(asks * random.NextDouble() / kills, TimeProvider.System, cancellationToken);
            var before = await LookAsync(cancellationToken);
            _ = await KillAsync(() => Task.CompletedTask);
            Met += before.Status is "running" or "queued" ? 1 : 0;
            service = await StartAsync(cancellationToken);
            var pause = await ProgressAsync(cancellationToken);
            output.WriteLine($"kill in the run with {before.Done} done ({before.Retrying} put off): progress {pause.TotalMilliseconds:0} ms after it was ready");
        }

        while ((await LookAsync(cancellationToken)).Status is not "completed")
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        return kills;
    }

    /// <summary>Downloads all results, and the rest of them where a kill cut the first download.</summary>
    public async Task<(IReadOnlyList<RowResult> Results, int Kills)> DownloadAsync(bool kills, CancellationToken cancellationToken)
    {
        var results = new List<RowResult>();
        if (!kills)
        {
            await Customer.DownloadAsync(batch, after: 0, results, atLine: null, cancellationToken);
            return (results, 0);
        }

        var at = random.Next(file.Length);
        var death = Task.CompletedTask;
        var isWhole = true;
        try
        {
            await Customer.DownloadAsync(batch, after: 0, results, () => death = results.Count == at + 1 ? service!.Process.KillAsync() : death, cancellationToken);
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            isWhole = false;
        }

        await death;
        await DisposeAsync();
        Assert.True(isWhole == (results.Count == file.Length), $"An answer of {results.Count} rows looked {(isWhole ? "whole" : "cut")}.");
        service = await StartAsync(cancellationToken);
        var rest = await Customer.ResultsAsync(batch, after: results.Count, cancellationToken);
        output.WriteLine($"kill at line {at + 1} of the download: {results.Count} lines came, {rest.Count} were fetched after it");
        Rest += rest.Count;
        return ([.. results, .. rest], 1);
    }

    public async ValueTask DisposeAsync()
    {
        if (service is not null)
            await service.DisposeAsync();
        service = null;
    }

    private async Task<Service> StartAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var started = await Service.StartAsync(data, settings, cancellationToken);
        var after = Stopwatch.GetElapsedTime(began);
        LongestStart = after > LongestStart ? after : LongestStart;
        return started;
    }

    // Ends the service and then whatever was under way with it; says whether that had its answer.
    private async Task<bool> KillAsync(Func<Task> underWay)
    {
        await service!.Process.KillAsync();
        try
        {
            await underWay();
            return true;
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            await DisposeAsync();
        }
    }

    // What waits for its time only shows no progress before that.
    private async Task<TimeSpan> ProgressAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var first = await LookAsync(cancellationToken);
        while (await LookAsync(cancellationToken) is { Status: not "completed" } look && look.Done == first.Done && look.Done + look.Retrying < look.Total)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < MostPause, $"No progress since it is ready: {look}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }

        var pause = Stopwatch.GetElapsedTime(began);
        LongestPause = pause > LongestPause ? pause : LongestPause;
        return pause;
    }

    // What was told to be done stays done, through all kills.
    private async Task<BatchLook> LookAsync(CancellationToken cancellationToken)
    {
        var look = await Customer.LookAsync(batch, cancellationToken);
        Assert.True(look.Done >= told, $"Done fell from {told}: {look}");
        told = look.Done;
        return look;
    }
}
