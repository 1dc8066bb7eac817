using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace EmailVerify.Host.Api.Problems;

/// <summary>A failure as it is answered (RFC 9457).</summary>
/// <param name="Code">Its kind.</param>
/// <param name="Detail">What happened here, for a person; nothing of our insides.</param>
internal sealed record Problem(ProblemCode Code, string Detail)
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Gets which parts of the request are wrong.</summary>
    public ImmutableArray<ProblemError> Errors { get; init; } = [];

    /// <summary>Gets after how many seconds asking again makes sense, or null.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Gets what writes further members (RFC 9457 3.2), or null.</summary>
    public Action<Utf8JsonWriter>? Extras { get; init; }

    /// <summary>Answers with the problem; what was prepared of another answer is dropped, its request id excepted.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Code.Status;
        response.ContentType = MediaTypes.Problem;
        response.Headers.CacheControl = "no-store";
        if (Code.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        if (RetryAfterSeconds is { } seconds)
            response.Headers[HeaderNames.RetryAfter] = seconds.ToString(CultureInfo.InvariantCulture);
        context.Features.Set(Code);

        using (var writer = new Utf8JsonWriter(response.BodyWriter, WriterOptions))
        {
            Write(writer, context.TraceIdentifier);
        }

        return Task.CompletedTask;
    }

    private void Write(Utf8JsonWriter writer, string requestId)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, Code.Path);
        writer.WriteString("title"u8, Code.Title);
        writer.WriteNumber("status"u8, Code.Status);
        writer.WriteString("detail"u8, Detail);
        writer.WriteString("instance"u8, requestId);
        writer.WriteString("code"u8, Code.Code);
        if (RetryAfterSeconds is { } seconds)
            writer.WriteNumber("retry_after_seconds"u8, seconds);
        Extras?.Invoke(writer);
        if (!Errors.IsEmpty)
        {
            writer.WriteStartArray("errors"u8);
            foreach (var error in Errors)
            {
                writer.WriteStartObject();
                writer.WriteString(error.Place, error.Name);
                writer.WriteString("code"u8, error.Code);
                writer.WriteString("detail"u8, error.Detail);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}

/// <summary>One wrong part of a request.</summary>
/// <param name="Place"><c>pointer</c> (RFC 6901), <c>header</c> or <c>parameter</c>.</param>
/// <param name="Name">Where in it.</param>
/// <param name="Code">The stable word: <c>required</c>, <c>type</c>, <c>too_long</c>, <c>out_of_range</c>, <c>invalid</c>.</param>
/// <param name="Detail">What is wrong and what is right, for a person.</param>
internal sealed record ProblemError(string Place, string Name, string Code, string Detail)
{
    public static ProblemError AtMember(string member, string code, string detail) => new("pointer", "/" + member, code, detail);

    public static ProblemError AtHeader(string header, string code, string detail) => new("header", header, code, detail);

    public static ProblemError AtParameter(string parameter, string code, string detail) => new("parameter", parameter, code, detail);
}
