using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Tests.Api;

namespace EmailVerify.Host.Tests.OpenApi;

public sealed class OpenApiDocumentTests
{
    [Fact]
    public async Task Document_OfTheCode_IsTheOneThatIsCheckedIn()
    {
        await using var host = await ApiHost.StartAsync();
        var made = OpenApiDocument.Make(host.Endpoints());
        if (Environment.GetEnvironmentVariable("UPDATE") is "1")
            await File.WriteAllBytesAsync(SchemaFiles.Current, made, TestContext.Current.CancellationToken);

        var kept = await File.ReadAllTextAsync(SchemaFiles.Current, TestContext.Current.CancellationToken);
        Assert.Equal(kept, System.Text.Encoding.UTF8.GetString(made)); // UPDATE=1 takes the new one.
    }

    [Fact]
    public async Task Document_AskedFor_IsOpenToAllAndHasATag()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.GetAsync("/openapi/v1.json", ("Authorization", "none"));
        var document = await response.JsonAsync();
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("3.1.1", (string?)document["openapi"]);

        using var again = await host.GetAsync("/openapi/v1.json", ("If-None-Match", response.Header("ETag")));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task Endpoint_OfTheService_IsDescribedOrForPeople()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.All(host.Endpoints(), endpoint =>
        {
            var operation = endpoint.Metadata.GetMetadata<Operation>()!;
            Assert.True(operation.Describe is not null != operation.IsForPeople, $"{operation.Name} has no description, and is not marked as for people.");
        });
    }

    [Fact]
    public async Task Operation_Described_HasWhatAReaderNeeds()
    {
        await using var host = await ApiHost.StartAsync();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, method, operation) in OpenApiDocument.Operations(host.Endpoints()))
        {
            var description = operation.Describe!();
            Assert.Matches("^[a-z][A-Za-z0-9]+$", operation.Name);
            Assert.True(ids.Add(operation.Name), $"{operation.Name} is there twice.");
            Assert.Contains(description.Tag, Tags.All.Select(tag => tag.Name), StringComparer.Ordinal);
            Assert.True(description.Summary.Length is > 0 and <= 60 && !description.Summary.EndsWith('.'), description.Summary);
            Assert.EndsWith(".", description.Text.TrimEnd(), StringComparison.Ordinal);
            Assert.Equal(path.Split('/').Count(part => part.StartsWith('{')), description.Parameters.Count(parameter => parameter.Place is "path"));
            var given = description.Answers.Where(answer => answer.Status is 200).SelectMany(answer => answer.Contents).Select(content => content.Type).ToArray();
            if (given.Length > 0 && path.StartsWith("/v1", StringComparison.Ordinal))
                Assert.Equal(operation.Types.AsEnumerable(), given, StringComparer.Ordinal);
            Assert.All(description.Answers, answer => Assert.All(answer.Contents, content => Assert.NotEmpty(content.Examples)));
            Assert.All(description.Body?.Contents ?? [], content => Assert.NotEmpty(content.Examples));
            Assert.True(operation.Scope is null || Scopes.All.Contains(operation.Scope, StringComparer.Ordinal), method);
        }

        Assert.NotEmpty(ids);
    }

    [Fact]
    public async Task Examples_OfTheDocument_AreAsTheirSchemasSay()
    {
        var contract = await ContractAsync();
        var looked = 0;
        foreach (var (where, schema, example, isAnswer) in Examples(contract))
        {
            using var value = JsonDocument.Parse(example.ToJsonString());
            var fault = contract.Fault(schema, value.RootElement, isAnswer);
            Assert.True(fault is null, $"{where}: {fault}");
            looked++;
        }

        Assert.InRange(looked, 100, int.MaxValue);
    }

    [Fact]
    public async Task Schemas_OfTheDocument_HaveBounds()
    {
        var contract = await ContractAsync();
        var unbounded = All(contract.Document).Where(node => !IsBounded(node)).Select(node => node.GetPath()).ToArray();
        Assert.Empty(unbounded);
    }

    [Fact]
    public async Task Schemas_WithNames_SayWhatTheyAre()
    {
        var contract = await ContractAsync();
        Assert.All(contract.Schemas, schema => Assert.EndsWith(".", (string?)schema.Value!["description"] ?? schema.Key, StringComparison.Ordinal));
    }

    internal static async Task<Contract> ContractAsync()
    {
        await using var host = await ApiHost.StartAsync();
        return CurrentContract.Of(host.Endpoints());
    }

    private static IEnumerable<(string Where, JsonNode Schema, JsonNode Example, bool IsAnswer)> Examples(Contract contract)
    {
        foreach (var operation in contract.Operations)
        {
            foreach (var parameter in (JsonArray?)operation.Node["parameters"] ?? [])
            {
                if (parameter!["example"] is { } example)
                    yield return ($"{operation.Id} {parameter["name"]}", parameter["schema"]!, example, false);
            }

            foreach (var one in ExamplesOf(contract, $"{operation.Id} body", operation.Node["requestBody"]?["content"], isAnswer: false))
                yield return one;
            foreach (var (status, response) in operation.Responses)
            {
                foreach (var one in ExamplesOf(contract, $"{operation.Id} {status}", contract.Resolve(response!)["content"], isAnswer: true))
                    yield return one;
            }
        }

        foreach (var (name, header) in (JsonObject)contract.Document["components"]!["headers"]!)
            yield return (name, header!["schema"]!, header["example"]!, true);
    }

    private static IEnumerable<(string Where, JsonNode Schema, JsonNode Example, bool IsAnswer)> ExamplesOf(Contract contract, string where, JsonNode? contents, bool isAnswer)
    {
        foreach (var (type, content) in (JsonObject?)contents ?? [])
        {
            foreach (var (name, example) in (JsonObject)content!["examples"]!)
            {
                var value = example!["value"]!;
                if (content["x-item-schema"] is not { } item)
                {
                    yield return ($"{where} {type} {name}", content["schema"]!, value, isAnswer);
                    continue;
                }

                var lines = ((string)value!).Split('\n').Select(line => type is "text/event-stream" && line.StartsWith("data: ", StringComparison.Ordinal) ? line[6..] : line)
                    .Where(line => line.StartsWith('{') || line.StartsWith('"')).ToArray();
                Assert.NotEmpty(lines);
                foreach (var line in lines)
                    yield return ($"{where} {type} {name}", item, JsonNode.Parse(line)!, isAnswer);
            }
        }
    }

    // A schema is whatever says its type.
    private static IEnumerable<JsonObject> All(JsonNode node) => node switch
    {
        JsonObject one => [.. one["type"] is JsonValue or JsonArray && !IsSecurity(one) ? (JsonObject[])[one] : [], .. one.Where(member => member.Value is not null && member.Key is not ("examples" or "example")).SelectMany(member => All(member.Value!))],
        JsonArray many => [.. many.Where(one => one is not null).SelectMany(one => All(one!))],
        _ => [],
    };

    private static bool IsSecurity(JsonObject node) => node["scheme"] is not null || node["in"] is not null;

    private static bool IsBounded(JsonObject schema)
    {
        var type = schema["type"] is JsonArray types ? (string)types[0]! : (string)schema["type"]!;
        return type switch
        {
            "string" => schema["enum"] is not null || schema["maxLength"] is not null || schema["contentMediaType"] is not null,
            "integer" or "number" => schema["minimum"] is not null && schema["maximum"] is not null,
            "array" => schema["maxItems"] is not null && schema["items"] is not null,
            _ => true,
        };
    }
}

/// <summary>The files of the contract.</summary>
internal static class SchemaFiles
{
    private static readonly string Folder = Path.Combine(Root(), "schema", "openapi");

    /// <summary>The document of this tree.</summary>
    public static string Current { get; } = Path.Combine(Folder, "v1.json");

    /// <summary>The document of the last release.</summary>
    public static string Released { get; } = Path.Combine(Folder, "v1.released.json");

    private static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "EmailVerify.Orleans.sln")))
            at = Path.GetDirectoryName(at) ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
        return at;
    }
}
