using System.Text;
using EmailVerify.Core.Batches;
using EmailVerify.Grains.Batches;
using EmailVerify.Host.Api.Batches.Events;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Api.Batches;

public sealed class EventsTests
{
    private const string Three = "email\na@b.example\nb@b.example\nc@b.example\n";

    [Fact]
    public async Task Stream_FromFirstToLast_HasTheBytesOfTheReference()
    {
        await using var host = await BatchHost.StartAsync();
        host.Grains.OnLook = view => view with { EtaAt = ApiHost.Start.AddMinutes(4), LimitedBy = "google" };
        var id = await host.CreateAsync(Three);
        await using var stream = await EventReader.OpenAsync(host, id);
        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType?.ToString());
        Assert.Equal(("no-cache, no-transform", "no"), (stream.Response.Headers.NonValidated["Cache-Control"].ToString(), stream.Response.Header("X-Accel-Buffering")));
        Assert.Equal("retry: 3000\n\n", await stream.NewsAsync());
        Assert.Equal(
            $$$"""
            id: 1
            event: snapshot
            data: {"id":"{{{id}}}","status":"queued","counts":{"total":3,"done":0,"deliverable":0,"undeliverable":0,"risky":0,"unknown":0}}


            """,
            await stream.NewsAsync());

        await host.WorkAsync(id, email => email[0] == 'a' ? BatchHost.Accepted : null);
        Assert.StartsWith("id: 2\nevent: state\n", await stream.NewsAsync(), StringComparison.Ordinal);
        await host.WorkAsync(id, email => email[0] == 'b' ? BatchHost.TimedOut : null);
        Assert.Equal(
            $$$"""
            id: 3
            event: progress
            data: {"id":"{{{id}}}","status":"running","counts":{"total":3,"done":2,"deliverable":1,"undeliverable":0,"risky":0,"unknown":1},"eta":{"at":"2026-11-24T10:19:40.912Z","limited_by":"google"}}


            """,
            await stream.NewsAsync());

        using (await host.Api.SendAsync(HttpMethod.Post, $"/v1/batches/{id}/pause", json: null))
        {
            Assert.Equal(
                $$$"""
                id: 4
                event: state
                data: {"id":"{{{id}}}","status":"paused","pause":{"by":"customer","reason":null},"counts":{"total":3,"done":2,"deliverable":1,"undeliverable":0,"risky":0,"unknown":1}}


                """,
                await stream.NewsAsync());
        }

