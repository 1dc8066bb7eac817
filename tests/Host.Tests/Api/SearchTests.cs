using System.Text.Json.Nodes;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Tests.Api;

/// <summary>The history of all verifications.</summary>
public sealed class SearchTests
{
    private const string Batch = "bat_01M86CH6NGEJZ82ZR96BBCGNBY";

    [Theory]
    [InlineData("", "7 6 5 4 3 2 1 0")]
    [InlineData("domain=example.com", "7 5 4 1 0")]
    [InlineData("domain=K%C3%B6ln.example", "3 2")]
    [InlineData("domain=XN--KLN-SNA.example", "3 2")]
    [InlineData("domain=nobody.example", "")]
    [InlineData("status=undeliverable", "3 2 1 0")]
    [InlineData("status=pending", "7 6")]
    [InlineData("status=pending&domain=example.com", "7")]
    [InlineData("status=pending&reason=timeout", "")]
    [InlineData("status=unknown&reason=timeout", "5")]
    [InlineData("reason=null_mx&status=risky", "")]
    [InlineData("batch=" + Batch, "4 0")]
    [InlineData("batch=" + Batch + "&status=undeliverable", "0")]
    [InlineData("batch=bat_00000000000000000000000000", "")]
    [InlineData("from=2026-11-24T10:15:42.912Z&to=2026-11-24T10:15:44.912Z", "3 2")]
    [InlineData("from=2026-11-24T10:15:42.912Z&to=2026-11-24T10:15:44.912Z&reason=null_mx", "3")]
    public async Task List_WithFilters_ShowsWhatMatchesAll(string query, string expected)
    {
        await using var host = await ApiHost.StartAsync();
        await FillAsync(host);
        using var response = await host.GetAsync("/v1/verifications?evidence=false&" + query);
        var page = await response.JsonAsync();
        Assert.Equal(expected, Shown(page));
        Assert.Empty(page["changes"]!.AsArray());
        Assert.Null(page["next"]);
        Assert.False(response.Headers.Contains("Link"));
    }

    [Fact]
    public async Task List_ByPages_ShowsEachOnceAndLinksToTheNext()
    {
        await using var host = await ApiHost.StartAsync();
        await FillAsync(host);
        var shown = new List<string>();
        for (var path = "/v1/verifications?status=undeliverable&limit=3"; path is not null;)
        {
            using var response = await host.GetAsync(path);
            shown.Add(Shown(await response.JsonAsync()));
            path = response.Headers.Contains("Link") ? response.Header("Link").Split('<', '>')[1] : null;
        }

        Assert.Equal(["3 2 1", "0"], shown, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Search_Post_SaysTheSame()
    {
        await using var host = await ApiHost.StartAsync();
        await FillAsync(host);
        var body = new JsonObject { ["domain"] = "köln.example", ["status"] = "undeliverable", ["email"] = null, ["batch"] = null, ["limit"] = 1 };
        var first = await (await host.SendAsync(HttpMethod.Post, "/v1/verifications/search", body.ToJsonString())).JsonAsync();
        body["after"] = (string?)first["next"];
        var second = await (await host.SendAsync(HttpMethod.Post, "/v1/verifications/search", body.ToJsonString())).JsonAsync();
        Assert.Equal(("3", "2", null), (Shown(first), Shown(second), (string?)second["next"]));
    }

    [Theory]
    [InlineData("domain=example.com")]
    [InlineData("status=unknown")]
    [InlineData("status=pending")]
    [InlineData("reason=timeout")]
    [InlineData("batch=" + Batch)]
    [InlineData("to=2027-01-01T00:00:00Z")]
    [InlineData("email=a@example.com")]
    public async Task List_CursorOfAnotherSearch_IsRefused(string query)
    {
        await using var host = await ApiHost.StartAsync();
        await FillAsync(host);
        var cursor = (string?)(await (await host.GetAsync("/v1/verifications?limit=1")).JsonAsync())["next"];
        using var response = await host.GetAsync($"/v1/verifications?{query}&after={cursor}");
        _ = await response.ProblemAsync("cursor_mismatch");
    }

    [Fact]
    public async Task List_OfAnotherCustomer_IsEmpty()
    {
        await using var host = await ApiHost.StartAsync();
        await FillAsync(host);
        var key = await host.KeyAsync(test: true);
        Assert.Empty(Shown(await (await host.GetAsync("/v1/verifications", ("Authorization", "Bearer " + key))).JsonAsync()));
    }

    [Theory]
    [InlineData("status=fine", "status", "deliverable, undeliverable, risky, unknown, pending")]
    [InlineData("status=", "status", "pending")]
    [InlineData("reason=bounced", "reason", "accepted_email, accept_all")]
    [InlineData("domain=", "domain", "example.com")]
    [InlineData("domain=a@b.example", "domain", "example.com")]
    [InlineData("domain=[192.0.2.1]", "domain", "example.com")]
    [InlineData("batch=7", "batch", "bat_")]
    [InlineData("email=a@example.com&reason=timeout", "reason", "leave out reason, or email")]
    [InlineData("email=a@example.com&batch=" + Batch, "batch", "leave out batch, or email")]
    [InlineData("domain=a.example&domain=b.example", "domain", "more than once")]
    [InlineData("limit=1001", "limit", "from 1 to 1000")]
    public async Task List_WrongParameter_IsNamedWithWhatItMayBe(string query, string parameter, string detail)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.GetAsync("/v1/verifications?" + query);
        var error = Assert.Single((await response.ProblemAsync("validation_failed"))["errors"]!.AsArray())!;
        Assert.Equal((parameter, 422), ((string?)error["parameter"], (int)response.StatusCode));
        Assert.Contains(detail, (string?)error["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_StandbyThatIsAway_IsUnavailable()
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Failure = new Core.StorageUnavailableException("PostgreSQL cannot be reached now.");
        using var response = await host.GetAsync("/v1/verifications?status=unknown");
        _ = await response.ProblemAsync("storage_unavailable");
        Assert.NotEmpty(response.Header("Retry-After"));
    }

    private static string Shown(JsonObject page) => string.Join(' ', page["verifications"]!.AsArray().Select(row => ((string)row!["id"]!)[^1]));

    private static async Task FillAsync(ApiHost host)
    {
        (string Email, VerdictReason? Reason)[] rows =
        [
            ("a@example.com", VerdictReason.RejectedEmail),
            ("b@Example.com", VerdictReason.NullMx),
            ("c@köln.example", VerdictReason.RejectedEmail),
            ("d@xn--kln-sna.example", VerdictReason.NullMx),
            ("e@example.com", VerdictReason.AcceptAll),
            ("f@example.com", VerdictReason.Timeout),
            ("g@other.example", null),
            ("h@example.com", null),
        ];
        foreach (var (at, (email, reason)) in rows.Index())
        {
            var row = (reason is { } known
                ? Samples.Final(email) with { Verdict = Samples.Rejected with { Status = Judge.StatusOf(known), Reason = known } }
                : Samples.Pending(TimeSpan.FromMinutes(5)) with { Email = email }) with
            { Id = $"ver_01M86GVNRVEYHRV72HWAW4000{at}", CreatedAt = ApiHost.Start.AddSeconds(at) };
            await host.Store.SaveAsync(row, ticket: null);
            if (at is 0 or 4)
                host.Reports.Batches[row.Id] = Batch;
        }
    }
}
