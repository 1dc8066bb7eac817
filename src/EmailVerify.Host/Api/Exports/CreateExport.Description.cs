using EmailVerify.Core.Exports;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Exports;

internal sealed partial class CreateExport
{
    private static Shape Request => Object(
        Has("kind", OneOf<ExportKind>(), "What is wanted: `verifications` with their verdicts, or `batches` with their counts."),
        May("format", Choice<ExportFormat>(), "What it is to be written in; `ndjson` unless said."),
        May("from", Time.OrNull(), "Only what was made at or after this time."),
        May("to", Time.OrNull(), "Only what was made before this time."),
        May("status", Choice<VerdictStatus>(), "Only verifications with this status."),
        May("reason", Choice<VerdictReason>(), "Only verifications with this reason."),
        May("domain", Text(ExportRequest.MaxDomain).OrNull(), "Only verifications of addresses at this domain."),
        May("batch", Id("bat").OrNull(), "Only verifications that this batch asked for."),
        May("evidence", Flag.OrNull(), "Whether verifications show their evidence; only as `ndjson`, and they do not unless this is `true`.")).Named("ExportRequest", "What is wanted of an export.");

    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Exports,
        "Ask for an export",
        """
        Has a file made of a customer's verifications or batches: what there was when it was asked for, newest first. The rows of a batch as they were uploaded, with their other columns and those that
        repeat an address, are not in it: `getBatchResults` has them. 202 says that it is asked for durably; look at the path in `Location` until it is completed, then fetch its file. A line of `ndjson`
        is what `getVerification` or `getBatch` answers. CSV has a line of names first, and an apostrophe before cells that a spreadsheet would take for a formula; `ndjson` has every text as it is. The
        file is a gzip file.

        A customer may have 3 exports that have not ended, and 20 whose time is not over. With an `Idempotency-Key` the same request can be repeated: for 48 h it gets the same 202, marked with
        `Idempotency-Replayed`. What is deleted after an export was made stays in its file: delete that too.
        """)
    {
        Parameters = [Parameter.IdempotencyKey],
        Body = new Body("What is wanted.", Content.Json(
            Request,
            new Example("all", """{"kind":"verifications"}"""),
            new Example("some", """{"kind":"verifications","format":"csv","from":"2026-11-01T00:00:00Z","to":"2026-12-01T00:00:00Z","status":"undeliverable","domain":"example.com"}"""),
            new Example("batches", """{"kind":"batches","format":"csv"}"""))),
        Answers =
        [
            new(202, "The export is asked for.", Content.Json(ExportShape.Shape, ExportShape.NewExample))
            {
                Headers = [AnswerHeader.Location, AnswerHeader.Replayed],
            },
        ],
        Problems = [ProblemCode.MalformedHeader, ProblemCode.IdempotencyInProgress, ProblemCode.IdempotencyKeyReused, ProblemCode.TooManyExports, ProblemCode.StorageFull],
    };

    private static Shape Choice<TEnum>()
        where TEnum : struct, Enum => OneOf<TEnum>().OrNull();
}
