using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmailVerify.Benchmarks;
using EmailVerify.Scenarios.Batches;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>A customer steers batches and watches them over HTTP, across a restart too.</summary>
[Trait("Pace", "slow")]
public sealed class BatchSteeringTests(ITestOutputHelper output)
{
    /// <summary>After so long nothing that a pause met on its way is still asked.</summary>
    private static readonly TimeSpan OnTheWay = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Still = TimeSpan.FromSeconds(1.5);

    // Few domains with many mailboxes: it takes some ten seconds.
    private static readonly string[] File = LoadAddresses.Across(1, 40, 80);

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Steer_RunningBatch_DoesWhatIsSaid()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var data = new Folder("batch-steering");
        await using var sandbox = await StartSandboxAsync();
        await using var service = await Service.StartAsync(data.Path, SettingsOf(sandbox), cancellationToken);
        var customer = new BatchCustomer(service);

        // :: Step 1: pause. What is in flight comes in, nothing new is asked.
        var batch = await customer.UploadAsync(File, cancellationToken);
        _ = await customer.UntilAsync(batch, look => look.Done > 200, cancellationToken);
        Assert.Equal("paused", (await customer.SteerAsync(batch, "pause", cancellationToken)).Status);
        var before = await sandbox.CountersAsync(cancellationToken);
        await Task.Delay(OnTheWay, TimeProvider.System, cancellationToken);
        var after = await sandbox.CountersAsync(cancellationToken);
        await Task.Delay(Still, TimeProvider.System, cancellationToken);
        var later = await sandbox.CountersAsync(cancellationToken);
        var paused = await customer.LookAsync(batch, cancellationToken);
        output.WriteLine($"paused: {after.Total.Recipients - before.Total.Recipients} more RCPT within {OnTheWay.TotalSeconds:0} s, then {later.Total.Recipients - after.Total.Recipients} within {Still.TotalSeconds:0} s; {paused}");
        Assert.Equal(after.Total.Recipients, later.Total.Recipients);
        Assert.True(paused is { Status: "paused" } && paused.Done < paused.Total, $"It is {paused}");

        // :: Step 2: resume, to the end.
        Assert.Equal("running", (await customer.SteerAsync(batch, "resume", cancellationToken)).Status);
        _ = await customer.CompletedAsync(batch, cancellationToken);
        var results = await customer.ResultsAsync(batch, after: 0, cancellationToken);
        RowResult.AssertWhole(File, results);
        Assert.All(results, result => Assert.Equal(LoadAddresses.TruthOf(result.Input), result.Verdict));

        // :: Step 3: cancel keeps what is there.
        var second = await customer.UploadAsync(LoadAddresses.Across(101, 40, 80), cancellationToken);
        _ = await customer.UntilAsync(second, look => look.Done > 200, cancellationToken);
        Assert.Equal("cancelled", (await customer.SteerAsync(second, "cancel", cancellationToken)).Status);
        await Task.Delay(OnTheWay, TimeProvider.System, cancellationToken);
        var cancelled = await customer.LookAsync(second, cancellationToken);
        var kept = await customer.ResultsAsync(second, after: 0, cancellationToken);
        output.WriteLine($"cancelled: {cancelled}, {kept.Count} results");
        Assert.Equal("cancelled", cancelled.Status);
        Assert.InRange(cancelled.Done, 200, cancelled.Total - 1);
        Assert.Equal(cancelled.Done, kept.Count(result => result.Status is not null));

        // :: Step 4: a retry asks the unknowns once more.
        var third = await customer.UploadAsync(["ada@greylist-forever.test", "nobody@greylist-forever.test", "ada@postfix.test"], cancellationToken);
        var first = await customer.CompletedAsync(third, cancellationToken);
        Assert.Equal((1, 2), (first.Round, first.Unknown));
        var asked = (await sandbox.CountersAsync(cancellationToken)).Providers["greylist-forever"].Recipients;
        var again = await customer.SteerAsync(third, "retry", cancellationToken);
        Assert.Equal((2, 1), (again.Round, again.Done));
        var ended = await customer.CompletedAsync(third, cancellationToken);
        Assert.Equal((2, 2), (ended.Round, ended.Unknown));
        Assert.InRange((await sandbox.CountersAsync(cancellationToken)).Providers["greylist-forever"].Recipients, asked + 2, long.MaxValue);
        Assert.Equal(3, (await customer.ResultsAsync(third, after: 0, cancellationToken)).Count);

