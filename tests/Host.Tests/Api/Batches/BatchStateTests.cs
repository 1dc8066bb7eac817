using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Tests.Api.Batches;

public sealed class BatchStateTests
{
    private const string Three = "email\na@b.example\nb@b.example\nc@b.example\n";
    private const string UnknownId = "bat_00000000000000000000000000";

    [Fact]
    public async Task Get_Running_HasLiveCountsAndEta()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        await host.WorkAsync(id, email => email[0] == 'a' ? BatchHost.Accepted : null);
        host.Grains.OnLook = view => view with { EtaAt = ApiHost.Start.AddMinutes(5), RatePerSecond = 24.04, LimitedBy = "google" };

        var json = await host.JsonAsync("/v1/batches/" + id);
        Assert.Equal("""{"at":"2026-11-24T10:20:40.912Z","limited_by":"google","rate_per_second":24}""", json["eta"]!.ToJsonString());
        Assert.Equal((1, 1, 3), ((int?)json["counts"]!["done"], (int?)json["counts"]!["deliverable"], (int?)json["counts"]!["total"]));
    }

    [Fact]
    public async Task Get_Unchanged_IsNotSentAgain()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        using var first = await host.Api.GetAsync("/v1/batches/" + id);
        var tag = first.Header("ETag");
        using (var same = await host.Api.GetAsync("/v1/batches/" + id, ("If-None-Match", tag)))
            Assert.Equal(304, (int)same.StatusCode);

        await host.WorkAsync(id);
        using var changed = await host.Api.GetAsync("/v1/batches/" + id, ("If-None-Match", tag));
        Assert.Equal(200, (int)changed.StatusCode);
        Assert.Equal("completed", (string?)(await changed.JsonAsync())["status"]);
    }

    [Fact]
    public async Task Get_Ended_AsksNoGrain()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        await host.WorkAsync(id);
        _ = await host.JsonAsync("/v1/batches/" + id);
        Assert.Equal(0, host.Grains.Looks);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/pause")]
    [InlineData("GET", "/summary")]
    [InlineData("GET", "/results")]
    public async Task Batch_Unknown_IsNotFound(string method, string path)
    {
        await using var host = await BatchHost.StartAsync();
        using var response = await host.Api.SendAsync(new HttpMethod(method), $"/v1/batches/{UnknownId}{path}", method is "PATCH" ? "{}" : null);
        _ = await response.ProblemAsync("not_found");
    }

    [Fact]
    public async Task List_ByPages_ShowsEachOnceNewestFirst()
    {
        await using var host = await BatchHost.StartAsync();
        var ids = new List<string>();
        for (var time = 0; time < 5; time++)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(1));
            ids.Add(await host.CreateAsync(Three, query: "?name=List+" + time));
        }

        ids.Reverse();
        var seen = new List<string?>();
        string? path = "/v1/batches?limit=2";
        while (path is not null)
        {
            using var response = await host.Api.GetAsync(path);
            var page = await response.JsonAsync();
            seen.AddRange(page["batches"]!.AsArray().Select(batch => (string?)batch!["id"]));
            path = page["next"] is null ? null : response.Header("Link").Split('<', '>')[1];
        }

        Assert.Equal(ids, seen, StringComparer.Ordinal);
    }

    [Fact]
    public async Task List_Filtered_ShowsWhatIsAskedFor()
    {
        await using var host = await BatchHost.StartAsync();
        var done = await host.CreateAsync(Three, query: "?name=Spring");
        await host.WorkAsync(done);
        host.Clock.Advance(TimeSpan.FromHours(1));
        var paused = await host.CreateAsync(Three, query: "?name=Summer&start=false");

        Assert.Equal(done, await OnlyAsync("status=completed,cancelled"));
        Assert.Equal(paused, await OnlyAsync("status=paused"));
        Assert.Equal(paused, await OnlyAsync("name=summ"));
        Assert.Equal(done, await OnlyAsync("to=2026-11-24T10:30:00Z"));
        Assert.Equal(paused, await OnlyAsync("from=2026-11-24T10:30:00Z"));

        async Task<string?> OnlyAsync(string query) => (string?)Assert.Single((await host.JsonAsync("/v1/batches?" + query))["batches"]!.AsArray())!["id"];
    }

    [Theory]
    [InlineData("status=nonsense", "validation_failed")]
    [InlineData("limit=0", "validation_failed")]
    [InlineData("from=yesterday", "validation_failed")]
    [InlineData("after=c1.AAAA", "cursor_mismatch")]
    [InlineData("after=CURSOR&name=other", "cursor_mismatch")]
    public async Task List_WrongParameter_IsItsProblem(string query, string code)
    {
        await using var host = await BatchHost.StartAsync();
        _ = await host.CreateAsync(Three);
        _ = await host.CreateAsync(Three);
        var cursor = (string?)(await host.JsonAsync("/v1/batches?limit=1"))["next"];
        using var response = await host.Api.GetAsync("/v1/batches?" + query.Replace("CURSOR", cursor, StringComparison.Ordinal));
        _ = await response.ProblemAsync(code);
    }

    [Fact]
    public async Task Steer_PauseResumeCancel_DoesSoAndMayBeRepeated()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        foreach (var (command, status) in (IEnumerable<(string, string)>)[("pause", "paused"), ("pause", "paused"), ("resume", "queued"), ("resume", "queued"), ("cancel", "cancelled"), ("cancel", "cancelled")])
        {
            using var response = await host.Api.SendAsync(HttpMethod.Post, $"/v1/batches/{id}/{command}", command is "pause" ? """{"reason":"lunch"}""" : null);
            var json = await response.JsonAsync();
            Assert.Equal((202, status), ((int)response.StatusCode, (string?)json["status"]));
            Assert.Equal(command is "pause" ? """{"by":"customer","reason":"lunch"}""" : null, json["pause"]?.ToJsonString());
        }
    }

    [Fact]
    public async Task Steer_NotAllowed_NamesStateAndMoves()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        using var retry = await host.Api.SendAsync(HttpMethod.Post, $"/v1/batches/{id}/retry", json: null);
        var problem = await retry.ProblemAsync("batch_state_conflict");
        Assert.Equal(("queued", """["pause","resume","cancel"]"""), ((string?)problem["state"], problem["allowed"]!.ToJsonString()));

        await host.WorkAsync(id);
        using var pause = await host.Api.SendAsync(HttpMethod.Post, $"/v1/batches/{id}/pause", json: null);
        problem = await pause.ProblemAsync("batch_state_conflict");
        Assert.Equal(("completed", """["retry"]"""), ((string?)problem["state"], problem["allowed"]!.ToJsonString()));
    }

    [Fact]
    public async Task Retry_OfReasons_BeginsARound()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        await host.WorkAsync(id, email => email[0] == 'a' ? BatchHost.Accepted : BatchHost.TimedOut);
        using var response = await host.Api.SendAsync(HttpMethod.Post, $"/v1/batches/{id}/retry", """{"reasons":["timeout","timeout"]}""");
        var json = await response.JsonAsync();
        Assert.Equal((202, 2, "running", 1), ((int)response.StatusCode, (int?)json["round"], (string?)json["status"], (int?)json["counts"]!["done"]));
        Assert.Equal([VerdictReason.Timeout], (await host.FindAsync(id)).RetriedReasons);
    }

    [Theory]
    [InlineData("pause", """{"reason":17}""")]
    [InlineData("pause", "[]")]
    [InlineData("retry", """{"reasons":["accepted_email"]}""")]
    [InlineData("retry", """{"reasons":["nonsense"]}""")]
    [InlineData("retry", """{"reasons":"timeout"}""")]
    public async Task Steer_WrongBody_SaysWhere(string command, string body)
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        using var response = await host.Api.SendAsync(HttpMethod.Post, $"/v1/batches/{id}/{command}", body);
        _ = await response.ProblemAsync("validation_failed");
    }

    [Fact]
    public async Task Patch_Members_AreReplacedOrTakenAway()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three, query: "?name=a&tag=b");
        using var response = await host.Api.SendAsync(HttpMethod.Patch, "/v1/batches/" + id, """{"name":"new","tag":null,"priority":"low","unknown":1}""");
        var json = await response.JsonAsync();
        Assert.Equal((200, "new", null, "low"), ((int)response.StatusCode, (string?)json["name"], (string?)json["tag"], (string?)json["priority"]));
        Assert.Equal(response.Header("ETag"), (await host.Api.GetAsync("/v1/batches/" + id)).Header("ETag"));
    }

    [Fact]
    public async Task Patch_OfAnOldState_ChangesNothing()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three, query: "?name=a");
        using var first = await host.Api.GetAsync("/v1/batches/" + id);
        using var one = await host.Api.SendAsync(HttpMethod.Patch, "/v1/batches/" + id, """{"name":"b"}""", ("If-Match", first.Header("ETag")));
        Assert.Equal(200, (int)one.StatusCode);
        using var other = await host.Api.SendAsync(HttpMethod.Patch, "/v1/batches/" + id, """{"name":"c"}""", ("If-Match", first.Header("ETag")));
        _ = await other.ProblemAsync("precondition_failed");
        Assert.Equal("b", (await host.FindAsync(id)).Name);
    }

    [Fact]
    public async Task Patch_ErasedAtTheSameTime_WritesNothingBack()
    {
        BatchHost? host = null;
        await using var erased = host = await BatchHost.StartAsync(stub: store => StubbedStore.Of(store, name =>
        {
            if (name is nameof(IBatchStore.ChangeAsync))
                _ = store.ChangeAsync(host!.Grains.Woken.First(), batch => BatchLife.Erase(batch, ApiHost.Start)).GetAwaiter().GetResult();
            return null;
        }));
        var id = await host.CreateAsync(Three, query: "?name=a");
        using var response = await host.Api.SendAsync(HttpMethod.Patch, "/v1/batches/" + id, """{"name":"b","tag":"t"}""");
        _ = await response.ProblemAsync("erased");
        Assert.Equal((null, null), ((await host.FindAsync(id)).Name, (await host.FindAsync(id)).Tag));
    }

    [Theory]
    [InlineData("""{"name":1}""")]
    [InlineData("""{"priority":"first"}""")]
    [InlineData("""{"tag":{}}""")]
    public async Task Patch_WrongMember_SaysWhere(string body)
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        using var response = await host.Api.SendAsync(HttpMethod.Patch, "/v1/batches/" + id, body);
        _ = await response.ProblemAsync("validation_failed");
    }

    [Fact]
    public async Task Delete_Repeated_LeavesCountsOnly()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three, query: "?name=a");
        await host.WorkAsync(id);
        for (var time = 0; time < 2; time++)
        {
            using var response = await host.Api.SendAsync(HttpMethod.Delete, "/v1/batches/" + id, json: null);
            Assert.Equal(204, (int)response.StatusCode);
        }

        var json = await host.JsonAsync("/v1/batches/" + id);
        Assert.Equal(("2026-11-24T10:15:40.912Z", null, 3), ((string?)json["erased_at"], (string?)json["name"], (int?)json["counts"]!["done"]));
        using var results = await host.Api.GetAsync($"/v1/batches/{id}/results");
        _ = await results.ProblemAsync("erased");
        using var retry = await host.Api.SendAsync(HttpMethod.Post, $"/v1/batches/{id}/retry", json: null);
        _ = await retry.ProblemAsync("erased");
        using var patch = await host.Api.SendAsync(HttpMethod.Patch, "/v1/batches/" + id, """{"name":"b"}""");
        _ = await patch.ProblemAsync("erased");
        Assert.Null((await host.FindAsync(id)).Name);
        Assert.Null((await host.JsonAsync($"/v1/batches/{id}/summary"))["reasons"]);
    }

    [Fact]
    public async Task Summary_CountsByReasonProviderAndDomain()
    {
        await using var host = await BatchHost.StartAsync();
        var id = await host.CreateAsync(Three);
        await host.WorkAsync(id, email => email[0] == 'a' ? BatchHost.TimedOut : BatchHost.Accepted);
        var json = await host.JsonAsync($"/v1/batches/{id}/summary");
        Assert.Equal("""{"accepted_email":2,"timeout":1}""", json["reasons"]!.ToJsonString());
        Assert.Equal("""[{"provider":"example.com","done":3,"deliverable":2,"undeliverable":0,"risky":0,"unknown":1}]""", json["providers"]!.ToJsonString());
        Assert.Equal("""[{"domain":"b.example","done":3,"deliverable":2,"undeliverable":0,"risky":0,"unknown":1}]""", json["domains"]!.ToJsonString());
        Assert.Equal("completed", (string?)json["status"]);
    }
}
