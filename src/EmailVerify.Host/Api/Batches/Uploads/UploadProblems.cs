using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Batches.Uploads;

/// <summary>Which problem an upload is refused with.</summary>
internal static class UploadProblems
{
    /// <summary>Gets the problem of a fault.</summary>
    public static Problem Of(UploadFault fault) => fault switch
    {
        UploadFault.Malformed malformed => new Problem(
            ProblemCode.MalformedUpload,
            string.Create(CultureInfo.InvariantCulture, $"Row {malformed.Row}, about octet {malformed.Octet}: {malformed.Why}"))
        {
            Extras = writer =>
            {
                writer.WriteNumber("row"u8, malformed.Row);
                writer.WriteNumber("byte"u8, malformed.Octet);
            },
        },
        UploadFault.ColumnAmbiguous ambiguous => new Problem(ProblemCode.ColumnAmbiguous, ColumnSentences.Of(ambiguous))
        {
            Errors = [ProblemError.AtParameter("column", "required", "Name the column of the addresses in it, or give its number from 1.")],
            Extras = writer => WriteNames(writer, "candidates", ambiguous.Candidates),
        },
        UploadFault.ColumnNotFound missing => new Problem(ProblemCode.ColumnNotFound, ColumnSentences.Of(missing))
        {
            Errors = [ProblemError.AtParameter("column", "invalid", "It takes a name, or of CSV a number from 1; the member columns lists those that there are.")],
            Extras = writer => WriteNames(writer, "columns", missing.Columns),
        },
        UploadFault.TooManyRows many => new Problem(ProblemCode.TooManyRows, string.Create(CultureInfo.InvariantCulture, $"A batch takes {many.Most} rows.")),
        UploadFault.TooLarge large =>
            new Problem(ProblemCode.BodyTooLarge, string.Create(CultureInfo.InvariantCulture, $"A file may have {large.Most} octets, decompressed.")),
        UploadFault.Invalid invalid => SmallBody.Wrong(new ProblemError("pointer", invalid.Pointer, invalid.Code, invalid.Detail)),
        UploadFault.Empty => new Problem(ProblemCode.MalformedUpload, "There is no row in the file: it is empty, or has a header alone."),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not a fault."),
    };

    /// <summary>Gets the problem of a body that cannot be read to its end, or null where that is not the body's fault.</summary>
    public static Problem? Of(Exception failure) => failure switch
    {
        ExpansionException => new Problem(ProblemCode.ExpansionTooLarge, string.Create(
            CultureInfo.InvariantCulture, $"A compressed body may expand to {ExpandedStream.MaxRatio} times its size.")),
        BadHttpRequestException or Microsoft.AspNetCore.Connections.ConnectionResetException => null,
        InvalidDataException or IOException => new Problem(ProblemCode.MalformedUpload, "The body ends in its middle, or is not encoded as its headers say."),
        _ => null,
    };

    private static void WriteNames(Utf8JsonWriter writer, string member, ImmutableArray<string> names)
    {
        writer.WriteStartArray(member);
        foreach (var name in names)
            writer.WriteStringValue(name);
        writer.WriteEndArray();
    }
}
