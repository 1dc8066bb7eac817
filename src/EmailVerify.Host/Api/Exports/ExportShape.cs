using EmailVerify.Core.Exports;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.OpenApi;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Exports;

/// <summary>An export as <see cref="ExportWriter"/> writes it, for the document.</summary>
internal static class ExportShape
{
    /// <summary>Gets the id of an export in a path.</summary>
    public static Parameter IdInPath { get; } = Parameter.Path("id", Id("exp"), "The export's id.", "exp_01M86CH6NGEJZ82ZR96BBCGNBY");

    /// <summary>Gets the shape.</summary>
    public static Shape Shape { get; } = Object(
        Has("id", Id("exp"), "The export's id."),
        Has("kind", Word<ExportKind>(), "What it has."),
        Has("format", Word<ExportFormat>(), "What its file is written in; gzip is around it."),
        Has("status", Word<ExportStatus>(), "How it stands: `queued` → `running` → `completed` or `failed`."),
        Has("failure", Word<ExportFailure>().OrNull(), "Why it failed: the code of the problem that means the same."),
        Has("rows", Count, "How many rows its file has so far."),
        Has("bytes", Count, "How long its file is so far."),
        Has("filters", Object(
            Has("from", Time.OrNull(), "Made at or after this time."),
            Has("to", Time.OrNull(), "Made before this time."),
            Has("status", OneOf<VerdictStatus>().OrNull(), "Verifications with this status."),
            Has("reason", Word<VerdictReason>().OrNull(), "Verifications with this reason."),
            Has("domain", Text(ExportRequest.MaxDomain).OrNull(), "Verifications of addresses at this domain, in ASCII."),
            Has("batch", Id("bat").OrNull(), "Verifications that this batch asked for.")).Named("ExportFilters", "Which of what there is an export has; null is any."),
            "Which of what there is it has."),
        Has("evidence", Flag, "Whether verifications show their evidence."),
        Has("created_at", Time, "When it was asked for: it has what there was then."),
        Has("started_at", Time.OrNull(), "When work on it began."),
        Has("finished_at", Time.OrNull(), "When it ended."),
        Has("expires_at", Time.OrNull(), "When its file is removed, seven days after it ended; null until then."),
        Has("links", Object(Has("self", Path(), "This export."), Has("file", Path().OrNull(), "Its file; null while there is none.")), "Where to go on.")).Named("Export", "An export: a file of a customer's data, and how far it is.");

    /// <summary>What an export looks like.</summary>
    public const string Example = """
        {"id":"exp_01M86CH6NGEJZ82ZR96BBCGNBY","kind":"verifications","format":"ndjson","status":"completed","failure":null,"rows":1201344,"bytes":131882907,
         "filters":{"from":"2026-11-01T00:00:00.000Z","to":null,"status":null,"reason":null,"domain":null,"batch":null},"evidence":false,
         "created_at":"2026-11-24T09:00:03.120Z","started_at":"2026-11-24T09:00:03.410Z","finished_at":"2026-11-24T09:03:11.206Z","expires_at":"2026-12-01T09:03:11.206Z",
         "links":{"self":"/v1/exports/exp_01M86CH6NGEJZ82ZR96BBCGNBY","file":"/v1/exports/exp_01M86CH6NGEJZ82ZR96BBCGNBY/file"}}
        """;

    /// <summary>What one looks like that has just been asked for.</summary>
    public const string NewExample = """
        {"id":"exp_01M86CH6NGEJZ82ZR96BBCGNBY","kind":"verifications","format":"ndjson","status":"queued","failure":null,"rows":0,"bytes":0,
         "filters":{"from":"2026-11-01T00:00:00.000Z","to":null,"status":null,"reason":null,"domain":null,"batch":null},"evidence":false,
         "created_at":"2026-11-24T09:00:03.120Z","started_at":null,"finished_at":null,"expires_at":null,
         "links":{"self":"/v1/exports/exp_01M86CH6NGEJZ82ZR96BBCGNBY","file":null}}
        """;
}
