using EmailVerify.Adapters.Files;

namespace EmailVerify.Host.Api.Batches;

/// <summary>What may stand between the cells of CSV, as requests name it: coming in and going out.</summary>
internal static class Delimiters
{
    /// <summary>What is said of a wrong one.</summary>
    public const string Detail = "delimiter is a comma, a semicolon, a bar, or tab.";

    /// <summary>Gets the delimiter that a text names, or null. A tab is hard to write in a query: its name and its escape mean it too.</summary>
    public static char? Of(string? text) => text switch
    {
        "tab" or "\\t" => '\t',
        [var character] when CsvRowReader.IsDelimiter(character) => character,
        _ => null,
    };
}
