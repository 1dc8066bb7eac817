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

    private static Shape Status => OneOf([.. HistoryRequest.Statuses]);

    private static Shape Limit => Whole(1, HistoryRequest.MaxLimit);

    private static Shape Shape => Object(
        Has("verifications", List(VerificationShape.Shape, HistoryRequest.MaxLimit), "What was told, newest first."),
        Has("changes", List(
            Object(
                Has("at", Time, "When."),
                Has("from", OneOf<VerdictStatus>(), "The status before."),
                Has("to", OneOf<VerdictStatus>(), "The status after."),
                Has("why", Text(256), "The reason of the new verdict, or which rules judged again.")),
            100_000), "Where the status changed, newest first; of one address alone, else empty."),
        Has("next", Parameter.Cursor.OrNull(), "The cursor of the next page, for `after`; null on the last one.")).Named("History", "A page of what was told.");

    private static Shape Request => Object(
        May("email", VerificationShape.Email.OrNull(), "The address; with `from` and `to` alone."),
        May("domain", Text(1_024).OrNull(), "Only addresses at this domain, in ASCII or in its own script."),
        May("status", Status.OrNull(), "Only what has this status; `pending` is what has none yet."),
        May("reason", OneOf<VerdictReason>().OrNull(), "Only what has this reason."),
        May("batch", Id("bat").OrNull(), "Only what this batch asked for. What it took from earlier verdicts is not there."),
        May("from", Time.OrNull(), "Only what was made at or after this time."),
        May("to", Time.OrNull(), "Only what was made before this time."),
        May("after", Parameter.Cursor.OrNull(), "`next` of the page before."),
        May("limit", Limit.OrNull(), "How many are shown, 100 unless said.")).Named("HistoryRequest", "Which part of which history.");

    /// <summary>Describes GET.</summary>
    public static Description DescribeList() => new(
        Tags.Verifications,
        "List verifications",
        """
        What this customer was told, newest first: of an address (`email`), with where its status changed; or of all that the other parameters say, together. The time of a verification is that of its
        beginning. An address in the query stands in the logs of proxies; `searchVerifications` keeps it out of them. A batch that is not yours has no verifications.
        """)
    {
        Parameters =
        [
            Parameter.Query("email", VerificationShape.Email, "The address; with `from` and `to` alone.", "jane.doe@example.com"),
            Parameter.Query("domain", Text(1_024, least: 1), "Only addresses at this domain, in ASCII or in its own script.", "example.com"),
            Parameter.Query("status", Status, "Only what has this status; `pending` is what has none yet.", "undeliverable"),
            Parameter.Query("reason", OneOf<VerdictReason>(), "Only what has this reason.", "rejected_email"),
            Parameter.Query("batch", Id("bat"), "Only what this batch asked for. What it took from earlier verdicts is not there.", "bat_01M86CH6NGEJZ82ZR96BBCGNBY"),
            .. Parameter.Page(Limit, "made"),
            VerificationShape.ShowsEvidence,
        ],
        Answers = [new(200, "The page.", Content.Json(Shape, Example)) { Headers = [AnswerHeader.Link.Sometimes()] }],
        Problems = [ProblemCode.ValidationFailed, ProblemCode.CursorMismatch],
    };

    /// <summary>Describes POST.</summary>
    public static Description DescribeSearch() => new(
        Tags.Verifications,
        "Search verifications",
        "The same as `listVerifications`, with the parameters in the body instead of the query.")
    {
        Parameters = [VerificationShape.ShowsEvidence],
        Body = new Body(
            "Which part of which history.",
            Content.Json(
                Request,
                new Example("address", """{"email":"jane.doe@example.com","from":"2026-11-01T00:00:00Z","limit":10}"""),
                new Example("domain", """{"domain":"example.com","status":"unknown","from":"2026-11-01T00:00:00Z"}"""))),
        Answers = [new(200, "The page.", Content.Json(Shape, Example))],
        Problems = [ProblemCode.CursorMismatch],
    };
}
