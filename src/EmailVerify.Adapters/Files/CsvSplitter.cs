using System.Buffers;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Files;

/// <summary>What came of looking for a record.</summary>
internal enum CsvSplit
{
    /// <summary>It is there.</summary>
    Record,

    /// <summary>Its end has not come in.</summary>
    More,

    /// <summary>It is longer than is taken.</summary>
    TooLong,
}

/// <summary>
/// Splits CSV (RFC 4180) into records and cells where they stand. Lines end by CR LF, LF or CR. A quote inside a cell without quotes is text; so is what follows a closing quote.
/// A quote that is never closed must not eat the file: it and the rest of its line are read as text, and quotes count again from the next line on. It is known by the bound of
/// a record, by the end of the file, and by text right behind the quote that would close it on a later line, since that one opens a cell there.
/// </summary>
/// <param name="delimiter">What stands between cells; <see cref="NoDelimiter"/> where a line is a cell.</param>
/// <param name="maxOctets">The most octets of a record without its line end.</param>
/// <param name="maxCells">How many cells are kept; more are counted.</param>
internal sealed class CsvSplitter(byte delimiter, int maxOctets, int maxCells)
{
    /// <summary>No delimiter: a line end never stands between cells.</summary>
    public const byte NoDelimiter = Lf;

    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';
    private const byte Quote = (byte)'"';

    // Room for a CR LF behind the longest record.
    private const int LineEnd = 2;

    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t"u8);

    private readonly SearchValues<byte> ends = SearchValues.Create([delimiter, Cr, Lf]);
    private readonly Cell[] cells = new Cell[maxCells];
    private byte[]? scratch;

    /// <summary>Gets what stands between cells, or null where a line is a cell.</summary>
    public char? Delimiter => delimiter == NoDelimiter ? null : (char)delimiter;

    /// <summary>Gets the octets of the record without its line end.</summary>
    public int Length { get; private set; }

    /// <summary>Gets the octets of the record with its line end.</summary>
    public int FullLength { get; private set; }

    /// <summary>Gets how many cells the record has.</summary>
    public int Count { get; private set; }

    /// <summary>Gets how many of them are kept.</summary>
    public int StoredCount => Math.Min(Count, cells.Length);

    /// <summary>Gets what was odd about its quotes.</summary>
    public RowNotes Notes { get; private set; }

    /// <summary>Finds the record at the start of a text.</summary>
    /// <param name="text">What has come in.</param>
    /// <param name="whole">Whether the file ends where the text does.</param>
    public CsvSplit Split(ReadOnlySpan<byte> text, bool whole)
    {
        var isFull = text.Length >= maxOctets + LineEnd;
        var window = isFull ? text[..(maxOctets + LineEnd)] : text;
        var isFinal = whole && window.Length == text.Length;
        (Count, Notes) = (0, RowNotes.None);
        for (var at = 0; ;)
        {
            var end = TakeCell(window, at, mayGoOn: !isFinal && !isFull);
            if (end == window.Length && !isFinal)
                return isFull ? CsvSplit.TooLong : CsvSplit.More;

            if (end < window.Length && window[end] is not (Cr or Lf))
            {
                at = end + 1;
                continue;
            }

            // The LF of a CR LF that has not come in yet is a blank line, which is no record.
            Length = end;
            FullLength = end + (window[end..] is [Cr, Lf, ..] ? 2 : Math.Min(1, window.Length - end));
            return Length > maxOctets ? CsvSplit.TooLong : CsvSplit.Record;
        }
    }

    /// <summary>Whether the record is a line with nothing on it, which is none.</summary>
    public bool IsBlank(ReadOnlySpan<byte> text) => Count == 1 && !text[..Length].ContainsAnyExcept(Blanks);

    /// <summary>Gets the value of a cell of the record that was found in a text.</summary>
    /// <returns>Valid until the next one is asked for.</returns>
    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> text, int index)
    {
        var cell = cells[index];
        var inner = text[cell.Start..cell.Close];
        if (!cell.HasQuotes && cell.End == cell.Close)
            return inner;

        scratch ??= new byte[maxOctets + LineEnd];
        var length = cell.HasQuotes ? Unescape(inner, scratch) : Copy(inner, scratch);
        return scratch.AsSpan(0, length + (cell.End > cell.Close ? Copy(text[(cell.Close + 1)..cell.End], scratch.AsSpan(length)) : 0));
    }

    /// <summary>Takes the cell at a place.</summary>
    /// <returns>Where it ends; the end of the window also where its end is not to be seen.</returns>
    private int TakeCell(ReadOnlySpan<byte> window, int at, bool mayGoOn)
    {
        // Behind a quote that is never closed, all of its line is text.
        if (Notes.HasFlag(RowNotes.UnterminatedQuote))
            return TakeText(window, at);

        if (at == window.Length || window[at] != Quote)
        {
            var end = TakeText(window, at);
            if (window[at..end].Contains(Quote))
                Notes |= RowNotes.StrayQuote;
            return end;
        }

        var hasQuotes = false;
        for (var from = at + 1; ;)
        {
            var close = window[from..].IndexOf(Quote) is >= 0 and var found ? from + found : window.Length;
            if (close + 1 >= window.Length && mayGoOn)
                return window.Length;

            if (close + 1 < window.Length && window[close + 1] == Quote)
            {
                hasQuotes = true;
                from = close + 2;
                continue;
            }

            // Text behind a quote that closes a cell is odd; behind one on a later line, it says that the cell was never to go that far.
            var end = close == window.Length ? close : TakeEnd(window, close + 1);
            var isOdd = end > close + 1;
            if (close == window.Length || (isOdd && window[(close + 1)..end].ContainsAnyExcept(Blanks) && window[at..close].ContainsAny(Cr, Lf)))
            {
                Notes |= RowNotes.UnterminatedQuote;
                return TakeText(window, at);
            }

            if (isOdd)
                Notes |= RowNotes.StrayQuote;
            Add(new Cell(at + 1, close, isOdd ? end : close, hasQuotes));
            return end;
        }
    }

    private int TakeText(ReadOnlySpan<byte> window, int at)
    {
        var end = TakeEnd(window, at);
        Add(new Cell(at, end, end, HasQuotes: false));
        return end;
    }

    private int TakeEnd(ReadOnlySpan<byte> window, int at) => window[at..].IndexOfAny(ends) is >= 0 and var found ? at + found : window.Length;

    private void Add(Cell cell)
    {
        if (Count < cells.Length)
            cells[Count] = cell;
        Count++;
    }

    private static int Unescape(ReadOnlySpan<byte> inner, Span<byte> target)
    {
        var length = 0;
        while (inner.IndexOf(Quote) is >= 0 and var quote)
        {
            inner[..(quote + 1)].CopyTo(target[length..]);
            length += quote + 1;
            inner = inner[(quote + 2)..];
        }

        return length + Copy(inner, target[length..]);
    }

    private static int Copy(ReadOnlySpan<byte> source, Span<byte> target)
    {
        source.CopyTo(target);
        return source.Length;
    }

    /// <summary>A cell in the text.</summary>
    /// <param name="Start">Where its value begins.</param>
    /// <param name="Close">Where that ends, or the closing quote stands.</param>
    /// <param name="End">Where the text behind a closing quote ends; <paramref name="Close"/> where there is none.</param>
    /// <param name="HasQuotes">Whether there are doubled quotes before <paramref name="Close"/>.</param>
    private readonly record struct Cell(int Start, int Close, int End, bool HasQuotes);
}
