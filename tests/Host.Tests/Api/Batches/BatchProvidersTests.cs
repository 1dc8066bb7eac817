using System.Text.Json.Nodes;
using EmailVerify.Core.Lanes;
using EmailVerify.Grains.Batches;
using EmailVerify.Host.Tests.Api.Lanes;

namespace EmailVerify.Host.Tests.Api.Batches;

public sealed class BatchProvidersTests
{
    private static readonly string Ten = string.Concat(Enumerable.Range(1, 10).Select(row => $"a{row}@b.example\n"));

    [Fact]
    public async Task Get_RunningBatch_TellsRowsAndLanes()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Ten);
        host.Grains.Rows = new BatchRows([new("google", 3, 1, 1), new("microsoft365", 2, 0, 0), new("yahoo", 0, 0, 1), new("other", 1, 0, 0), new("icloud", 0, 2, 0)], IsWhole: true);
        host.Api.Lanes.Put("google/eg-1", Standings.Of("google", rate: 6, sessions: 2));
        host.Api.Lanes.Put("google/eg-2", Standings.Of("google", rate: 1.254, sessions: 0, Circuit.Open, Obstacle.RateLimit, ApiHost.Start.AddSeconds(10)));
        host.Api.Lanes.Put("microsoft365/eg-1", Standings.Of("microsoft365", rate: 5, sessions: 0, Circuit.Open, Obstacle.Block, ApiHost.Start.AddSeconds(90)));
        host.Api.Lanes.Put("tail-03/eg-1", Standings.Of("b.example", rate: 5, sessions: 4));

        Assert.Equal(
            """[{"provider":"google","waiting":3,"done":1,"retrying":1,"rate_per_second":7.25,"sessions":2,"state":"running","paused_until":null,"why":null},{"provider":"icloud","waiting":0,"done":2,"retrying":0,"rate_per_second":null,"sessions":0,"state":"done","paused_until":null,"why":null},{"provider":"microsoft365","waiting":2,"done":0,"retrying":0,"rate_per_second":5,"sessions":0,"state":"paused","paused_until":"2026-11-24T10:17:10.912Z","why":"blocked"},{"provider":"other","waiting":1,"done":0,"retrying":0,"rate_per_second":null,"sessions":4,"state":"running","paused_until":null,"why":null},{"provider":"yahoo","waiting":0,"done":0,"retrying":1,"rate_per_second":null,"sessions":0,"state":"waiting","paused_until":null,"why":null}]""",
            (await TableAsync(host, id))["providers"]!.ToJsonString());
    }

    [Fact]
    public async Task Get_BatchThatWasCountedFromItsStart_ReadsNoResults()
    {
        var summaries = 0;
        await using var host = await BatchHost.StartAsync(stub: store => StubbedStore.Of(store, name =>
        {
            summaries += name is "SummaryAsync" ? 1 : 0;
            return null;
        }));
        var id = await host.CreateAsync(Ten);
        await host.WorkAsync(id, email => email is "a1@b.example" ? BatchHost.Accepted with { Provider = "google" } : null);
        host.Grains.Rows = new BatchRows([new("google", 4, 1, 0)], IsWhole: true);
        var table = await TableAsync(host, id);
        Assert.Equal((10, 1, 5), ((long)table["total"]!, (long)table["done"]!, (long)table["not_begun"]!));
        Assert.Equal(0, summaries);
    }

    [Fact]
    public async Task Get_ProcessThatBeganInTheMiddle_KnowsTheRestFromTheResults()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Ten);
        await host.WorkAsync(id, email => email is "a10@b.example" ? null : BatchHost.Accepted with { Provider = email is "a1@b.example" ? "b.example" : "google" });
        host.Grains.Rows = new BatchRows([new("google", 1, 2, 0), new("other", 0, 4, 0)], IsWhole: false);
        Assert.Equal([("google", 8L), ("other", 4L)], Done(await TableAsync(host, id)));

        // A grain that cannot be asked leaves what is stored.
        host.Grains.Failure = new TimeoutException();
        Assert.Equal([("google", 8L), ("other", 1L)], Done(await TableAsync(host, id)));
    }

    [Fact]
    public async Task Get_BatchThatHasEnded_NeedsNeitherGrainNorLanes()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Ten);
        await host.WorkAsync(id, _ => BatchHost.Accepted with { Provider = "google" });
        host.Grains.Failure = new InvalidOperationException("Nobody asks.");
        host.Api.Lanes.Put("google/eg-1", Standings.Of("google", rate: 6, sessions: 2));
        var table = await TableAsync(host, id);
        Assert.Equal(("completed", 0L, 0L), ((string?)table["status"], (long)table["not_begun"]!, (long)table["retrying"]!));
        Assert.Equal(("done", 0), ((string?)table["providers"]![0]!["state"], (int)table["providers"]![0]!["sessions"]!));
        Assert.Empty(host.Api.Lanes.Asked);
    }

    [Fact]
    public async Task Get_ManyPages_AskLanesOnceASecond()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Ten);
        host.Api.Lanes.Put("google/eg-1", Standings.Of("google", rate: 6, sessions: 2));
        for (var page = 0; page < 3; page++)
            _ = await TableAsync(host, id);
        Assert.Single(host.Api.Lanes.Asked);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        _ = await TableAsync(host, id);
        Assert.Equal(2, host.Api.Lanes.Asked.Count);
    }

    [Fact]
    public async Task Get_LaneThatCannotBeAsked_IsLeftOut()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Ten);
        host.Grains.Rows = new BatchRows([new("google", 3, 1, 1)], IsWhole: true);
        host.Api.Lanes.Put("google/eg-1", Standings.Of("google", rate: 6, sessions: 2));
        host.Api.Lanes.Put("google/eg-2", Standings.Of("google", rate: 2, sessions: 1));
        host.Api.Lanes.Broken.Add("google/eg-2");
        Assert.Equal(6, (double)(await TableAsync(host, id))["providers"]![0]!["rate_per_second"]!);
    }

    [Fact]
    public async Task Get_ForeignBatch_IsUnknown()
    {
        await using var host = await BatchHost.StartAsync();
        using var response = await host.Api.GetAsync("/v1/batches/bat_00000000000000000000000000/providers");
        _ = await response.ProblemAsync("not_found");
    }

    private static Task<JsonObject> TableAsync(BatchHost host, string id) => host.JsonAsync($"/v1/batches/{id}/providers");

    private static (string, long)[] Done(JsonObject table) => [.. table["providers"]!.AsArray().Select(one => ((string)one!["provider"]!, (long)one["done"]!)).OrderBy(one => one.Item1, StringComparer.Ordinal)];
}
