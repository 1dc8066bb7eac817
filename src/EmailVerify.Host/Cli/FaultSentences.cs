using System.Globalization;
using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.Batches.Uploads;

namespace EmailVerify.Host.Cli;

/// <summary>Why a file is not taken, as one sentence for who gave it on a command line.</summary>
internal static class FaultSentences
{
    /// <summary>Gets the sentence of a fault.</summary>
    public static string Of(UploadFault fault) => fault switch
    {
        UploadFault.Malformed malformed => string.Create(CultureInfo.InvariantCulture, $"Row {malformed.Row} of the file, about octet {malformed.Octet}: {malformed.Why}"),
        UploadFault.ColumnAmbiguous ambiguous => OfColumn(ColumnSentences.Of(ambiguous)),
        UploadFault.ColumnNotFound missing => OfColumn(ColumnSentences.Of(missing)),
        UploadFault.Empty => "There is no row in the file: it is empty, or has a header alone.",
        UploadFault.TooManyRows many => string.Create(CultureInfo.InvariantCulture, $"The file has too many rows: {many.Most} are taken."),
        UploadFault.TooLarge large => string.Create(CultureInfo.InvariantCulture, $"The file is too large: {large.Most} octets are taken."),
        UploadFault.Invalid invalid => $"{invalid.Detail} ({Terminal.Inert(invalid.Pointer)})",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not a fault."),
    };

    /// <summary>Gets the sentence of a fault about the column of the addresses.</summary>
    /// <param name="fault">What is wrong, as <see cref="ColumnSentences"/> or a service says it.</param>
    public static string OfColumn(string fault) => $"{Terminal.Inert(fault)} --column takes a name or a number from 1.";
}
