using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Batches;

internal sealed partial class CreateBatch
{
    private static Shape Row => Either(Text(UploadBounds.Default.RowOctets), new Shape { Type = "object" }).Named(
        "Row", "An address; or an object with any members, one of which holds the address: `email`, or what `column` names.");

    // A JSON body may say of the batch what the query may.
    private static Shape Request => Object(
    [
        Has("emails", List(Row, UploadBounds.Default.Rows), "The rows."),
        .. Wishes().Select(wish => May(wish.Name, wish.Shape.OrNull(), wish.About)),
    ]).Named("BatchRequest", "A list of addresses, and what is wanted of it.");

    private static Shape FileInForm => Object(
    [
        Has("file", new Shape { Type = "string" }.With("contentMediaType", "application/octet-stream"), "The file: `text/csv` or `application/x-ndjson`, by its type or else by its name."),
        .. Wishes().Select(wish => May(wish.Name, wish.Shape, wish.About)),
    ]);

    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Batches,
        "Start a batch",
        """
        Takes a list of addresses and begins to verify it. The body is a stream and may be compressed (`Content-Encoding: gzip` or `br`); it is read in constant memory, and nothing of what is
        refused or cut stays. 202 says that every row is durable.

        CSV is read with tolerance: UTF-8 or, by its byte order mark, UTF-16, or `charset=windows-1252`; with `,` `;` `|` or a tab between cells; `header=absent` where the first line names no columns.
        The column of the addresses is found by its name or by what is in it.

        With an `Idempotency-Key` the same request can be repeated: for 48 h it gets the same 202, marked with `Idempotency-Replayed`. Without a key two requests make two batches.
        """)
    {
        Parameters =
        [
            Parameter.IdempotencyKey,
            Parameter.Header("Content-Encoding", OneOf("identity", "gzip", "x-gzip", "br"), "How the body is compressed.", "gzip"),
            .. Wishes(),
        ],
        Body = new Body(
            "The rows.",
            Content.Of(MediaTypes.Csv, FileText, "E-Mail,City\r\njane.doe@example.com,Lisbon\r\njohn@example.org,Oslo\r\n"),
            Content.Of(MediaTypes.Ndjson, Row, "\"jane.doe@example.com\"\n{\"email\":\"john@example.org\",\"city\":\"Oslo\"}\n"),
            Content.Json(Request, """{"emails":["jane.doe@example.com",{"email":"john@example.org","city":"Oslo"}],"name":"newsletter"}"""),
            Content.Of(MediaTypes.Form, FileInForm, """{"file":"E-Mail,City\r\njane.doe@example.com,Lisbon\r\n","name":"newsletter"}"""))
        {
            IsStream = true,
        },
        Answers =
        [
            new(202, "The batch is accepted: every row of it is durable.", Content.Json(BatchShape.Shape, BatchShape.NewExample))
            {
                Headers = [AnswerHeader.Location, AnswerHeader.Replayed],
            },
        ],
        Problems =
        [
            ProblemCode.MalformedHeader, ProblemCode.MalformedUpload, ProblemCode.BadRequest, ProblemCode.RequestTimeout, ProblemCode.IdempotencyInProgress, ProblemCode.BodyTooLarge,
            ProblemCode.TooManyRows, ProblemCode.ExpansionTooLarge, ProblemCode.UnsupportedMediaType, ProblemCode.UnsupportedEncoding, ProblemCode.ValidationFailed, ProblemCode.ColumnAmbiguous,
            ProblemCode.ColumnNotFound, ProblemCode.IdempotencyKeyReused, ProblemCode.RateLimited, ProblemCode.TooManyOpenBatches, ProblemCode.StorageFull,
        ],
    };

    private static IEnumerable<Parameter> Wishes() =>
    [
        Parameter.Query("name", Text(BatchWish.MaxText), "A name for people. That of the file unless said.", "newsletter"),
        Parameter.Query("tag", Text(BatchWish.MaxText), "The customer's own mark.", "autumn"),
        Parameter.Query("column", Text(BatchWish.MaxText), "The column of the addresses: its name, whatever the case, or its number from 1.", "E-Mail"),
        Parameter.Query("delimiter", OneOf(",", ";", "|", "\t", "tab", "\\t"), "What stands between the cells of CSV; found out unless said.", ";"),
        Parameter.Query("header", OneOf("true", "false", "present", "absent"), "Whether the first line of CSV names the columns; found out unless said.", "true"),
        Parameter.Query("dedupe", Flag, "Whether an address that is there several times is asked about once; it is unless this is `false`.", "true"),
        Parameter.Query("drop_duplicates", Flag, "Whether rows that repeat an address leave results and total.", "false"),
        Parameter.Query("priority", OneOf<BatchPriority>(), "The rank among the batches of the installation, `normal` unless said.", "low"),
        Parameter.Query("max_age_seconds", Whole(0, BatchWish.MaxAgeSeconds), "How old a verdict may be that answers a row; 0 asks anew.", "86400"),
        Parameter.Query("start", Flag, "Whether work begins at once; with `false` the batch is paused until it is resumed.", "true"),
    ];
}
