using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Sessions;

namespace EmailVerify.Host.Api.OpenApi;

/// <summary>The description of the API (OpenAPI 3.1), made of what stands beside each operation. It is made when it is first asked for.</summary>
internal sealed class OpenApiDocument
{
    private const string Intro = """
        Whether mail to an address would be delivered, why we think so and how sure that is.

        * **JSON** is UTF-8 with members in snake_case. A fact that is not known is `null`, never missing. Times are RFC 3339 in UTC. Answers may gain members, and words of lists that
          are marked as extensible may be joined by others; nothing loses any within `/v1`.
        * **Keys**: `Authorization: Bearer KEY`. Each operation names the scope that a key needs for it. A test key (`ev_test_…`) asks nobody: local parts as `risky` or `slow` decide.
        * **Problems** are `application/problem+json` (RFC 9457). Programs match `code`; `type` is a page that explains it. A path that nobody serves is 404 `not_found`, a method that a
          path does not know is 405 `method_not_allowed` with the header `Allow`.
        * **HEAD** is answered wherever GET is.
        * **Waiting**: `Prefer: wait=5` (RFC 7240) asks for an answer within that time; what is not known by then is 202, and the work goes on.
        """;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    private readonly SortedDictionary<string, JsonObject> schemas = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JsonObject> headers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JsonObject> responses = new(StringComparer.Ordinal);

    private OpenApiDocument()
    {
    }

