using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Host.Tests.Api;

public sealed class ExplainRepliesTests
{
    private const string Path = "/v1/replies/explain";

    [Fact]
    public async Task Explain_OneReply_SaysMeaningRuleAndWhy()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Post, Path, """{"stage":"rcpt","code":550,"enhanced":"5.1.1","text":"<jane@b.example>: User unknown","mx":"mx.b.example","new":1}""");

        var answer = await response.JsonAsync();
        Assert.Equal(
            $$"""
            {"meaning":"no_such_mailbox","about":"mailbox","rule":"generic/no-such-user","rule_set":"{{ReplyRules.Default.Version}}","status":"undeliverable","reason":"rejected_email","retry":null,
            "explanation":"The server says that this mailbox does not exist.","provider":null,"read_as":"@address user unknown",
            "cut_out":[{"kind":"address","text":"jane@b.example"}]}
            """.ReplaceLineEndings(""),
            Without(answer, "words", "runner_up"));
        Assert.Equal("no_such_mailbox", (string?)answer["runner_up"]!["meaning"]);
        Assert.NotEqual((string?)answer["rule"], (string?)answer["runner_up"]!["rule"], StringComparer.Ordinal);
        Assert.Contains("mailbox", answer["words"]!.AsArray().Select(word => (string?)word), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("""{"code":450,"text":"Greylisted, try again in 300 seconds"}""", "unknown greylisted", """{"after_seconds":300}""")]
    [InlineData("""{"code":451,"text":"Greylisted"}""", "unknown greylisted", """{"after_seconds":null}""")]
    [InlineData("""{"code":450,"text":"User unknown"}""", "undeliverable rejected_email", """{"after_seconds":null}""")]
    [InlineData("""{"code":250,"text":""}""", "risky accept_all", null)]
    [InlineData("""{"stage":"mail","code":550,"text":"User unknown"}""", "unknown blocked_by_policy", null)]
    [InlineData("""{"code":554,"enhanced":null,"stage":null,"mx":null,"text":"listed at zen.spamhaus.org"}""", "unknown blocked_by_policy", null)]
    public async Task Explain_Reply_SaysWhatTheVerdictWouldBe(string body, string verdict, string? retry)
    {
        await using var host = await ApiHost.StartAsync();
        var answer = await (await host.SendAsync(HttpMethod.Post, Path, body)).JsonAsync();

        Assert.Equal((verdict, retry), ($"{answer["status"]} {answer["reason"]}", answer["retry"]?.ToJsonString()));
    }

    [Fact]
    public async Task Explain_AList_IsAnsweredInOrder()
    {
        await using var host = await ApiHost.StartAsync();
        var replies = Enumerable.Range(0, 1_000).Select(at => new JsonObject { ["code"] = at % 2 == 0 ? 550 : 250, ["text"] = at % 2 == 0 ? "User unknown" : "ok" });
        using var response = await host.SendAsync(HttpMethod.Post, Path, new JsonObject { ["replies"] = new JsonArray([.. replies]) }.ToJsonString());

        var answers = (await response.JsonAsync())["replies"]!.AsArray();
        Assert.Equal(1_000, answers.Count);
        Assert.All(answers.Index(), one => Assert.Equal(one.Index % 2 == 0 ? "no_such_mailbox" : "mailbox_exists", (string?)one.Item!["meaning"]));
        Assert.Equal("""{"replies":[]}""", (await (await host.SendAsync(HttpMethod.Post, Path, """{"replies":[]}""")).JsonAsync()).ToJsonString());
    }

    [Fact]
    public async Task Explain_Lines_AreAnsweredEachAndABadOneEndsNothing()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await LinesAsync(host, "{\"code\":550,\"text\":\"User unknown\"}\n\n{\"code\":5}\nnonsense\r\n{\"code\":250,\"text\":\"\\ud800\"}\n{\"code\":250,\"text\":\"ok\"}");

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.ToString());
        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["no_such_mailbox", null, null, null, "mailbox_exists"], lines.Select(line => (string?)line["meaning"]), StringComparer.Ordinal);
        Assert.Equal([null, 3, 4, 5, null], lines.Select(line => (int?)line["line"]));
        Assert.Contains("200 to 599", (string?)lines[1]["error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "", "type")]
    [InlineData("{}", "/code", "required")]
    [InlineData("""{"code":550}""", "/text", "required")]
    [InlineData("""{"code":"550","text":""}""", "/code", "type")]
    [InlineData("""{"code":199,"text":""}""", "/code", "out_of_range")]
    [InlineData("""{"code":550.5,"text":""}""", "/code", "out_of_range")]
    [InlineData("""{"code":550,"text":7}""", "/text", "type")]
    [InlineData("""{"code":550,"text":"","stage":"helo"}""", "/stage", "invalid")]
    [InlineData("""{"code":550,"text":"","enhanced":"five"}""", "/enhanced", "invalid")]
    [InlineData("""{"code":550,"text":"","mx":[]}""", "/mx", "type")]
    [InlineData("""{"replies":{}}""", "/replies", "type")]
    [InlineData("""{"replies":[{"code":250,"text":""},7]}""", "/replies/1", "type")]
    [InlineData("""{"replies":[{"code":250,"text":""},{"code":250,"text":"","stage":1}]}""", "/replies/1/stage", "type")]
    public async Task Explain_WrongMember_IsNamed(string body, string pointer, string code)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Post, Path, body);

        var error = (await response.ProblemAsync("validation_failed"))["errors"]![0]!;
        Assert.Equal((pointer, code), ((string?)error["pointer"], (string?)error["code"]));
    }

    [Fact]
    public async Task Explain_Bounds_AreKept()
    {
        await using var host = await ApiHost.StartAsync();
        string Text(int length) => new JsonObject { ["code"] = 550, ["text"] = new string('x', length) }.ToJsonString();
        using var longest = await host.SendAsync(HttpMethod.Post, Path, Text(65_536));
        using var longer = await host.SendAsync(HttpMethod.Post, Path, Text(65_537));
        using var many = await host.SendAsync(HttpMethod.Post, Path, $$"""{"replies":[{{string.Join(',', Enumerable.Repeat("{}", 1_001))}}]}""");
        using var wrong = await host.SendAsync(HttpMethod.Post, Path, $$"""{"replies":[{{string.Join(',', Enumerable.Repeat("{}", 1_000))}}]}""");
        using var large = await host.SendAsync(HttpMethod.Post, Path, Text((4 * 1024 * 1024) + 1));

        Assert.Equal(HttpStatusCode.OK, longest.StatusCode);
        Assert.Equal("too_long", (string?)(await longer.ProblemAsync("validation_failed"))["errors"]![0]!["code"]);
        Assert.Equal("out_of_range", (string?)(await many.ProblemAsync("validation_failed"))["errors"]![0]!["code"]);
        Assert.Equal(100, (await wrong.ProblemAsync("validation_failed"))["errors"]!.AsArray().Count);
        _ = await large.ProblemAsync("body_too_large");
    }

    [Theory]
    [InlineData("application/json", "application/x-ndjson", HttpStatusCode.NotAcceptable)]
    [InlineData("application/x-ndjson", "application/json", HttpStatusCode.NotAcceptable)]
    [InlineData("application/x-ndjson", "*/*", HttpStatusCode.OK)]
    [InlineData("text/plain", "*/*", HttpStatusCode.UnsupportedMediaType)]
    public async Task Explain_Form_IsThatOfTheQuestion(string type, string accept, HttpStatusCode status)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await LinesAsync(host, """{"code":250,"text":""}""", type, accept);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Explain_WithoutTheScope_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync(scopes: "verify");
        using var response = await host.SendAsync(HttpMethod.Post, Path, "{}", ("Authorization", "Bearer " + key));
        _ = await response.ProblemAsync("insufficient_scope");
    }

    private static string Without(JsonObject answer, params string[] names)
    {
        var copy = (JsonObject)answer.DeepClone();
        foreach (var name in names)
            _ = copy.Remove(name);
        return copy.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    private static async Task<HttpResponseMessage> LinesAsync(ApiHost host, string lines, string type = "application/x-ndjson", string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(lines, Encoding.UTF8, new MediaTypeHeaderValue(type)) };
        if (accept is not null)
            request.Headers.Accept.ParseAdd(accept);
        return await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
