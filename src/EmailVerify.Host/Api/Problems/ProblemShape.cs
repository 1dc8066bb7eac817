using System.Globalization;
using System.Text.Json.Nodes;
using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.OpenApi;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Problems;

/// <summary>A problem as the document describes it.</summary>
internal static class ProblemShape
{
    private const int MaxNames = 256;

    private static readonly Shape WrongPart = Object(
        May("pointer", Text(1_024), "The place in the body: a JSON pointer (RFC 6901); empty is the whole body."),
        May("header", Text(64), "Or the header."),
        May("parameter", Text(64), "Or the parameter of the query."),
        Has("code", Word("required", "type", "too_long", "out_of_range", "invalid", "unknown"), "The stable word."),
        Has("detail", Text(1_024), "What is wrong and what is right, for a person.")).Named("WrongPart", "One part of a request that is wrong.");

    /// <summary>Gets the shape.</summary>
    public static Shape Shape { get; } = Object(
        Has("type", Path().With("pattern", "^/problems/[a-z_]+$"), "The path of a page that explains the kind: its cause, its cure and an example."),
        Has("title", Text(256), "The same sentence for each problem of the kind."),
        Has("status", Whole(400, 599), "The HTTP status."),
        Has("detail", Text(4_096), "What happened here, for a person."),
        Has("instance", Text(64), "The request id."),
        Has("code", Word([.. ProblemCode.All.Select(code => code.Code)]), "The kind: what programs match."),
        May("retry_after_seconds", Whole(0, 31_622_400), "After how many seconds asking again makes sense, as the header Retry-After says it."),
        May("errors", List(WrongPart, 100), "Which parts of the request are wrong."),
        May("row", Count, "In a file: the row that cannot be read, from 1."),
        May("byte", Count, "In a file: about where that row begins, in octets."),
        May("candidates", List(Text(65_536), MaxNames), "In a file: the columns that might hold the addresses."),
        May("columns", List(Text(65_536), MaxNames), "In a file: the columns that there are."),
        May("state", Word<BatchStatus>(), "The state of the batch, or of the export."),
        May("allowed", List(Word<BatchCommand>(), 8), "Which commands it allows.")).Named("Problem", "A failure (RFC 9457). Each kind has a page at its type.");

    /// <summary>Makes the example of a kind, with the members that problems of it have.</summary>
    public static Example ExampleOf(ProblemCode code)
    {
        var problem = new JsonObject
        {
            ["type"] = code.Path,
            ["title"] = code.Title,
            ["status"] = code.Status,
            ["detail"] = code.Cause,
            ["instance"] = "req_01M86GVNRVEYHRV72HWAW4YR51",
            ["code"] = code.Code,
        };
        if (code.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable || code == ProblemCode.IdempotencyInProgress)
            problem["retry_after_seconds"] = 5;
        foreach (var (name, value) in FurtherMembers(code))
            problem[name] = value;
        return new Example(NameOf(code), problem.ToJsonString());
    }

    private static string NameOf(ProblemCode code)
    {
        var words = CultureInfo.InvariantCulture.TextInfo.ToTitleCase(code.Code.Replace('_', ' ')).Replace(" ", string.Empty, StringComparison.Ordinal);
        return char.ToLowerInvariant(words[0]) + words[1..];
    }

    private static JsonObject FurtherMembersOf(string json) => (JsonObject)JsonNode.Parse(json)!;

    private static IEnumerable<KeyValuePair<string, JsonNode?>> FurtherMembers(ProblemCode code) =>
        (code.Code switch
        {
            "malformed_header" => FurtherMembersOf("""{"errors":[{"header":"Prefer","code":"invalid","detail":"Write Prefer: wait=5."}]}"""),
            "malformed_upload" => FurtherMembersOf("""{"row":17,"byte":412}"""),
            "validation_failed" => FurtherMembersOf("""{"errors":[{"pointer":"/email","code":"required","detail":"The member email is missing."}]}"""),
            "column_ambiguous" => FurtherMembersOf("""{"errors":[{"parameter":"column","code":"required","detail":"Name the column of the addresses in it, or give its number from 1."}],"candidates":["E-Mail","Email 2"]}"""),
            "column_not_found" => FurtherMembersOf("""{"errors":[{"parameter":"column","code":"invalid","detail":"It takes a name, or of CSV a number from 1; the member columns lists those that there are."}],"columns":["name","E-Mail"]}"""),
            "cursor_mismatch" => FurtherMembersOf("""{"errors":[{"parameter":"after","code":"invalid","detail":"Take next of the answer before."}]}"""),
            "export_not_ready" => FurtherMembersOf("""{"state":"running"}"""),
            "batch_state_conflict" => FurtherMembersOf("""{"state":"completed","allowed":["retry"]}"""),
            _ => [],
        }).ToArray().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()));
}