    /// <summary>Makes the document.</summary>
    /// <param name="endpoints">All endpoints; those without a described <see cref="Operation"/> are left out.</param>
    public static byte[] Make(IEnumerable<Endpoint> endpoints) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(new OpenApiDocument().Whole(Operations(endpoints)), Indented), (byte)'\n'];

    /// <summary>Gets the described operations, each with its path and method, in the order in which they are mapped.</summary>
    public static IEnumerable<(string Path, string Method, Operation Operation)> Operations(IEnumerable<Endpoint> endpoints) =>
        from endpoint in endpoints.OfType<RouteEndpoint>()
        let operation = endpoint.Metadata.GetMetadata<Operation>()
        where operation?.Describe is not null
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [HttpMethods.Get]
        where !HttpMethods.IsHead(method)
        select ("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), method.ToLowerInvariant(), operation);

    private JsonObject Whole(IEnumerable<(string Path, string Method, Operation Operation)> operations)
    {
        var all = operations.Select(one => (one.Path, one.Method, one.Operation, Description: one.Operation.Describe!())).ToArray();
        var paths = new JsonObject();
        foreach (var (path, method, operation, description) in all)
        {
            if (paths[path] is not JsonObject item)
                paths[path] = item = [];
            item[method] = OperationOf(path, method, operation, description);
        }

        var used = all.Select(one => one.Description.Tag).ToHashSet(StringComparer.Ordinal);
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "EmailVerify", ["version"] = "1", ["summary"] = "Self-hosted email verification.", ["description"] = Intro },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "The installation that serves this document." }),
            ["tags"] = new JsonArray([.. Tags.All.Where(tag => used.Contains(tag.Name)).Select(tag => new JsonObject { ["name"] = tag.Name, ["description"] = tag.About })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["bearerFormat"] = "ev_live_… or ev_test_…", ["description"] = "A key of this installation. `emailverify keys create` makes one." },
                    ["cookie"] = new JsonObject { ["type"] = "apiKey", ["in"] = "cookie", ["name"] = SessionCookie.PlainName, ["description"] = $"What `signIn` gives a browser, for the pages. Over https its name is `{SessionCookie.SecureName}`." },
                },
                ["headers"] = ObjectOf(headers),
                ["responses"] = ObjectOf(responses),
                ["schemas"] = ObjectOf(schemas),
            },
        };
    }

    private JsonObject OperationOf(string path, string method, Operation operation, Description description)
    {
        var rendered = new JsonObject
        {
            ["operationId"] = operation.Name,
            ["tags"] = new JsonArray(description.Tag),
            ["summary"] = description.Summary,
            ["description"] = operation.Scope is null ? description.Text + "\n\nOpen to all." : $"{description.Text}\n\nNeeds a key with the scope `{operation.Scope}`.",
            ["security"] = operation.Scope is null ? [] : new JsonArray(new JsonObject { ["bearer"] = new JsonArray(operation.Scope) }, new JsonObject { ["cookie"] = new JsonArray(operation.Scope) }),
        };
        if (!description.Parameters.IsEmpty)
            rendered["parameters"] = new JsonArray([.. description.Parameters.Select(ParameterOf)]);
        if (description.Body is { } body)
            rendered["requestBody"] = new JsonObject { ["description"] = body.About, ["required"] = !body.IsOptional, ["content"] = ContentsOf(body.Contents) };
        var answers = description.Answers.Select(answer => (answer.Status, Rendered: AnswerOf(answer)))
            .Concat(CommonProblems.Of(operation, description, path, method).GroupBy(code => code.Status).Select(codes => (codes.Key, ProblemsOf([.. codes]))))
            .OrderBy(answer => answer.Item1);
        rendered["responses"] = new JsonObject(answers.Select(answer =>
            KeyValuePair.Create<string, JsonNode?>(answer.Item1.ToString(CultureInfo.InvariantCulture), answer.Item2)));
        return rendered;
    }

    private JsonObject ParameterOf(Parameter parameter)
    {
        var rendered = new JsonObject
        {
            ["name"] = parameter.Name,
            ["in"] = parameter.Place,
            ["description"] = parameter.About,
            ["required"] = parameter.IsRequired,
            ["schema"] = parameter.Shape.Render(schemas),
        };

        // Lists are written with commas between.
        if (parameter is { Place: "query", Shape.Type: "array" })
            (rendered["style"], rendered["explode"]) = ("form", false);
        if (parameter.Example is { } example)
            rendered["example"] = ValueOf(parameter.Shape, example);
        return rendered;
    }

    private JsonObject AnswerOf(Answer answer)
    {
        var rendered = new JsonObject { ["description"] = answer.About, ["headers"] = HeadersOf(answer.Headers) };
        if (!answer.Contents.IsEmpty)
            rendered["content"] = ContentsOf(answer.Contents);
        return rendered;
    }

    // The same problems are declared once, wherever they are met.
    private JsonObject ProblemsOf(ProblemCode[] codes)
    {
        var name = string.Concat(codes.Select(code => code.Code).Order(StringComparer.Ordinal).Select(code => code + ".")).TrimEnd('.');
        if (!responses.ContainsKey(name))
        {
            responses[name] = new JsonObject
            {
                ["description"] = string.Join("\n", codes.Select(code => $"* `{code.Code}`: {code.Title}")),
                ["headers"] = HeadersOf(codes[0].Status switch
                {
                    StatusCodes.Status401Unauthorized => [AnswerHeader.WwwAuthenticate],
                    StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable => [AnswerHeader.RetryAfter],
                    StatusCodes.Status409Conflict when codes.Contains(ProblemCode.IdempotencyInProgress) || codes.Contains(ProblemCode.ExportNotReady) => [AnswerHeader.RetryAfter.Sometimes()],
                    _ => [],
                }),
                ["content"] = ContentsOf([new Content(MediaTypes.Problem, ProblemShape.Shape, [.. codes.Select(ProblemShape.ExampleOf)])]),
            };
        }

        return new JsonObject { ["$ref"] = "#/components/responses/" + name };
    }

    private JsonObject HeadersOf(IEnumerable<AnswerHeader> some)
    {
        var rendered = new JsonObject();
        foreach (var header in some.Prepend(AnswerHeader.RequestId))
        {
            var name = header.IsRequired ? header.Name : header.Name + ".sometimes";
            headers.TryAdd(name, new JsonObject
            {
                ["description"] = header.About,
                ["required"] = header.IsRequired,
                ["schema"] = header.Shape.Render(schemas),
                ["example"] = ValueOf(header.Shape, header.Example),
            });
            rendered[header.Name] = new JsonObject { ["$ref"] = "#/components/headers/" + name };
        }

        return rendered;
    }

    private JsonObject ContentsOf(IEnumerable<Content> contents) => new(contents.Select(content => KeyValuePair.Create<string, JsonNode?>(content.Type, ContentOf(content))));

    private JsonObject ContentOf(Content content)
    {
        var isJson = content.Type is MediaTypes.Json or MediaTypes.Problem or MediaTypes.MergePatch;
        var rendered = new JsonObject();
        if (isJson || content.Shape.Type is "string" || content.Type is MediaTypes.Form)
            rendered["schema"] = content.Shape.Render(schemas);
        else
            (rendered["schema"], rendered["x-item-schema"]) = (new JsonObject { ["type"] = "string", ["contentMediaType"] = content.Type }, content.Shape.Render(schemas));
        rendered["examples"] = new JsonObject(content.Examples.Select(example => KeyValuePair.Create<string, JsonNode?>(
            example.Name, new JsonObject { ["value"] = isJson || content.Type is MediaTypes.Form ? JsonNode.Parse(example.Text) : JsonValue.Create(example.Text) })));
        return rendered;
    }

    private static JsonNode ValueOf(Shape shape, string text) => shape.Type switch
    {
        "integer" or "number" or "boolean" => JsonNode.Parse(text)!,
        "array" => new JsonArray([.. text.Split(',').Select(one => JsonValue.Create(one))]),
        _ => JsonValue.Create(text),
    };

    private static JsonObject ObjectOf(IEnumerable<KeyValuePair<string, JsonObject>> parts) =>
        new(parts.Select(part => KeyValuePair.Create<string, JsonNode?>(part.Key, part.Value)));
}
