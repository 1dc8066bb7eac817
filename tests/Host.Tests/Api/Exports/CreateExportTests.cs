using System.Text.Json.Nodes;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Exports;
using EmailVerify.Host.Tests.Api.Batches;

namespace EmailVerify.Host.Tests.Api.Exports;

public sealed class CreateExportTests
{
    private const string Body = """{"kind":"verifications"}""";

    [Fact]
    public async Task Post_AnExport_IsQueuedAndShown()
    {
        await using var host = await ExportHost.StartAsync(works: false);
        using var response = await host.AskAsync(
            """{"kind":"verifications","format":"csv","from":"2026-11-01T00:00:00Z","to":"2026-12-01T01:00:00+01:00","status":"risky","reason":"accept_all","domain":"Bücher.example","batch":"bat_01M86CH6NGEJZ82ZR96BBCGNBY"}""");

        var export = await response.JsonAsync();
        Assert.Equal(202, (int)response.StatusCode);
        Assert.Equal("no-store, private", response.Header("Cache-Control"));
        Assert.Equal(
            """{"from":"2026-11-01T00:00:00.000Z","to":"2026-12-01T00:00:00.000Z","status":"risky","reason":"accept_all","domain":"xn--bcher-kva.example","batch":"bat_01M86CH6NGEJZ82ZR96BBCGNBY"}""",
            export["filters"]!.ToJsonString());
        Assert.Equal(("queued", "verifications", "csv", null), ((string?)export["status"], (string?)export["kind"], (string?)export["format"], (string?)export["links"]!["file"]));
        Assert.True(JsonNode.DeepEquals(export, await host.JsonAsync(response.Header("Location"))));
    }

    [Theory]
    [InlineData("{}", "/kind", "required", "verifications, batches")]
    [InlineData("""{"kind":null}""", "/kind", "required", "verifications, batches")]
    [InlineData("""{"kind":"verification"}""", "/kind", "invalid", "verifications, batches")]
    [InlineData("""{"kind":7}""", "/kind", "type", "verifications, batches")]
    [InlineData("""{"kind":"batches","format":"xlsx"}""", "/format", "invalid", "ndjson, csv")]
    [InlineData("""{"kind":"batches","since":"2026-11-01T00:00:00Z"}""", "/since", "unknown", "kind, format, from, to, status, reason, domain, batch, evidence")]
    [InlineData("""{"kind":"batches","from":"2026-11-01"}""", "/from", "invalid", "RFC 3339")]
    [InlineData("""{"kind":"batches","to":1}""", "/to", "type", "RFC 3339")]
    [InlineData("""{"kind":"batches","from":"2026-11-02T00:00:00Z","to":"2026-11-02T00:00:00Z"}""", "/to", "out_of_range", "after from")]
    [InlineData("""{"kind":"verifications","status":"good"}""", "/status", "invalid", "deliverable, undeliverable, risky, unknown")]
    [InlineData("""{"kind":"verifications","reason":"bad"}""", "/reason", "invalid", "accept_all")]
    [InlineData("""{"kind":"verifications","domain":"a@b.example"}""", "/domain", "invalid", "example.com")]
    [InlineData("""{"kind":"verifications","domain":"a b"}""", "/domain", "invalid", "example.com")]
    [InlineData("""{"kind":"verifications","batch":"bat_1"}""", "/batch", "invalid", "bat_")]
    [InlineData("""{"kind":"verifications","batch":"bat_ZZZZZZZZZZZZZZZZZZZZZZZZZZ"}""", "/batch", "invalid", "bat_")]
    [InlineData("""{"kind":"verifications","evidence":"yes"}""", "/evidence", "type", "true or false")]
    [InlineData("""{"kind":"verifications","evidence":true,"format":"csv"}""", "/evidence", "invalid", "ndjson")]
    [InlineData("""{"kind":"batches","status":"risky"}""", "/status", "invalid", "verifications")]
    [InlineData("""{"kind":"batches","evidence":false}""", "/evidence", "invalid", "verifications")]
    public async Task Post_AWrongMember_IsNamed(string json, string pointer, string code, string says)
    {
        await using var host = await ExportHost.StartAsync(works: false);
        using var response = await host.AskAsync(json);
        var error = Assert.Single((await response.ProblemAsync("validation_failed"))["errors"]!.AsArray())!;
        Assert.Equal((pointer, code), ((string?)error["pointer"], (string?)error["code"]));
        Assert.Contains(says, (string?)error["detail"], StringComparison.Ordinal);
        Assert.Empty((await host.JsonAsync("/v1/exports"))["exports"]!.AsArray());
    }

    [Fact]
    public async Task List_OfAll_HasNoNextPage()
    {
        await using var host = await ExportHost.StartAsync(works: false);
        var path = await host.ExportAsync();
        var list = await host.JsonAsync("/v1/exports");
        Assert.Equal(["exports", "next"], list.Select(member => member.Key), StringComparer.Ordinal);
        Assert.Null(list["next"]);
        Assert.Equal(path, (string?)Assert.Single(list["exports"]!.AsArray())!["links"]!["self"]);
    }

