using System.Buffers;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Files;

/// <summary>Writes CSV (RFC 4180): CR LF, quotes only where they are needed. Nothing is allocated for a cell.</summary>
/// <param name="output">Where to.</param>
/// <param name="escapesFormulas">Whether an apostrophe goes before what a spreadsheet would compute. What goes back into a system wants none.</param>
/// <param name="delimiter">What stands between cells: ASCII, and neither a quote nor a line end.</param>
public sealed class ResultCsvWriter(IBufferWriter<byte> output, bool escapesFormulas = true, byte delimiter = (byte)',')
{
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t"u8);

    // Of telephone numbers and amounts: without letters, nothing can be called.
    private static readonly SearchValues<byte> OfNumbers = SearchValues.Create("0123456789 .,()-/"u8);

    private readonly SearchValues<byte> needQuotes = SearchValues.Create([delimiter, (byte)'"', (byte)'\r', (byte)'\n']);
    private readonly byte[] between = [delimiter];
    private int cells;
    private bool isEmpty = true;

    /// <summary>Writes a cell.</summary>
    public void WriteCell(ReadOnlySpan<byte> utf8)
    {
        if (cells > 0)
            output.Write(between);

        var escaped = escapesFormulas && IsFormula(utf8);
        var quoted = utf8.ContainsAny(needQuotes) || (cells == 0 && IsLostAtFront(utf8));
        if (quoted)
            output.Write("\""u8);
        if (escaped)
            output.Write("'"u8);
        if (quoted)
            WriteDoubled(utf8);
        else
            output.Write(utf8);

        cells++;
        isEmpty &= utf8.IsEmpty;
    }

    /// <summary>Writes the cells of a stored row.</summary>
    /// <param name="stored">By <see cref="RowInput"/>.</param>
    /// <param name="width">How many there have to be; missing ones are empty.</param>
    /// <exception cref="InvalidDataException">The octets are no cells.</exception>
    public void WriteCells(ReadOnlySpan<byte> stored, int width)
    {
        for (; RowInput.TryReadCell(ref stored, out var utf8); width--)
            WriteCell(utf8);
        for (; width > 0; width--)
            WriteCell([]);
    }

    /// <summary>Ends the row.</summary>
    public void EndRow()
    {
        // A line with nothing on it is no row.
        if (cells == 1 && isEmpty)
            output.Write("\"\""u8);
        output.Write("\r\n"u8);
        (cells, isEmpty) = (0, true);
    }

    /// <summary>Whether a spreadsheet would compute a cell: it begins with = + - @, in either width, a tab or a CR, and is no number with a sign.</summary>
    private static bool IsFormula(ReadOnlySpan<byte> utf8) => utf8 switch
    {
        [(byte)'+' or (byte)'-', >= (byte)'0' and <= (byte)'9', ..] => utf8[1..].ContainsAnyExcept(OfNumbers),
        [(byte)'=' or (byte)'+' or (byte)'-' or (byte)'@' or (byte)'\t' or (byte)'\r', ..] => true,

        // U+FF1D, U+FF0B, U+FF0D and U+FF20.
        [0xEF, 0xBC, 0x9D or 0x8B or 0x8D or 0xA0, ..] => true,
        _ => false,
    };

    /// <summary>Whether a reader would not see a cell that stands first: blanks, which might be a blank line, or a byte order mark.</summary>
    private static bool IsLostAtFront(ReadOnlySpan<byte> utf8) => !utf8.IsEmpty && (!utf8.ContainsAnyExcept(Blanks) || utf8.StartsWith("\uFEFF"u8));

    private void WriteDoubled(ReadOnlySpan<byte> utf8)
    {
        while (utf8.IndexOf((byte)'"') is >= 0 and var quote)
        {
            output.Write(utf8[..(quote + 1)]);
            output.Write("\""u8);
            utf8 = utf8[(quote + 1)..];
        }

        output.Write(utf8);
        output.Write("\""u8);
    }
}
