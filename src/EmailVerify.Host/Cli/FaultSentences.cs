using System.Collections.Immutable;
using System.Globalization;
using EmailVerify.Core.Batches;

namespace EmailVerify.Host.Cli;

/// <summary>Why a file is not taken, as one sentence for who gave it on a command line.</summary>
internal static class FaultSentences
{
    /// <summary>Gets the sentence of a fault.</summary>
    public static string Of(UploadFault fault) => fault switch
    {
        UploadFault.Malformed malformed => string.Create(CultureInfo.InvariantCulture, $"Row {malformed.Row} of the file, about octet {malformed.Octet}: {malformed.Why}"),
        UploadFault.ColumnAmbiguous { Candidates.IsEmpty: true } => "No column seems to hold addresses: name it with --column, or give its number from 1.",
        UploadFault.ColumnAmbiguous ambiguous => $"Which column holds the addresses is not clear: name it with --column. It may be {Names(ambiguous.Candidates)}.",
        UploadFault.ColumnNotFound { Columns.IsEmpty: true } => "The file has no column of the name that --column gives.",
        UploadFault.ColumnNotFound missing => $"The file has no column of the name that --column gives. It has {Names(missing.Columns)}.",
        UploadFault.Empty => "There is no row in the file: it is empty, or has a header alone.",
        UploadFault.TooManyRows many => string.Create(CultureInfo.InvariantCulture, $"The file has too many rows: {many.Most} are taken."),
        UploadFault.TooLarge large => string.Create(CultureInfo.InvariantCulture, $"The file is too large: {large.Most} octets are taken."),
        UploadFault.Invalid invalid => $"{invalid.Detail} ({Terminal.Inert(invalid.Pointer)})",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not a fault."),
    };

    private static string Names(ImmutableArray<string> names) => string.Join(", ", names.Select(name => $"\"{Terminal.Inert(name)}\""));
}
