using System.Collections.Immutable;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Exports;

internal sealed partial class KeptExports
{
    // Bounded by how many are kept, over as long as one whose file is gone is known.
    private const int MaxListed = 1_000;

    private static readonly Content Octets = Content.Of(MediaTypes.Gzip, new Shape { Type = "string" }.With("contentMediaType", MediaTypes.Gzip), "(the octets of a gzip file)");

    private static readonly ImmutableArray<AnswerHeader> FileHeaders =
    [
        AnswerHeader.ETag,
        new("Accept-Ranges", OneOf("bytes"), "Ranges of octets may be asked for.", "bytes"),
        new("Content-Disposition", Text(1_024), "Under which name a browser saves it.", "attachment; filename=verifications-exp_01M86CH6NGEJZ82ZR96BBCGNBY.ndjson.gz"),
    ];

    /// <summary>Describes the list.</summary>
    public static Description DescribeList() => new(Tags.Exports, "List exports", "The exports of a customer, newest first; those whose file was removed for their time was over, for 30 days more.")
    {
        Answers =
        [
            new(200, "All of them.", Content.Json(
                Object(
                    Has("exports", List(ExportShape.Shape, MaxListed), "The exports."),
                    Has("next", Parameter.Cursor.OrNull(), "As other lists have it; null, since all of them are here.")).Named("Exports", "The exports of a customer."),
                $$"""{"exports":[{{ExportShape.Example}}],"next":null}""")),
        ],
    };

    /// <summary>Describes reading one.</summary>
    public static Description DescribeGet() => new(Tags.Exports, "Read an export", "How it stands. Once it is completed, `links.file` leads to its file.")
    {
        Parameters = [ExportShape.IdInPath],
        Answers = [new(200, "The export.", Content.Json(ExportShape.Shape, ExportShape.Example))],
        Problems = [ProblemCode.NotFound],
    };

    /// <summary>Describes the file.</summary>
    public static Description DescribeFile() => new(
        Tags.Exports,
        "Download the file of an export",
        "The file as it is kept: `gunzip` makes the text of it. A download that was cut goes on with `Range`, and with `If-Range` and the tag only if it is the same file; `curl -C -` and browsers do so by themselves.")
    {
        Parameters =
        [
            ExportShape.IdInPath,
            Parameter.Header("Range", Text(256), "Which octets (RFC 9110 14.2); the whole file unless said.", "bytes=1048576-"),
            Parameter.Header("If-Range", Text(256), "The tag of the file that a part is there of: where it is another file, all of it comes.", "\"3f6a1c9b20d84e57\""),
            Parameter.IfMatch,
            Parameter.IfNoneMatch,
        ],
        Answers =
        [
            new(200, "The file.", Octets) { Headers = FileHeaders },
            new(206, "The octets that were asked for.", Octets)
            {
                Headers = [.. FileHeaders, new("Content-Range", Text(128), "Which octets of how many (RFC 9110 14.4).", "bytes 1048576-2097151/131882907")],
            },
            Answers.NotModified,
        ],
        Problems = [ProblemCode.NotFound, ProblemCode.ExportNotReady, ProblemCode.Erased, ProblemCode.PreconditionFailed, ProblemCode.RangeNotSatisfiable],
    };

    /// <summary>Describes removing one.</summary>
    public static Description DescribeDelete() => new(Tags.Exports, "Delete an export", "Removes it and its file at once; one that is being made is given up.")
    {
        Parameters = [ExportShape.IdInPath],
        Answers = [new(204, "It is gone.")],
        Problems = [ProblemCode.NotFound, ProblemCode.StorageFull],
    };
}
