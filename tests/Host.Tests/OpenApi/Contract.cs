using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace EmailVerify.Host.Tests.OpenApi;

/// <summary>
/// The OpenAPI document as one reads it who holds the service to it. Stricter than a client: in an answer a member that is not described is a failure, and so is a word that an
/// extensible list does not have.
/// </summary>
internal sealed class Contract
{
    private const string Definitions = "#/$defs/";

    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly ConcurrentDictionary<string, JsonSchema> schemas = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, bool IsClosed), JsonNode> definitions = [];

    private Contract(JsonObject document)
    {
        Document = document;
        foreach (var (name, schema) in Schemas)
        {
            definitions[(name, true)] = Adapted(schema!, isClosed: true);
            definitions[(name, false)] = Adapted(schema!, isClosed: false);
        }

        Operations = [.. OperationsOf(document)];
    }

    public JsonObject Document { get; }

    public JsonObject Schemas => (JsonObject)Document["components"]!["schemas"]!;

    public IReadOnlyList<ContractOperation> Operations { get; }

    public static Contract Parse(ReadOnlySpan<byte> document) => new((JsonObject)JsonNode.Parse(document)!);

    /// <summary>Finds the operation of a request; an operation whose path has no parameter comes first.</summary>
    public ContractOperation? Find(string method, string path)
    {
        var parts = path.Split('/');
        return Operations
            .Where(one => one.Method.Equals(method, StringComparison.OrdinalIgnoreCase) && one.Matches(parts))
            .MinBy(one => one.Path.Count(character => character == '{'));
    }

    /// <summary>Follows a reference, if a node is one.</summary>
    public JsonObject Resolve(JsonNode node)
    {
        while (node is JsonObject found && found["$ref"] is { } reference)
            node = ((string)reference!)[2..].Split('/').Aggregate((JsonNode)Document, (at, part) => at[part]!);
        return (JsonObject)node;
    }

    /// <summary>Says what is wrong with a value.</summary>
    /// <param name="schema">The schema, as the document has it.</param>
    /// <param name="value">The value.</param>
    /// <param name="isAnswer">Whether it was answered: then nothing may be there that is not described.</param>
    public string? Fault(JsonNode schema, JsonElement value, bool isAnswer)
    {
        var compiled = schemas.GetOrAdd((isAnswer ? "answer " : "request ") + schema.ToJsonString(), _ => Compile(schema, isAnswer));
        var result = compiled.Evaluate(value, Options);
        if (result.IsValid)
            return null;
        var errors = (result.Details ?? []).Where(detail => detail.Errors is not null).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"));
        return string.Join("; ", errors.Distinct(StringComparer.Ordinal).Take(8));
    }

    private static IEnumerable<ContractOperation> OperationsOf(JsonObject document) =>
        from path in (JsonObject)document["paths"]!
        from operation in (JsonObject)path.Value!
        select new ContractOperation(path.Key, operation.Key, (JsonObject)operation.Value!);

    private JsonSchema Compile(JsonNode schema, bool isClosed)
    {
        var whole = (JsonObject)Adapted(schema, isClosed);
        var used = new JsonObject();
        Define(whole, isClosed, used);
        whole["$defs"] = used;
        return JsonSchema.FromText(whole.ToJsonString());
    }

    // Only what is met: each schema stands alone, and most are small.
    private void Define(JsonNode node, bool isClosed, JsonObject used)
    {
        if (node is JsonObject schema && schema["$ref"] is { } reference)
        {
            var name = ((string)reference!)[Definitions.Length..];
            if (!used.ContainsKey(name))
            {
                var definition = definitions[(name, isClosed)];
                used[name] = definition.DeepClone();
                Define(definition, isClosed, used);
            }
        }

        IEnumerable<JsonNode?> inner = node switch { JsonObject one => one.Select(member => member.Value), JsonArray many => many, _ => [] };
        foreach (var one in inner)
        {
            if (one is not null)
                Define(one, isClosed, used);
        }
    }

    private static JsonNode Adapted(JsonNode node, bool isClosed)
    {
        if (node is JsonArray array)
            return new JsonArray([.. array.Select(one => one is null ? null : Adapted(one, isClosed))]);
        if (node is not JsonObject schema)
            return node.DeepClone();
        var adapted = new JsonObject();
        foreach (var (keyword, value) in schema)
        {
            // The formats of numbers are for generators; their bounds say the same.
            if (keyword is "format" && (string?)value is "int32" or "int64" or "double")
                continue;
            if (keyword is "x-extensible-enum" && !isClosed)
                continue;
            if (keyword is "$ref")
                adapted[keyword] = ((string)value!).Replace("#/components/schemas/", Definitions, StringComparison.Ordinal);
            else if (keyword is "x-extensible-enum")
                adapted["enum"] = new JsonArray([.. ((JsonArray)value!).Select(word => word!.DeepClone()), .. schema["type"] is JsonArray ? [null] : ReadOnlySpan<JsonNode?>.Empty]);
            else if (keyword is "properties")
                adapted[keyword] = new JsonObject(((JsonObject)value!).Select(one => KeyValuePair.Create<string, JsonNode?>(one.Key, Adapted(one.Value!, isClosed))));
            else
                adapted[keyword] = value is null ? null : Adapted(value, isClosed);
        }

        if (isClosed && schema["properties"] is JsonObject)
            adapted["additionalProperties"] = false;
        return adapted;
    }
}

/// <summary>An operation of the document.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Method">Its method in lower case.</param>
/// <param name="Node">What is said of it.</param>
internal sealed record ContractOperation(string Path, string Method, JsonObject Node)
{
    private readonly string[] parts = Path.Split('/');

    public string Id => (string)Node["operationId"]!;

    public JsonObject Responses => (JsonObject)Node["responses"]!;

    public bool Matches(string[] path) => path.Length == parts.Length && path.Zip(parts).All(pair => pair.Second.StartsWith('{') ? pair.First.Length > 0 : pair.First.Equals(pair.Second, StringComparison.Ordinal));

    public override string ToString() => Id;
}
