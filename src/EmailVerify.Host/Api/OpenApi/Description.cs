using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.OpenApi;

/// <summary>
/// What the document says of an operation. It stands beside the operation's code. What every operation of its kind can answer (401, 403, 406, 500, 503, and what a body can be
/// refused with) is not repeated: <see cref="CommonProblems"/> knows it.
/// </summary>
/// <param name="Tag">Its chapter: one of <see cref="Tags"/>.</param>
/// <param name="Summary">A few words, without a full stop.</param>
/// <param name="Text">What a caller should know, in Markdown.</param>
internal sealed record Description(string Tag, string Summary, string Text)
{
    /// <summary>Gets the parameters of path, query and headers.</summary>
    public ImmutableArray<Parameter> Parameters { get; init; } = [];

    /// <summary>Gets the body of the request, or null.</summary>
    public Body? Body { get; init; }

    /// <summary>Gets the answers that are no problems.</summary>
    public required ImmutableArray<Answer> Answers { get; init; }

    /// <summary>Gets the problems that are its own, beside those of its kind.</summary>
    public ImmutableArray<ProblemCode> Problems { get; init; } = [];
}

/// <summary>A parameter.</summary>
/// <param name="Place"><c>path</c>, <c>query</c> or <c>header</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Shape">What it may be.</param>
/// <param name="About">What it says.</param>
/// <param name="Example">A value of it, as it is written in a URL or header.</param>
internal sealed record Parameter(string Place, string Name, Shape Shape, string About, string? Example = null)
{
    /// <summary>A cursor: an opaque text.</summary>
    public static readonly Shape Cursor = Shapes.Text(2_048);

    /// <summary>The tag of what the caller has: where it is the present one, the answer is 304.</summary>
    public static readonly Parameter IfNoneMatch = Header("If-None-Match", Shapes.Text(1_024), "The tag of what the caller has; where that is the present state, the answer is 304 without a body.", "\"3f6a1c9b20d84e57\"");

    /// <summary>The tag of what the caller has seen: where it is no longer the present one, the answer is 412.</summary>
    public static readonly Parameter IfMatch = Header("If-Match", Shapes.Text(1_024), "The tag of what the caller has seen; where that is no longer the present state, the answer is 412.", "\"3f6a1c9b20d84e57\"");

    /// <summary>What makes a request that makes something fit to be repeated.</summary>
    public static readonly Parameter IdempotencyKey = Header("Idempotency-Key", Shapes.Text(257, least: 1), "A key of the caller's for this request: 1 to 255 visible ASCII characters, in quotes or bare.", "\"6f1d0c4e\"");

    /// <summary>Gets a value indicating whether it must be given.</summary>
    public bool IsRequired { get; init; } = Place is "path";

    /// <summary>Which part of a list that is told newest first.</summary>
    /// <param name="limit">How many may be shown.</param>
    /// <param name="verb">What happened to each of the list at its time.</param>
    public static ImmutableArray<Parameter> Page(Shape limit, string verb) =>
    [
        Query("from", Shapes.Time, $"Only what was {verb} at or after this time.", "2026-11-01T00:00:00Z"),
        Query("to", Shapes.Time, $"Only what was {verb} before this time.", "2026-12-01T00:00:00Z"),
        Query("after", Cursor, "`next` of the page before, with the same other parameters."),
        Query("limit", limit, "How many are shown, 100 unless said.", "10"),
    ];

    /// <summary>A parameter of the query.</summary>
    public static Parameter Query(string name, Shape shape, string about, string? example = null) => new("query", name, shape, about, example);

    /// <summary>A header.</summary>
    public static Parameter Header(string name, Shape shape, string about, string? example = null) => new("header", name, shape, about, example);

    /// <summary>A part of the path.</summary>
    public static Parameter Path(string name, Shape shape, string about, string? example = null) => new("path", name, shape, about, example);
}

/// <summary>The body of a request.</summary>
/// <param name="About">What it says.</param>
/// <param name="Contents">The forms that it may have.</param>
internal sealed record Body(string About, params ImmutableArray<Content> Contents)
{
    /// <summary>Gets a value indicating whether it may be missing.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Gets a value indicating whether it is a stream, which has problems of its own instead of those of a small body.</summary>
    public bool IsStream { get; init; }
}

/// <summary>An answer that is no problem.</summary>
/// <param name="Status">Its status.</param>
/// <param name="About">When it is given.</param>
/// <param name="Contents">The forms that it may have; none is an answer without a body.</param>
internal sealed record Answer(int Status, string About, params ImmutableArray<Content> Contents)
{
    /// <summary>Gets its headers, beside the request id that every answer has.</summary>
    public ImmutableArray<AnswerHeader> Headers { get; init; } = [];
}

/// <summary>Answers that several operations share.</summary>
internal static class Answers
{
    /// <summary>The answer to who has the present state already.</summary>
    public static readonly Answer NotModified = new(StatusCodes.Status304NotModified, "The caller has the present state already.") { Headers = [AnswerHeader.ETag] };
}

/// <summary>A form of a body.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Shape">What it is: of lines and events one, of text all.</param>
/// <param name="Examples">Whole bodies.</param>
internal sealed record Content(string Type, Shape Shape, params ImmutableArray<Example> Examples)
{
    /// <summary>JSON.</summary>
    /// <param name="shape">What the value is.</param>
    /// <param name="example">A value.</param>
    public static Content Json(Shape shape, [StringSyntax(StringSyntaxAttribute.Json)] string example) => new(MediaTypes.Json, shape, new Example("one", example));

    /// <summary>JSON, with several examples.</summary>
    public static Content Json(Shape shape, params ImmutableArray<Example> examples) => new(MediaTypes.Json, shape, examples);

    /// <summary>What is no JSON as a whole, with one example.</summary>
    public static Content Of(string type, Shape shape, string example) => new(type, shape, new Example("one", example));
}

/// <summary>A whole body, as it is sent.</summary>
/// <param name="Name">What it shows, in one word of camel case.</param>
/// <param name="Text">The body.</param>
internal sealed record Example(string Name, string Text);
