using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EmailVerify.Host.Api.Problems;
using Microsoft.Net.Http.Headers;

namespace EmailVerify.Host.Api.Requests;

/// <summary>Reads small JSON bodies whole.</summary>
internal static class JsonBody
{
    /// <summary>How long a body may be, in octets: an address of 1,024 characters, a tag and members that we do not know fit many times.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Reads the body to its end and gives it to a parser while it is in the buffers of the connection.</summary>
    /// <param name="context">The request.</param>
    /// <param name="parse">Makes a value or a problem of the octets, and keeps none of them.</param>
    /// <param name="otherType">A media type that is read too, or null.</param>
    /// <param name="maxLength">How many octets the body may have.</param>
    public static async ValueTask<Parsed<T>> ReadAsync<T>(HttpContext context, Func<ReadOnlySequence<byte>, Parsed<T>> parse, string? otherType = null, int maxLength = MaxLength)
        where T : class
    {
        if (Refusal(context.Request, otherType, maxLength) is { } refusal)
            return refusal;
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > maxLength)
            {
                reader.AdvanceTo(read.Buffer.End);
                return TooLarge(maxLength);
            }

            if (read.IsCompleted)
            {
                var parsed = parse(read.Buffer);
                reader.AdvanceTo(read.Buffer.End);
                return parsed;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Makes a value of the octets of a JSON body.</summary>
    /// <param name="octets">The body.</param>
    /// <param name="read">Reads the root, of whatever kind, and adds what is wrong with it; gives null only then.</param>
    public static Parsed<T> Parse<T>(ReadOnlySequence<byte> octets, Func<JsonElement, BodyErrors, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(octets);
            var errors = new BodyErrors();
            var value = read(document.RootElement, errors);
            return errors.Problem is { } problem ? problem : value!;
        }
        catch (JsonException failure)
        {
            return new Problem(ProblemCode.MalformedJson, string.Create(
                CultureInfo.InvariantCulture, $"The body is no JSON from line {failure.LineNumber + 1}, octet {failure.BytePositionInLine + 1} on."));
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is found where the string is read.
            return new Problem(ProblemCode.MalformedJson, "A string of the body is no valid Unicode.");
        }
    }

    /// <summary>Says whether a request has a body at all.</summary>
    public static bool IsThere(HttpRequest request) => request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0 || request.ContentType is not null;

    private static Problem? Refusal(HttpRequest request, string? otherType, int maxLength)
    {
        if (request.ContentLength > maxLength)
            return TooLarge(maxLength);
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding is not ["identity"])
            return new Problem(ProblemCode.UnsupportedEncoding, "The body must come without Content-Encoding.");
        return IsJson(request.ContentType, otherType) ? null : new Problem(ProblemCode.UnsupportedMediaType, "The body must be application/json in UTF-8.");
    }

    private static bool IsJson(string? contentType, string? otherType) =>
        contentType is MediaTypes.Json
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && (type.MediaType.Equals(MediaTypes.Json, StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals(otherType, StringComparison.OrdinalIgnoreCase))
            && (!type.Charset.HasValue || type.Charset.Value.AsSpan().Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase)));

    private static Problem TooLarge(int maxLength) =>
        new(ProblemCode.BodyTooLarge, string.Create(CultureInfo.InvariantCulture, $"The body may have {maxLength} octets."));
}

/// <summary>What a reader made of something: a value, or the problem to answer with.</summary>
internal readonly record struct Parsed<T>(T? Value, Problem? Problem)
    where T : class
{
    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static implicit operator Parsed<T>(Problem problem) => new(null, problem);
}
