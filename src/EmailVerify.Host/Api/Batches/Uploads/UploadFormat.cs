using EmailVerify.Host.Api.Problems;
using Microsoft.Net.Http.Headers;

namespace EmailVerify.Host.Api.Batches.Uploads;

/// <summary>What the rows of an upload are written in.</summary>
internal enum UploadFormat
{
    /// <summary>Comma separated values, or what people call so.</summary>
    Csv,

    /// <summary>A JSON value a line.</summary>
    Ndjson,

    /// <summary>A JSON object with an array of rows.</summary>
    Json,

    /// <summary>A form with a file, which is of one of the others.</summary>
    Form,
}

/// <summary>Which format a media type or a file name means.</summary>
internal static class UploadFormats
{
    /// <summary>Gets the format of a body, or null where it is of none.</summary>
    public static UploadFormat? OfBody(MediaTypeHeaderValue type) => type.MediaType.Value?.ToLowerInvariant() switch
    {
        MediaTypes.Csv => UploadFormat.Csv,
        MediaTypes.Ndjson or "application/ndjson" or "application/jsonl" => UploadFormat.Ndjson,
        MediaTypes.Json => UploadFormat.Json,
        MediaTypes.Form => UploadFormat.Form,
        _ => null,
    };

    /// <summary>Gets the format of a file in a form, or null. Browsers call CSV what the machine's spreadsheet registered; the name decides where the type says little.</summary>
    public static UploadFormat? OfFile(MediaTypeHeaderValue? type, string? name) => type is null ? OfName(name) : OfBody(type) switch
    {
        UploadFormat.Csv => UploadFormat.Csv,
        UploadFormat.Ndjson => UploadFormat.Ndjson,
        UploadFormat.Form => null,
        _ => OfName(name),
    };

    /// <summary>The problem of a body whose encoding is none that its format is read in.</summary>
    public static Problem? CharsetProblem(UploadFormat format, string? charset)
    {
        if (charset is null || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase))
            return null;
        if (format is UploadFormat.Csv)
            return Adapters.Files.CsvRowReader.TryGetEncoding(charset, out _) ? null : new Problem(ProblemCode.UnsupportedMediaType, "The charset is not known here.");
        return new Problem(ProblemCode.UnsupportedMediaType, "JSON is read in UTF-8 only.");
    }

    /// <summary>Gets the format of a file by its name alone, or null where that does not tell. JSON is not told from other JSON by a name.</summary>
    public static UploadFormat? OfName(string? name) => Path.GetExtension(name)?.ToLowerInvariant() switch
    {
        ".csv" or ".tsv" or ".txt" => UploadFormat.Csv,
        ".ndjson" or ".jsonl" => UploadFormat.Ndjson,
        _ => null,
    };
}
