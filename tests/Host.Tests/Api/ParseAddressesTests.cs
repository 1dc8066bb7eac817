using System.Text.Json.Nodes;

namespace EmailVerify.Host.Tests.Api;

public sealed class ParseAddressesTests
{
    private const string Path = "/v1/addresses/parse";

    [Fact]
    public async Task Parse_Inputs_AreReportedOnInOrder()
    {
        await using var host = await ApiHost.StartAsync();
        var answer = await (await host.SendAsync(HttpMethod.Post, Path, """{"inputs":["Info@Example.com","a..b@c.example",""],"new":1}""")).JsonAsync();

        var reports = answer["addresses"]!.AsArray();
        Assert.Equal(["Info@Example.com", "a..b@c.example", ""], reports.Select(report => (string?)report!["input"]), StringComparer.Ordinal);
        Assert.Equal([true, false, false], reports.Select(report => (bool)report!["valid"]!));
        Assert.Equal((true, "invalid_email"), ((bool)reports[0]!["flags"]!["role"]!, (string?)reports[1]!["reason"]));
        Assert.Empty(host.Grains.Questions);
        Assert.Empty(host.Store.Rows);
    }

    [Theory]
    [InlineData("{", "malformed_json", null, null)]
    [InlineData("""{"inputs":["\ud800"]}""", "malformed_json", null, null)]
    [InlineData("[]", "validation_failed", "", "type")]
    [InlineData("{}", "validation_failed", "/inputs", "required")]
    [InlineData("""{"inputs":"a@b.example"}""", "validation_failed", "/inputs", "type")]
    [InlineData("""{"inputs":["a@b.example",7]}""", "validation_failed", "/inputs/1", "type")]
    public async Task Parse_WrongBody_SaysWhere(string body, string code, string? pointer, string? what)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Post, Path, body);

        var error = (await response.ProblemAsync(code))["errors"]?[0];
        Assert.Equal((pointer, what), ((string?)error?["pointer"], (string?)error?["code"]));
    }

    [Theory]
    [InlineData(1_000, 200)]
    [InlineData(1_001, 422)]
    public async Task Parse_Inputs_AreAtMostAThousand(int count, int status)
    {
        await using var host = await ApiHost.StartAsync();
        var body = new JsonObject { ["inputs"] = new JsonArray([.. Enumerable.Repeat("a@b.example", count).Select(input => (JsonNode)input)]) };
        using var response = await host.SendAsync(HttpMethod.Post, Path, body.ToJsonString());
        Assert.Equal(status, (int)response.StatusCode);
    }
}