        await host.WorkAsync(id);
        Assert.Equal(
            $$$"""
            id: 5
            event: end
            data: {"id":"{{{id}}}","status":"completed","counts":{"total":3,"done":3,"deliverable":2,"undeliverable":0,"risky":0,"unknown":1}}


            """,
            await stream.NewsAsync());
        Assert.Null(await stream.NewsAsync());
    }

    [Fact]
    public async Task Stream_WithoutNews_ShowsThatItLives()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        await using var stream = await EventReader.OpenAsync(host, id);
        _ = await stream.NextAsync();
        _ = await stream.NextAsync();
        var began = host.Clock.GetUtcNow();
        Assert.Equal(": 15 s without news\n\n", await stream.NextAsync());
        Assert.InRange(host.Clock.GetUtcNow() - began, TimeSpan.FromSeconds(14), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Ended_LateComer_GetsTheEndOnce()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        await host.WorkAsync(id, _ => BatchHost.TimedOut);
        var revision = (await host.FindAsync(id)).Revision;
        await using (var late = await EventReader.OpenAsync(host, id, lastEventId: "1"))
        {
            _ = await late.NextAsync();
            Assert.StartsWith($"id: {revision}\nevent: snapshot\n", await late.NextAsync(), StringComparison.Ordinal);
            Assert.StartsWith($"id: {revision}\nevent: end\n", await late.NextAsync(), StringComparison.Ordinal);
            Assert.Null(await late.NextAsync());
        }

        using (var back = await host.Api.GetAsync($"/v1/batches/{id}/events", ("Last-Event-ID", $"{revision}"), ("Accept", "text/event-stream")))
            Assert.Equal(204, (int)back.StatusCode);

        // A new round has an end of its own.
        using (await host.Api.SendAsync(HttpMethod.Post, $"/v1/batches/{id}/retry", json: null))
        {
            await using var again = await EventReader.OpenAsync(host, id, lastEventId: $"{revision}");
            _ = await again.NextAsync();
            Assert.StartsWith($"id: {revision + 1}\nevent: snapshot\n", await again.NextAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Ended_BetweenJoiningAndTheFirstWord_IsTold()
    {
        var view = new BatchView(new Batch { Id = "bat_1", CustomerId = "cus_a", Revision = 1, CreatedAt = ApiHost.Start, ExpiresAt = ApiHost.Start });
        var ended = new BatchView(view.Batch with { Status = BatchStatus.Completed, Revision = 2 });
        var clock = new FakeTimeProvider(ApiHost.Start);
        using var watch = new BatchWatch(view, _ => ValueTask.FromResult<BatchView?>(ended), clock, NullLogger.Instance, CancellationToken.None);
        Assert.DoesNotContain("event: end\n", Encoding.UTF8.GetString(watch.First(out _)), StringComparison.Ordinal);

        var looking = watch.RunAsync();
        clock.Advance(BatchWatch.Interval);
        await looking.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        var first = Encoding.UTF8.GetString(watch.First(out var seen));
        Assert.StartsWith("id: 2\nevent: snapshot\n", first, StringComparison.Ordinal);
        Assert.Contains("\n\nid: 2\nevent: end\n", first, StringComparison.Ordinal);
        Assert.True(seen.IsLast);
    }

    [Fact]
    public async Task Watchers_Many_ShareOnePollerAndItsOctets()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        var streams = new List<EventReader>();
        for (var time = 0; time < BatchWatches.MaxOfKey; time++)
            streams.Add(await EventReader.OpenAsync(host, id, pumps: time == 0));
        using (var more = await host.Api.GetAsync($"/v1/batches/{id}/events", ("Accept", "*/*")))
        {
            _ = await more.ProblemAsync("rate_limited");
            Assert.True(more.Headers.Contains("Retry-After"));
        }

        await host.WorkAsync(id);
        foreach (var stream in streams)
        {
            var all = new StringBuilder();
            while (await stream.NextAsync() is { } next)
                all.Append(next);
            Assert.EndsWith("\"unknown\":0}}\n\n", all.ToString(), StringComparison.Ordinal);
            Assert.Contains("event: end\n", all.ToString(), StringComparison.Ordinal);
            await stream.DisposeAsync();
        }

        await using var free = await EventReader.OpenAsync(host, id);
        Assert.Equal("retry: 3000\n\n", await free.NextAsync());
    }

    [Fact]
    public async Task Watcher_Gone_GivesItsPlaceBack()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        for (var time = 0; time < BatchWatches.MaxOfKey + 5; time++)
        {
            for (var attempt = 0; ; attempt++)
            {
                Assert.True(attempt < 200);
                await using var stream = await EventReader.OpenAsync(host, id);
                if ((int)stream.Response.StatusCode == 200)
                {
                    _ = await stream.NextAsync();
                    break;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task Drain_SendsWatchersAwayForAWhile()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        await using var stream = await EventReader.OpenAsync(host, id);
        _ = await stream.NextAsync();
        _ = await stream.NextAsync();
        host.Api.State.Drain();
        var last = await stream.NextAsync();
        Assert.InRange(int.Parse(last!["retry: ".Length..].TrimEnd(), System.Globalization.CultureInfo.InvariantCulture), 1_000, 5_000);
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task Store_FailsForAWhile_IsWaitedFor()
    {
        var fails = false;
        await using var host = await BatchHost.StartAsync(stub: store => StubbedStore.Of(
            store, name => fails && name is nameof(IBatchStore.FindAsync) ? new EmailVerify.Core.StorageUnavailableException("away") : null));
        var id = await host.CreateAsync(Three);
        await using var stream = await EventReader.OpenAsync(host, id);
        _ = await stream.NextAsync();
        _ = await stream.NextAsync();
        fails = true;
        Assert.Equal(": 15 s without news\n\n", await stream.NextAsync());
        fails = false;
        await host.WorkAsync(id);
        Assert.Contains("event: end\n", await stream.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accept_OfJsonOnly_IsNotAcceptable()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        using var response = await host.Api.GetAsync($"/v1/batches/{id}/events", ("Accept", "application/json"));
        _ = await response.ProblemAsync("not_acceptable");
    }

    /// <summary>Reads a stream event by event, and lets the time pass meanwhile.</summary>
    private sealed class EventReader : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly StreamReader reader;
        private readonly Task pump;

        private EventReader(BatchHost host, HttpResponseMessage response, Stream stream, bool pumps)
        {
            (Response, reader) = (response, new StreamReader(stream));
            pump = pumps ? PumpAsync(host) : Task.CompletedTask;
        }

        public HttpResponseMessage Response { get; }

        public static async Task<EventReader> OpenAsync(BatchHost host, string id, string? lastEventId = null, bool pumps = true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/batches/{id}/events");
            request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
            if (lastEventId is not null)
                request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
            var response = await host.Api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            return new EventReader(host, response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), pumps);
        }

        /// <summary>Reads on past signs of life: on a busy machine the clock, which a pump drives, may run ahead of the news.</summary>
        public async Task<string?> NewsAsync()
        {
            string? next;
            do
                next = await NextAsync();
            while (next is [':', ..]);
            return next;
        }

        public async Task<string?> NextAsync()
        {
            var text = new StringBuilder();
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System) is { } line)
            {
                text.Append(line).Append('\n');
                if (line.Length == 0)
                    return text.ToString();
            }

            return text.Length == 0 ? null : text.ToString();
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await pump;
            reader.Dispose();
            Response.Dispose();
        }

        private async Task PumpAsync(BatchHost host)
        {
            while (!stop.IsCancellationRequested)
            {
                host.Clock.Advance(TimeSpan.FromMilliseconds(500));
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            }
        }
    }
}
