namespace EmailVerify.Core.Batches;

/// <summary>What was odd about a row of a file, and mended.</summary>
[Flags]
public enum RowNotes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It had fewer cells than the header; the missing ones are empty.</summary>
    Padded = 1,

    /// <summary>It had more cells than the header; they are kept in columns of their own.</summary>
    Surplus = 2,

    /// <summary>A quote stood where none may (RFC 4180 2.5, 2.7); it is kept as text.</summary>
    StrayQuote = 4,

    /// <summary>A quote was opened and never closed: from it to the end of its line, quotes are text.</summary>
    UnterminatedQuote = 8,

    /// <summary>The address was taken out of <c>Name &lt;address&gt;</c>.</summary>
    TakenApart = 16,

    /// <summary>Octets that are no text in the file's encoding were replaced by U+FFFD.</summary>
    Replaced = 32,
}

/// <summary>One row of a file.</summary>
/// <param name="Email">The address as it stands there, blanks around it cut off; empty where the row has none. No longer than <see cref="MaxEmailLength"/>.</param>
/// <param name="Notes">What was odd.</param>
/// <param name="Input">The row as it was given: cells by <see cref="RowInput"/>, or the JSON value. Valid until the next row is read.</param>
public readonly record struct InputRow(string Email, RowNotes Notes, ReadOnlyMemory<byte> Input)
{
    /// <summary>The most characters of an address that are kept: enough for every address and for what is wrong with others.</summary>
    public const int MaxEmailLength = 1_024;
}
