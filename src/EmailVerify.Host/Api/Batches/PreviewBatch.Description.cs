using EmailVerify.Adapters.Files;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Batches;

internal sealed partial class PreviewBatch
{
    private static Shape Shape => Object(
        Has("format", Word("csv", "ndjson", "json"), "What the file is read as."),
        Has("charset", Text(64), "Its encoding."),
        Has("delimiter", Text(1).OrNull(), "What stands between the cells of CSV."),
        Has("header", Flag.OrNull(), "Whether the first line of CSV names the columns."),
        Has("columns", List(
            Object(
                Has("name", Text(65_536), "Its name."),
                Has("number", Whole(1, 1_000_000), "Its number, from 1."),
                Has("filled", Count, "In how many of the rows it has something."),
                Has("addresses", Count, "In how many of the rows that is an address.")),
            65_536), "The columns; of JSON the members of the rows that are shown."),
        Has("column", Text(65_536).OrNull(), "The column of the addresses; null where that is not clear."),
        Has("column_number", Whole(1, 1_000_000).OrNull(), "Its number, which is what to pass on as `column`: names may repeat."),
        Has("rows", List(List(Text(1_048_576), 65_536), FileHead.MaxRows), "The first rows, by their cells."),
        Has("truncated", Flag, "Whether the file has more rows than are shown."),
        Has("problem", Object(
            Has("code", Word("column_ambiguous", "column_not_found"), "The kind, as in problems."),
            Has("detail", Text(4_096), "What is not clear, for a person."),
            May("candidates", List(Text(65_536), 65_536), "The columns that might hold the addresses."),
            May("columns", List(Text(65_536), 65_536), "The columns that there are.")).OrNull(), "Why `createBatch` would refuse the file."),
        Has("warnings", DoctorShape.Warnings, "Why nearly every row would end as `unknown` now.")).Named("Preview", "How the head of a file is read.");

    /// <summary>Describes it.</summary>
    public static Description Describe()
    {
        var upload = CreateBatch.Describe();
        return new(
            Tags.Batches,
            "Preview a batch",
            "Reads the head of a file, 256 KiB of it, as `createBatch` would read the whole, and stores nothing: so one sees which column is taken for the addresses before a million rows are sent. The parameters "
                + "are those of `createBatch`.")
        {
            Parameters =
            [
                Parameter.Query("truncated", Flag, "That the body is not the whole file, so that its last row may be cut.", "true"),
                .. upload.Parameters.Where(parameter => parameter.Name is not "Idempotency-Key"),
            ],
            Body = upload.Body,
            Answers =
            [
                new(200, "How it is read.", Content.Json(Shape, """
                    {"format":"csv","charset":"utf-8","delimiter":",","header":true,
                     "columns":[{"name":"E-Mail","number":1,"filled":2,"addresses":2},{"name":"City","number":2,"filled":2,"addresses":0}],"column":"E-Mail","column_number":1,
                     "rows":[["jane.doe@example.com","Lisbon"],["john@example.org","Oslo"]],"truncated":false,"problem":null,"warnings":[]}
                    """)),
            ],
            Problems =
            [
                ProblemCode.MalformedUpload, ProblemCode.BadRequest, ProblemCode.RequestTimeout, ProblemCode.ExpansionTooLarge, ProblemCode.UnsupportedMediaType,
                ProblemCode.UnsupportedEncoding, ProblemCode.ValidationFailed, ProblemCode.RateLimited,
            ],
        };
    }
}