        // :: Step 5: what is deleted is gone, and its counts stay.
        using var deleted = await service.Client.DeleteAsync(new Uri(batch, UriKind.Relative), cancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await service.Client.GetAsync(new Uri(batch + "/results", UriKind.Relative), cancellationToken);
        Assert.Equal((HttpStatusCode.Gone, "erased"), (gone.StatusCode, (await gone.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("code").GetString()));
        var erased = await customer.LookAsync(batch, cancellationToken);
        Assert.Equal((File.Length, File.Length), (erased.Total, erased.Done));
        Assert.NotEqual(JsonValueKind.Null, erased.Json.GetProperty("erased_at").ValueKind);
        Politeness.AssertPolite(await sandbox.FinalCountersAsync(cancellationToken));
    }

    [Fact(Timeout = 120_000)]
    public async Task Watch_RunningBatchAcrossARestart_SeesStateRiseToItsEnd()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var data = new Folder("batch-events");

        // A session asks twenty-five of them one after the other, at two round trips each: longer than it takes to stop the service.
        await using var sandbox = await StartSandboxAsync("300ms");
        var settings = SettingsOf(sandbox);
        var seen = new List<BatchEventSeen>();
        var streams = new List<List<BatchEventSeen>>();
        string batch;
        await using (var service = await Service.StartAsync(data.Path, settings, cancellationToken))
        {
            // :: Step 1: watch, lose the connection and come back; then the service stops.
            batch = await new BatchCustomer(service).UploadAsync(File, cancellationToken);
            var (_, isEnded) = await WatchAsync(service, lastId: null, read: 3);
            Assert.False(isEnded);
            _ = await WatchAsync(service, seen[^1].Id, read: 2);
            var watching = WatchAsync(service, seen[^1].Id, read: int.MaxValue);
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
            await service.Process.TerminateAsync(cancellationToken);
            (_, isEnded) = await watching;
            Assert.True(isEnded);
            Assert.DoesNotContain(seen, one => one.Name is "end");
        }

        // :: Step 2: the next one goes on rising, to the end.
        await using var next = await Service.StartAsync(data.Path, settings, cancellationToken);
        var (status, isDone) = await WatchAsync(next, seen[^1].Id, read: int.MaxValue);
        Assert.Equal((HttpStatusCode.OK, true), (status, isDone));
        output.WriteLine(string.Join(Environment.NewLine, streams.Select(stream => string.Join(' ', stream.Select(one => $"{one.At.TotalSeconds:0.00}:{one.Name}:{one.Id}:{one.Look.Done}")))));
        Assert.All(streams, stream => Assert.Equal("snapshot", stream[0].Name));
        Assert.Equal(["end"], seen.Where(one => one.Look.Status is "completed" && one.Name is not "snapshot").Select(one => one.Name), StringComparer.Ordinal);
        Assert.Equal(("end", File.Length), (seen[^1].Name, seen[^1].Look.Done));
        Assert.All(seen.Zip(seen.Skip(1)), pair => Assert.True(
            pair.Second.Look.Done >= pair.First.Look.Done && (pair.Second.Id > pair.First.Id || (pair.Second.Name is "snapshot" && pair.Second.Id == pair.First.Id)),
            $"After {pair.First} came {pair.Second}"));

        // Two a second: from the one to the next but one it is a second, less what timers and loopback stray.
        Assert.All(streams, stream => Assert.All(stream.Skip(1).Zip(stream.Skip(3)), pair => Assert.True(pair.Second.At - pair.First.At > TimeSpan.FromSeconds(0.8), $"{pair.First} and {pair.Second}")));

        // :: Step 3: who has seen the end is told that there is no more; who comes late sees it.
        var last = seen[^1].Id;
        Assert.Equal(HttpStatusCode.NoContent, (await WatchAsync(next, last, read: int.MaxValue)).Status);
        _ = await WatchAsync(next, lastId: null, read: int.MaxValue);
        Assert.Equal(["snapshot", "end"], streams[^1].Select(one => one.Name), StringComparer.Ordinal);

        async Task<(HttpStatusCode Status, bool IsEnded)> WatchAsync(Service service, long? lastId, int read)
        {
            var stream = new List<BatchEventSeen>();
            var (answer, isEnded) = await EventReader.ReadAsync(
                service,
                batch,
                lastId,
                one =>
                {
                    stream.Add(one);
                    seen.Add(one);
                    return stream.Count < read;
                },
                cancellationToken);
            if (stream.Count > 0)
                streams.Add(stream);
            return (answer, isEnded);
        }
    }

    private static Task<SandboxProcess> StartSandboxAsync(string roundTrip = "60ms") => SandboxProcess.StartAsync(Ends, $"--EmailVerify:Sandbox:RoundTrip={roundTrip}", "--EmailVerify:Sandbox:Tls=false");

    private static Dictionary<string, string> SettingsOf(SandboxProcess sandbox) => new(sandbox.Settings, StringComparer.Ordinal) { ["Retries:Schedule"] = "1s", ["Lanes:Enforce"] = "false" };
}
