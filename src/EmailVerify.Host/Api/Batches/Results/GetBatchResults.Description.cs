using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Verifications;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Batches.Results;

internal sealed partial class GetBatchResults
{
    private const string Example = """
        {"row":17,"email":"jane.doe@example.com","status":"deliverable","reason":"accepted_email","score":97,"canonical":"jane.doe@example.com","did_you_mean":null,"flags":{"accept_all":false,"disposable":false,"free":false,"role":false,"subaddress":false,"no_reply":false,"smtputf8":false,"mailbox_full":null,"mailbox_disabled":null},"provider":"example.com","exchanger":"mx1.example.com","found_at":"2026-11-24T10:15:40.912Z","fresh_until":"2026-12-08T10:15:40.912Z","source":"live","attempts":1,"rules":"2026.11.3","duplicate_of":null,"final":true,"notes":[],"input":{"E-Mail":"jane.doe@example.com","City":"Lisbon"}}
        """;

    private const string CsvExample =
        "E-Mail,City,status,reason,score,did_you_mean,accept_all,disposable,free,role,mailbox_full,provider,found_at,duplicate_of\r\n"
        + "jane.doe@example.com,Lisbon,deliverable,accepted_email,97,,false,false,false,false,,example.com,2026-11-24T10:15:40.912Z,\r\n";

    private static Shape Result => Object(
        Has("row", Count, "The row's number, from 1."),
        Has("email", VerificationShape.Email, "The address as it stands in the row; empty where it has none."),
        Has("status", OneOf<VerdictStatus>(), "The verdict."),
        Has("reason", Word<VerdictReason>(), "Why."),
        Has("score", Whole(0, 100), "The chance in percent that mail is accepted."),
        Has("canonical", Text(512).OrNull(), "The form that all spellings of the mailbox share."),
        Has("did_you_mean", Text(512).OrNull(), "The address that was probably meant."),
        Has("flags", VerificationShape.Flags),
        Has("provider", Text(255).OrNull(), "Who runs the mail servers."),
        Has("exchanger", Text(255).OrNull(), "The mail server that decided."),
        Has("found_at", Time, "When the verdict was found."),
        Has("fresh_until", Time.OrNull(), "Until when it is given to who asks again."),
        Has("source", Word<VerdictSource>(), "Where it came from."),
        Has("attempts", Count, "How often mail servers were asked."),
        Has("rules", VerificationShape.Rules, "The version of the rules that judged."),
        Has("duplicate_of", Count.OrNull(), "The row that this one repeats."),
        Has("final", Flag, "Whether it stays; under a retry the last verdict is shown until there is a new one."),
        Has("notes", List(Word<RowNotes>(), 8), "What was odd about the row."),
        May("cursor", Text(64), "Where to go on behind this row; with `order=done`."),
        May("evidence", List(VerificationShape.Attempt, 1_000), "Each attempt; with `evidence=true`."),
        Has("input", Anything, "The row as it came: its cells under the names of their columns, or its JSON value.")).Named("BatchResult", "The result of one row.");

    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Batches,
        "Read the results of a batch",
        """
        What is known of each row, also while the batch runs: rows that are done. `application/x-ndjson` has one object a line and, like CSV, streams all rows unless there is a limit; JSON is a page of
        at most 1,000. A download that was cut goes on with `after` behind its last whole line; what fails in the middle cuts the connection, so that no short answer looks whole.

        CSV has the original columns first, in their order and octets, then ours: all with the prefix `ev_` where one of their names is taken.
        """)
    {
        Parameters =
        [
            BatchShape.IdInPath,
            Parameter.Query("format", OneOf("json", "ndjson", "csv"), "Does what the header Accept does, where a header is hard to send.", "csv"),
            Parameter.Query("status", List(OneOf<VerdictStatus>(), 4), "Only rows with one of these statuses, with commas between.", "risky,unknown"),
            Parameter.Query("reason", List(OneOf<VerdictReason>(), 100), "Only rows with one of these reasons.", "timeout"),
            Parameter.Query("flags", List(OneOf<ResultFlag>(), 16), "Only rows with at least one of these flags.", "role,free"),
            Parameter.Query("min_score", Whole(0, 100), "Only rows with at least this score.", "80"),
            Parameter.Query("order", OneOf("row", "done"), "In the order of rows, or of becoming done: then no late row is missed.", "row"),
            Parameter.Query("after", Text(1_000), "Behind which row to begin: its number, or with `order=done` its cursor; or `next` of the page before.", "17"),
            Parameter.Query("limit", Whole(1), "How many rows at most. A page of JSON has 1,000 at most, and unless said.", "100"),
            Parameter.Query("columns", List(Text(16_384), 256), "Which of the original columns: their names or numbers.", "City"),
            Parameter.Query("delimiter", OneOf(",", ";", "|", "\t", "tab", "\\t"), "What stands between cells of CSV. By itself what stood in the file, and a comma where there was no CSV file.", ";"),
            Parameter.Query("escape", OneOf("formulas", "none"), "Whether cells that a spreadsheet would compute are made harmless; they are unless this is `none`.", "none"),
            Parameter.Query("bom", Flag, "Whether CSV begins with a byte order mark, by which Excel knows UTF-8.", "true"),
            Parameter.Query("evidence", Flag, "Whether each result shows its evidence.", "true"),
            Parameter.IfMatch,
            Parameter.IfNoneMatch,
        ],
        Answers =
        [
            new(
                200,
                "The results.",
                Content.Json(
                    Object(Has("results", List(Result, 1_000), "The results."), Has("next", Text(64).OrNull(), "Where the next page begins, for `after`; null on the last one.")).Named("BatchResults", "A page of results."),
                    $$"""{"results":[{{Example}}],"next":null}"""),
                Content.Of(MediaTypes.Ndjson, Result, Example + "\n"),
                Content.Of(MediaTypes.Csv, FileText, CsvExample))
            {
                Headers =
                [
                    AnswerHeader.ETag.Sometimes(),
                    new("EmailVerify-Batch-Status", Word<BatchStatus>(), "How the batch stands: only what has ended has all rows, and a tag.", "completed"),
                    new("Content-Disposition", Text(1_024), "Under which name a browser saves CSV: that of the batch, where it has one.", "attachment; filename=\"customers-verified.csv\"; filename*=UTF-8''customers-verified.csv") { IsRequired = false },
                ],
            },
            Answers.NotModified,
        ],
        Problems = [ProblemCode.NotFound, ProblemCode.Erased, ProblemCode.PreconditionFailed, ProblemCode.ValidationFailed, ProblemCode.ColumnNotFound],
    };
}
