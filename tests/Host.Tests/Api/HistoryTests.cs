using System.Text.Json.Nodes;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Tests.Api;

public sealed class HistoryTests
{
    private const string Email = "jane@example.com";

    [Fact]
    public async Task List_ByPages_ShowsEachOnceNewestFirst()
    {
        await using var host = await ApiHost.StartAsync();
        await FillAsync(host, 7);

        var seen = new List<string?>();
        string? path = $"/v1/verifications?limit=3&email={Email}";
        while (path is not null)
        {
            using var response = await host.GetAsync(path);
            var page = await response.JsonAsync();
            seen.AddRange(page["verifications"]!.AsArray().Select(row => (string?)row!["id"]));
            if (seen.Count == 3)
                await FillAsync(host, 1, from: 100);
            var next = (string?)page["next"];
            Assert.Equal(next is not null, response.Headers.Contains("Link"));
            path = next is null ? null : response.Header("Link").Split('<', '>')[1];
        }

        Assert.Equal(Enumerable.Range(0, 7).Reverse().Select(IdOf), seen, StringComparer.Ordinal);
    }

    [Fact]
    public async Task List_StatusChanged_SaysWhenAndWhy()
    {
        await using var host = await ApiHost.StartAsync();
        var accepted = Samples.Rejected with { Status = VerdictStatus.Deliverable, Reason = VerdictReason.AcceptedEmail };
        await FillAsync(host, 3, verdict: at => at == 2 ? Samples.Rejected : accepted);

        var page = await (await host.GetAsync($"/v1/verifications?email={Email}")).JsonAsync();
        var onePage = await (await host.GetAsync($"/v1/verifications?limit=1&email={Email}")).JsonAsync();

        const string Changes = """[{"at":"2026-11-24T10:15:40.912Z","from":"deliverable","to":"undeliverable","why":"rejected_email"}]""";
        Assert.Equal(Changes, page["changes"]!.ToJsonString());
        Assert.Equal(Changes, onePage["changes"]!.ToJsonString());
    }

    [Fact]
    public async Task List_Bounds_AreHalfOpen()
    {
        await using var host = await ApiHost.StartAsync();
        await FillAsync(host, 5);
        var page = await (await host.GetAsync($"/v1/verifications?email={Email}&from=2026-11-24T10:15:41.912Z&to=2026-11-24T10:15:43.912Z")).JsonAsync();
        Assert.Equal([IdOf(2), IdOf(1)], page["verifications"]!.AsArray().Select(row => (string?)row!["id"]), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Search_Post_SaysTheSame()
    {
        await using var host = await ApiHost.StartAsync();
        await FillAsync(host, 3);
        var body = new JsonObject { ["email"] = Email, ["limit"] = 2 };

        var first = await (await host.SendAsync(HttpMethod.Post, "/v1/verifications/search", body.ToJsonString())).JsonAsync();
        body["after"] = (string?)first["next"];
        var second = await (await host.SendAsync(HttpMethod.Post, "/v1/verifications/search", body.ToJsonString())).JsonAsync();

        Assert.Equal((2, 1), (first["verifications"]!.AsArray().Count, second["verifications"]!.AsArray().Count));
        Assert.Null(second["next"]);
    }

    [Theory]
    [InlineData("email=other@example.com", false)]
    [InlineData("email=jane@example.com&from=2026-11-24T00:00:00Z", false)]
    [InlineData("email=jane@example.com", true)]
    public async Task List_CursorOfAnotherList_IsRefused(string query, bool otherCustomer)
    {
        await using var host = await ApiHost.StartAsync();
        await FillAsync(host, 2);
        var cursor = (string?)(await (await host.GetAsync($"/v1/verifications?limit=1&email={Email}")).JsonAsync())["next"];
        var key = otherCustomer ? await host.KeyAsync(test: true) : ApiHost.AdminKey;

        using var response = await host.GetAsync($"/v1/verifications?{query}&after={cursor}", ("Authorization", "Bearer " + key));

        var problem = await response.ProblemAsync("cursor_mismatch");
        Assert.Equal("after", (string?)problem["errors"]![0]!["parameter"]);
    }

    [Fact]
    public async Task Search_CursorOfAnotherList_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Post, "/v1/verifications/search", $$"""{"email":"{{Email}}","after":"c1.AAAA"}""");
        var problem = await response.ProblemAsync("cursor_mismatch");
        Assert.Equal("/after", (string?)problem["errors"]![0]!["pointer"]);
    }

    [Theory]
    [InlineData("[]", "validation_failed")]
    [InlineData("{\"email\":", "malformed_json")]
    [InlineData("""{"email":"\ud800"}""", "malformed_json")]
    [InlineData("""{"email":3}""", "validation_failed")]
    [InlineData("""{"email":"jane@example.com","limit":"many"}""", "validation_failed")]
    [InlineData("""{"email":"jane@example.com","limit":1.5}""", "validation_failed")]
    [InlineData("""{"email":"jane@example.com","from":{"a":1}}""", "validation_failed")]
    public async Task Search_WrongBody_IsItsProblem(string body, string code)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Post, "/v1/verifications/search", body);
        _ = await response.ProblemAsync(code);
    }

    [Theory]
    [InlineData("""{"email":5}""", "/email", "type")]
    [InlineData("""{"domain":["example.com"]}""", "/domain", "type")]
    [InlineData("""{"domain":"not a domain"}""", "/domain", "invalid")]
    [InlineData("""{"status":"fine"}""", "/status", "invalid")]
    [InlineData("""{"reason":"whatever"}""", "/reason", "invalid")]
    [InlineData("""{"batch":"ver_01M86GVNRVEYHRV72HWAW4YR51"}""", "/batch", "invalid")]
    [InlineData("""{"email":"jane@example.com","domain":"example.com"}""", "/domain", "invalid")]
    [InlineData("""{"email":"jane@example.com","status":"pending"}""", "/status", "invalid")]
    [InlineData("""{"email":"jane@example.com","limit":"many"}""", "/limit", "type")]
    [InlineData("""{"email":"jane@example.com","limit":0}""", "/limit", "out_of_range")]
    [InlineData("""{"email":"jane@example.com","from":{"a":1}}""", "/from", "type")]
    [InlineData("""{"email":"jane@example.com","from":"10:15"}""", "/from", "invalid")]
    public async Task Search_WrongMember_IsNamed(string body, string pointer, string code)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Post, "/v1/verifications/search", body);
        var error = Assert.Single((await response.ProblemAsync("validation_failed"))["errors"]!.AsArray())!;
        Assert.Equal((pointer, code), ((string?)error["pointer"], (string?)error["code"]));
    }

    private static string IdOf(int at) => $"ver_01M86GVNRVEYHRV72HWAW4{at:D4}";

    private static async Task FillAsync(ApiHost host, int count, int from = 0, Func<int, Verdict>? verdict = null)
    {
        for (var at = from; at < from + count; at++)
        {
            var row = Samples.Final(Email, IdOf(at)) with { CreatedAt = ApiHost.Start.AddSeconds(at), Verdict = verdict?.Invoke(at) ?? Samples.Rejected };
            await host.Store.SaveAsync(row, ticket: null);
        }
    }
}
