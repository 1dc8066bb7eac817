using System.Collections.Immutable;
using System.Globalization;
using EmailVerify.Core.Batches;

namespace EmailVerify.Host.Api.Batches.Uploads;

/// <summary>Why the column of the addresses is not found, for whoever gave the file, however they name a column. Of bounded length, whatever the columns are called.</summary>
internal static class ColumnSentences
{
    // As many as a person compares, and so much of each as tells it from the others.
    private const int MostNames = 10;
    private const int LongestName = 60;

    /// <summary>Says which columns might hold the addresses, or that none seems to.</summary>
    public static string Of(UploadFault.ColumnAmbiguous fault) => fault switch
    {
        { Candidates.IsEmpty: true } => "No column seems to hold addresses.",
        { NoneSeems: true } => $"No column seems to hold addresses. The file has {Listed(fault.Candidates)}.",
        _ => $"Several columns may hold the addresses: {Listed(fault.Candidates)}.",
    };

    /// <summary>Says what was asked for, and what there is.</summary>
    public static string Of(UploadFault.ColumnNotFound fault) => fault switch
    {
        { Wish: null } => "A column that is asked for is not there.",
        { Columns.IsEmpty: true } => $"There is no column {Quoted(fault.Wish)}.",
        _ => string.Create(CultureInfo.InvariantCulture, $"There is no column {Quoted(fault.Wish)}: the file has {fault.Columns.Length} ({Listed(fault.Columns)})."),
    };

    private static string Listed(ImmutableArray<string> names) => string.Join(", ", names.Take(MostNames).Select(Quoted)) + (names.Length > MostNames ? " …" : string.Empty);

    private static string Quoted(string name) =>
        name.Length <= LongestName ? $"\"{name}\"" : $"\"{name[..(char.IsHighSurrogate(name[LongestName - 1]) ? LongestName - 1 : LongestName)]}…\"";
}