    [Fact]
    public async Task Post_Repeated_GetsTheSameAnswer()
    {
        await using var host = await ExportHost.StartAsync(works: false);
        using var one = await host.AskAsync(Body, ("Idempotency-Key", "\"k\""));
        using var other = await host.AskAsync(Body, ("Idempotency-Key", "k"));

        Assert.Equal((202, one.Header("Location"), "true"), ((int)other.StatusCode, other.Header("Location"), other.Header("Idempotency-Replayed")));
        Assert.True(JsonNode.DeepEquals(await one.JsonAsync(), await other.JsonAsync()));
        Assert.Single((await host.JsonAsync("/v1/exports"))["exports"]!.AsArray());
        using var changed = await host.AskAsync("""{"kind":"batches"}""", ("Idempotency-Key", "k"));
        _ = await changed.ProblemAsync("idempotency_key_reused");
        using var malformed = await host.AskAsync(Body, ("Idempotency-Key", "two words"));
        _ = await malformed.ProblemAsync("malformed_header");
    }

    [Fact]
    public async Task Post_FirstStillAtWork_IsAskedToComeBack()
    {
        await using var host = await ExportHost.StartAsync(works: false);
        var now = host.Clock.GetUtcNow();
        _ = await host.Sqlite.ReserveAsync(new IdempotencyKey(CustomerIds.Default, "POST /v1/exports", "k"), "other", now, now.AddSeconds(60));
        using (var response = await host.AskAsync(Body, ("Idempotency-Key", "k")))
            _ = await response.ProblemAsync("idempotency_in_progress");
        host.Clock.Advance(TimeSpan.FromSeconds(61));
        _ = await host.ExportAsync(Body, ("Idempotency-Key", "k"));
    }

    [Fact]
    public async Task Post_RefusedBefore_MayBeRepeatedWithTheKey()
    {
        Exception? failure = new StorageUnavailableException("away");
        await using var host = await ExportHost.StartAsync(works: false, stub: store => StubbedStore.Of(store, name => name is nameof(IExportStore.AddAsync) ? failure : null));
        using (var refused = await host.AskAsync(Body, ("Idempotency-Key", "k")))
            _ = await refused.ProblemAsync("storage_unavailable");
        failure = new StorageFullException("full");
        using (var refused = await host.AskAsync(Body, ("Idempotency-Key", "k")))
            _ = await refused.ProblemAsync("storage_full");
        failure = null;
        _ = await host.ExportAsync(Body, ("Idempotency-Key", "k"));
    }

    [Fact]
    public async Task Post_BeyondTheBounds_IsToldWhatToDo()
    {
        await using var host = await ExportHost.StartAsync(works: false);
        for (var number = 0; number < Export.MaxUnfinished; number++)
            _ = await host.ExportAsync();
        using (var fourth = await host.AskAsync(Body, ("Idempotency-Key", "k")))
        {
            Assert.Contains("wait until one has", (string?)(await fourth.ProblemAsync("too_many_exports"))["detail"], StringComparison.Ordinal);
            Assert.Equal("60", fourth.Header("Retry-After"));
        }

        for (var number = 0; number < Export.MaxKept; number++)
        {
            var now = host.Clock.GetUtcNow();
            while (await host.Exports.ClaimAsync(now, now) is { } claim)
                Assert.True(await host.Exports.SaveAsync(claim, claim.Export.Fail(ExportFailure.InternalError, now), default, now));
            using var some = await host.AskAsync(Body);
        }

        // Nothing changes by itself before the first of them goes.
        host.Clock.Advance(TimeSpan.FromDays(1));
        using (var next = await host.AskAsync(Body))
        {
            Assert.Contains("delete one", (string?)(await next.ProblemAsync("too_many_exports"))["detail"], StringComparison.Ordinal);
            Assert.Equal("518400", next.Header("Retry-After"));
        }

        var oldest = (string)(await host.JsonAsync("/v1/exports"))["exports"]!.AsArray()[^1]!["links"]!["self"]!;
        using (var deleted = await host.Api.SendAsync(HttpMethod.Delete, oldest, json: null))
            Assert.Equal(204, (int)deleted.StatusCode);

        // A key whose request was refused is free.
        _ = await host.ExportAsync(Body, ("Idempotency-Key", "k"));
    }

    [Fact]
    public async Task Exports_OfATestKey_AreAWorldApart()
    {
        var reports = new PagedReports();
        reports.Add(ExportHost.Verification("live@example.com"));
        reports.Add(ExportHost.Verification("test@example.com", CustomerIds.InTest(CustomerIds.Default)));
        await using var host = await ExportHost.StartAsync(reports);
        var key = ("Authorization", "Bearer " + await host.Api.KeyAsync(test: true));
        var live = await host.ExportAsync(Body);
        using var response = await host.AskAsync(Body, key);
        var test = response.Header("Location");

        foreach (var path in (string[])[live, live + "/file"])
        {
            using var foreign = await host.Api.GetAsync(path, key);
            _ = await foreign.ProblemAsync("not_found");
        }

        using (var foreign = await host.Api.SendAsync(HttpMethod.Delete, live, json: null, key))
            _ = await foreign.ProblemAsync("not_found");
        using (var list = await host.Api.GetAsync("/v1/exports", key))
            Assert.Equal(test, (string?)Assert.Single((await list.JsonAsync())["exports"]!.AsArray())!["links"]!["self"]);
        _ = await host.UntilAsync(live);
        Assert.Contains("live@example.com", await host.FileTextAsync(live), StringComparison.Ordinal);
        Assert.DoesNotContain("test@example.com", await host.FileTextAsync(live), StringComparison.Ordinal);
    }
}
