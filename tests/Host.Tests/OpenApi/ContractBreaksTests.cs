using System.Text.Json.Nodes;

namespace EmailVerify.Host.Tests.OpenApi;

public sealed class ContractBreaksTests
{
    private const string Small = """
        {"paths":{
          "/a":{
            "get":{"operationId":"getA","security":[],
              "parameters":[{"in":"query","name":"limit","required":false,"schema":{"type":"integer","minimum":1,"maximum":1000}}],
              "responses":{
                "200":{"headers":{"ETag":{"required":true,"schema":{"type":"string"}}},"content":{
                  "application/json":{"schema":{"$ref":"#/components/schemas/A"}},
                  "text/csv":{"schema":{"type":"string"}}}},
                "404":{"description":"no"}}},
            "post":{"operationId":"makeA","security":[{"bearer":["verify"]}],
              "requestBody":{"required":false,"content":{"application/json":{"schema":
                {"type":"object","required":["name"],"properties":{
                  "name":{"type":"string","minLength":1,"maxLength":64},
                  "rank":{"type":["string","null"],"enum":["low","high",null]},
                  "many":{"type":"array","maxItems":10,"items":{"type":"string","maxLength":8}}}}}}},
              "responses":{"202":{"description":"yes"}}}}},
         "components":{"schemas":{"A":{"type":"object","required":["id","kind"],"properties":{
            "id":{"type":"string"},"kind":{"type":"string","enum":["one","two"]},"word":{"type":"string","x-extensible-enum":["x","y"]},
            "inner":{"anyOf":[{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}},{"type":"null"}]}}}}}}
        """;

    [Fact]
    public void Between_TheSame_IsNothing() => Assert.Empty(ContractBreaks.Between(Parse(Small), Parse(Small)));

    [Theory]
    [InlineData(""" "/a":{ "get" """, """ "/b":{ "get" """, "is gone")]
    [InlineData(""" "operationId":"getA" """, """ "operationId":"readA" """, "called otherwise")]
    [InlineData(""" "operationId":"getA","security":[] """, """ "operationId":"getA","security":[{"bearer":["read"]}] """, "was open to all")]
    [InlineData(""" {"bearer":["verify"]} """, """ {"bearer":["admin"]} """, "no longer needs no more than")]
    [InlineData(""" "name":"limit" """, """ "name":"count" """, "lost the parameter")]
    [InlineData(""" "name":"limit","required":false """, """ "name":"limit","required":true """, "now needs the parameter")]
    [InlineData(""" "maximum":1000 """, """ "maximum":100 """, "maximum was 1000 and is 100")]
    [InlineData(""" "minimum":1, """, """ "minimum":2, """, "minimum was 1 and is 2")]
    [InlineData(""" "200":{"headers" """, """ "201":{"headers" """, "no longer answered")]
    [InlineData(""" "404":{ """, """ "410":{ """, "no longer answered")]
    [InlineData(""" "ETag":{"required":true """, """ "ETag":{"required":false """, "lost the header")]
    [InlineData(""" "text/csv" """, """ "text/tsv" """, "has lost text/csv")]
    [InlineData(""" "requestBody":{"required":false """, """ "requestBody":{"required":true """, "needs a body")]
    [InlineData(""" "required":["name"] """, """ "required":["name","rank"] """, "now needs the member rank")]
    [InlineData(""" "minLength":1, """, """ "minLength":3, """, "minLength was 1 and is 3")]
    [InlineData(""" "maxLength":64 """, """ "maxLength":32 """, "maxLength was 64 and is 32")]
    [InlineData(""" "maxItems":10 """, """ "maxItems":9 """, "maxItems was 10 and is 9")]
    [InlineData(""" "maxLength":8 """, """ "maxLength":7 """, "maxLength was 8 and is 7")]
    [InlineData(""" "minLength":1,"maxLength":64 """, """ "minLength":1,"maxLength":64,"pattern":"^a" """, "pattern was none")]
    [InlineData(""" "enum":["low","high",null] """, """ "enum":["low",null] """, "no longer takes high")]
    [InlineData(""" "type":["string","null"] """, """ "type":"string" """, "was string or null and is string")]
    [InlineData(""" "properties":{"name":{"type":"string" """, """ "properties":{"name":{"type":"integer" """, "was string and is integer")]
    [InlineData(""" "required":["id","kind"] """, """ "required":["id"] """, "no longer always has the member kind")]
    [InlineData(""" "properties":{"id":{"type":"string"} """, """ "properties":{"key":{"type":"string"} """, "lost the member id")]
    [InlineData(""" "properties":{"id":{"type":"string"} """, """ "properties":{"id":{"type":["string","null"]} """, "was string and is string or null")]
    [InlineData(""" "enum":["one","two"] """, """ "enum":["one","two","three"] """, "may now be three")]
    [InlineData(""" "enum":["one","two"] """, """ "maxLength":9 """, "may now be others")]
    [InlineData(""" "x-extensible-enum":["x","y"] """, """ "x-extensible-enum":["x"] """, "never y any more")]
    [InlineData(""" "properties":{"n":{"type":"integer"}} """, """ "properties":{"m":{"type":"integer"}} """, "lost the member n")]
    public void Between_SomethingTaken_IsABreak(string old, string now, string said)
    {
        var breaks = ContractBreaks.Between(Parse(Small), Parse(Changed(old, now)));
        Assert.Contains(breaks, one => one.Contains(said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(""" {"bearer":["verify"]} """, """ {"bearer":["verify"]},{"cookie":["verify"]} """)]
    [InlineData(""" "404":{ """, """ "429":{"description":"more"},"404":{ """)]
    [InlineData(""" "maximum":1000 """, """ "maximum":2000 """)]
    [InlineData(""" "minimum":1, """, """ "minimum":0, """)]
    [InlineData(""" "parameters":[ """, """ "parameters":[{"in":"query","name":"new","required":false,"schema":{"type":"string"}}, """)]
    [InlineData(""" "enum":["low","high",null] """, """ "enum":["low","high","highest",null] """)]
    [InlineData(""" "properties":{"name":{ """, """ "properties":{"tag":{"type":"string"},"name":{ """)]
    [InlineData(""" "required":["name"], """, """ "required":[], """)]
    [InlineData(""" "required":["id","kind"] """, """ "required":["id","kind","word"] """)]
    [InlineData(""" "properties":{"id":{"type":"string"} """, """ "properties":{"new":{"type":"string"},"id":{"type":"string"} """)]
    [InlineData(""" "x-extensible-enum":["x","y"] """, """ "x-extensible-enum":["x","y","z"] """)]
    [InlineData(""" "ETag":{"required":true """, """ "Link":{"required":false,"schema":{"type":"string"}},"ETag":{"required":true """)]
    public void Between_SomethingAdded_IsNoBreak(string old, string now) => Assert.Empty(ContractBreaks.Between(Parse(Small), Parse(Changed(old, now))));

    [Fact]
    public async Task Contract_SinceTheRelease_BreaksNoClient()
    {
        var released = Parse(await File.ReadAllTextAsync(SchemaFiles.Released, TestContext.Current.CancellationToken));
        var breaks = ContractBreaks.Between(released, (await OpenApiDocumentTests.ContractAsync()).Document);
        Assert.True(breaks.Count == 0, string.Join('\n', breaks));
    }

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;

    private static string Changed(string old, string now)
    {
        var compact = Compact(Small);
        Assert.Contains(Compact(old), compact, StringComparison.Ordinal);
        return compact.Replace(Compact(old), Compact(now), StringComparison.Ordinal);
    }

    private static string Compact(string json) => json.Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
}
