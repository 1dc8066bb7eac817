using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmailVerify.Benchmarks;
using EmailVerify.Scenarios.Batches;

namespace EmailVerify.Scenarios.Cluster;

/// <summary>Uploads a file to the cluster and follows how it gets on, asking whoever is up.</summary>
/// <param name="world">The cluster.</param>
/// <param name="file">The file.</param>
internal sealed class BatchFollower(ClusterWorld world, string[] file) : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly List<(TimeSpan At, BatchLook Look)> looks = [];
    private Task following = Task.CompletedTask;
    private string batch = string.Empty;

    /// <summary>Gets how the batch stood last.</summary>
    public BatchLook Last
    {
        get
        {
            lock (gate)
                return looks[^1].Look;
        }
    }

    /// <summary>Makes a file that takes a while because each of its hosts has many rows: a quarter of them have no mailbox.</summary>
    /// <param name="domains">How many hosts.</param>
    /// <param name="each">How many rows each has.</param>
    public static string[] FileOf(int domains, int each) =>
        [.. Enumerable.Range(0, domains * each).Select(at => LoadAddresses.Of((at % domains) + 1, at / domains, exists: at / domains % 4 != 3))];

    /// <summary>Uploads the file and begins to follow it.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        batch = await world.Customer().UploadAsync(file, cancellationToken);
        while (!await LookAsync(cancellationToken))
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        following = Task.Run(FollowAsync, CancellationToken.None);
    }

    /// <summary>Waits until a number of rows is done.</summary>
    public async Task UntilAsync(Func<BatchLook, bool> point, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = world.Now;
        while (!point(Last))
        {
            Assert.True(world.Now - began < patience, $"It stands at {Last}.");
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Gets the longest time without progress that began before a moment or after it and ended after it.</summary>
    public TimeSpan LongestStandstill(TimeSpan since)
    {
        lock (gate)
        {
            var (longest, at, done) = (TimeSpan.Zero, since, -1L);
            foreach (var (now, look) in looks)
            {
                if (now > since && now - at > longest)
                    longest = now - at;
                if (look.Done != done || look.Status is "completed")
                    (done, at) = (look.Done, now > since ? now : since);
            }

            return longest;
        }
    }

    /// <summary>Waits for the end, and sees that each row has exactly one result and that it is the true one.</summary>
    public async Task AssertTrueAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        await UntilAsync(look => look.Status is "completed" or "failed" or "cancelled", patience, cancellationToken);
        await stop.CancelAsync();
        await following;
        var end = await world.Customer().LookAsync(batch, cancellationToken);
        Assert.True(end.Status is "completed" && end.Total == file.Length, $"It ended so: {end}");
        var results = await world.Customer().ResultsAsync(batch, after: 0, cancellationToken);
        RowResult.AssertWhole(file, results);
        Assert.Equal(file.Select(LoadAddresses.TruthOf), results.Select(result => result.Verdict), StringComparer.Ordinal);
        foreach (var status in (string[])["deliverable", "undeliverable", "risky", "unknown"])
            Assert.Equal(end.Count(status), results.LongCount(result => string.Equals(result.Status, status, StringComparison.Ordinal)));
    }

    /// <summary>Says how it got on.</summary>
    public string Summary()
    {
        lock (gate)
        {
            var completed = looks.FindIndex(one => one.Look.Status is "completed");
            return string.Create(CultureInfo.InvariantCulture, $"{file.Length} rows, completed {(completed < 0 ? "never" : string.Create(CultureInfo.InvariantCulture, $"after {(looks[completed].At - looks[0].At).TotalSeconds:0.0} s"))}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await following;
        stop.Dispose();
    }

    private async Task FollowAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = await LookAsync(stop.Token);
                await Task.Delay(BetweenLooks, TimeProvider.System, stop.Token);
            }
            catch (OperationCanceledException)
            {
                // It is told to end.
            }
        }
    }

    // Whoever was asked may die under the question.
    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        if (world.Next() is not { } silo)
            return false;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Traffic.Bound);
        try
        {
            using var response = await silo.Service.Client.GetAsync(new Uri(batch, UriKind.Relative), bound.Token);
            if (response.StatusCode is not HttpStatusCode.OK)
                return false;
            var look = new BatchLook(await response.Content.ReadFromJsonAsync<JsonElement>(bound.Token));
            look.AssertLawful();
            lock (gate)
            {
                // An answer of one silo's cache may be a moment behind another's.
                if (looks.Count == 0 || look.Done >= looks[^1].Look.Done)
                    looks.Add((world.Now, look));
            }

            return true;
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or JsonException or ObjectDisposedException or InvalidOperationException
            || (cut is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
