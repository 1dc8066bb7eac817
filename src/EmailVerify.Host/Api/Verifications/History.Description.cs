using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Verifications;

internal sealed partial class History
{
    private const string Example = $$"""
        {"verifications":[{{VerificationShape.Example}}],
         "changes":[{"at":"2026-11-24T10:15:40.912Z","from":"deliverable","to":"undeliverable","why":"rejected_email"}],"next":null}
        """;

    private static Shape Limit => Whole(1, HistoryRequest.MaxLimit);

    private static Shape Shape => Object(
        Has("verifications", List(VerificationShape.Shape, HistoryRequest.MaxLimit), "What was told, newest first."),
        Has("changes", List(
            Object(
                Has("at", Time, "When."),
                Has("from", OneOf<VerdictStatus>(), "The status before."),
                Has("to", OneOf<VerdictStatus>(), "The status after."),
                Has("why", Text(256), "The reason of the new verdict, or which rules judged again.")),
            100_000), "Where the status changed, newest first."),
        Has("next", Parameter.Cursor.OrNull(), "The cursor of the next page, for `after`; null on the last one.")).Named("History", "A page of what was told of an address.");

    private static Shape Request => Object(
        Has("email", VerificationShape.Email, "The address."),
        May("from", Time.OrNull(), "Only what was made at or after this time."),
        May("to", Time.OrNull(), "Only what was made before this time."),
        May("after", Parameter.Cursor.OrNull(), "`next` of the page before."),
        May("limit", Limit.OrNull(), "How many are shown, 100 unless said.")).Named("HistoryRequest", "Which part of which address' history.");

    /// <summary>Describes GET.</summary>
    public static Description DescribeList() => new(
        Tags.Verifications,
        "List the history of an address",
        "What this customer was told of an address, newest first, and where it changed. The address stands in the query, and so in the logs of proxies; `searchVerifications` keeps it out of them.")
    {
        Parameters =
        [
            Parameter.Query("email", VerificationShape.Email, "The address.", "jane.doe@example.com") with { IsRequired = true },
            .. Parameter.Page(Limit, "made"),
            VerificationShape.ShowsEvidence,
        ],
        Answers = [new(200, "The page.", Content.Json(Shape, Example)) { Headers = [AnswerHeader.Link.Sometimes()] }],
        Problems = [ProblemCode.ValidationFailed, ProblemCode.CursorMismatch],
    };

    /// <summary>Describes POST.</summary>
    public static Description DescribeSearch() => new(
        Tags.Verifications,
        "Search the history of an address",
        "The same as `listVerifications`, with the address in the body instead of the query.")
    {
        Parameters = [VerificationShape.ShowsEvidence],
        Body = new Body("Which part of which address' history.", Content.Json(Request, """{"email":"jane.doe@example.com","from":"2026-11-01T00:00:00Z","limit":10}""")),
        Answers = [new(200, "The page.", Content.Json(Shape, Example))],
        Problems = [ProblemCode.CursorMismatch],
    };
}
