using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Files;

/// <summary>Reads CSV as people's programs write it: what is not said is found out, what is odd is mended and noted, and only what cannot be read as rows is refused.</summary>
public sealed class CsvRowReader : UploadReader
{
    // How much of the first line tells text from something else: the marks of workbooks, archives and programs have control characters in it.
    private const int MarkOctets = 16;

    // Text ends with ^Z (26) since CP/M, and ISO-2022 begins its characters with ESC (27).
    private static readonly SearchValues<byte> NotInText =
        SearchValues.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 28, 29, 30, 31, 127]);

    private readonly CsvWish wish;
    private readonly Utf8Text text;
    private readonly ArrayBufferWriter<byte> cells = new();
    private CsvSplitter? splitter;
    private ImmutableArray<string> columns = [];
    private int width;
    private int column;
    private bool hasHeader;

    /// <param name="stream">The file; it is not closed.</param>
    /// <param name="wish">How it is to be read.</param>
    /// <param name="bounds">How much of it.</param>
    /// <exception cref="ArgumentException">The encoding or the delimiter is none: ask <see cref="TryGetEncoding"/> and <see cref="IsDelimiter"/> before.</exception>
    public CsvRowReader(Stream stream, CsvWish wish, UploadBounds bounds)
        : base(stream, bounds)
    {
        Encoding? encoding = null;
        if (wish.Charset is { } charset && !TryGetEncoding(charset, out encoding))
            throw new ArgumentException("There is no such encoding.", nameof(wish));
        if (wish.Delimiter is { } delimiter && !IsDelimiter(delimiter))
            throw new ArgumentException("Nothing stands between cells but , ; | and a tab.", nameof(wish));
        this.wish = wish;
        text = new Utf8Text(Input, encoding, bounds.RowOctets + Utf8Text.SampleOctets);
    }

    /// <inheritdoc/>
    public override ImmutableArray<string> Columns => columns;

    /// <inheritdoc/>
    public override string? Column => ColumnAt is { } at ? columns[at] : null;

    /// <summary>Gets the index of the column of the addresses, once the first row has been read; null before, and in a head where it is not clear.</summary>
    public int? ColumnAt => columns.IsEmpty || ColumnFault is not null ? null : column;

    /// <summary>Gets why the column of the addresses is not known. Only of a head: a whole file is refused for it.</summary>
    public UploadFault? ColumnFault { get; private set; }

    /// <summary>Gets how the file is built, once the first row has been read.</summary>
    public CsvForm Form => new(text.Charset, splitter?.Delimiter, hasHeader);

    // Whether what has come in is the file up to its end.
    private bool IsWhole => text.HasEnded && !IsCut;

    /// <summary>Finds an encoding by its IANA name, whatever the case.</summary>
    public static bool TryGetEncoding(string charset, [NotNullWhen(true)] out Encoding? encoding) => Charsets.TryGet(charset, out encoding);

    /// <summary>Whether a character may stand between cells.</summary>
    public static bool IsDelimiter(char character) => CsvShape.Delimiters.Contains(character, StringComparison.Ordinal);

    /// <inheritdoc/>
    private protected override ValueTask FillAsync(CancellationToken cancellationToken) => text.FillAsync(cancellationToken);

    /// <inheritdoc/>
    private protected override RowReading? Take()
    {
        if (splitter is null && Begin() is { } fault)
            return Refuse(fault);

        while (splitter is not null && !(text.HasEnded && text.Pending.IsEmpty))
        {
            switch (splitter.Split(text.Pending, IsWhole))
            {
                case CsvSplit.More:
                    return text.HasEnded ? Finish() : null;
                case CsvSplit.TooLong:
                    return Refuse(text.PositionOf(0), $"The row is longer than {Bounds.RowOctets} octets; or the file is no text, or has no line ends.");
                case CsvSplit.Record when splitter.Count > Bounds.Columns:
                    return Refuse(text.PositionOf(0), $"The row has {splitter.Count} cells; at most {Bounds.Columns} are taken.");
                case CsvSplit.Record when !splitter.IsBlank(text.Pending):
                    return Give(TakeRow(splitter));
                default:
                    text.Advance(splitter.FullLength);
                    break;
            }
        }

        return text.HasEnded ? Finish() : null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            text.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Finds out how the file is built, once enough of it has come in, and passes over the header.</summary>
    private UploadFault? Begin()
    {
        // :: Step 1: the sample begins with the first line that is not blank, and is text.
        text.Advance(text.Pending.IndexOfAnyExcept("\r\n"u8) is >= 0 and var blank ? blank : text.Pending.Length);
        if (!IsText(text.Pending))
            return new UploadFault.Malformed(1, 0, "This is no text, but may be a workbook, an archive, a program, or in an encoding that it does not name. In a spreadsheet program, save the sheet as CSV in UTF-8; unpack an archive first.");
        var sampleOctets = Bounds.RowOctets + Utf8Text.SampleOctets;
        if (text.Pending.Length < sampleOctets && !text.HasEnded)
            return null;

        // :: Step 2: what stands between cells, by what the file says of itself (a custom of spreadsheets), or by what fits best.
        var hint = wish.Delimiter is null ? SkipHint() : null;
        var sample = text.Pending[..Math.Min(text.Pending.Length, sampleOctets)];
        var isWhole = IsWhole && sample.Length == text.Pending.Length;
        var delimiter = wish.Delimiter is { } wished ? (byte)wished : hint ?? CsvShape.FindDelimiter(sample, isWhole, Bounds);
        splitter = new CsvSplitter(delimiter, Bounds.RowOctets, Bounds.Columns);

        // :: Step 3: the columns. Where the first row cannot be read, reading it says why.
        var rows = CsvShape.ReadSample(sample, isWhole, splitter);
        if (rows.Count == 0)
            return null;
        hasHeader = wish.HasHeader ?? CsvShape.IsHeader(rows[0]);
        columns = hasHeader ? [.. rows[0]] : [.. CsvShape.Numbers(1, rows[0].Length)];
        width = columns.Length;
        if (hasHeader)
        {
            if (SkipHeader(splitter) is { } tooWide)
                return tooWide;
            rows.RemoveAt(0);
        }

        // :: Step 4: the column of the addresses.
        column = CsvShape.FindColumn(columns, wish.Column, rows, out var fault);
        if (fault is null)
            return null;
        column = 0;
        if (rows.Count == 0)
            return new UploadFault.Empty();
        if (!Bounds.OnlyHead)
            return fault;
        ColumnFault = fault;
        return null;
    }

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        var mark = head[..Math.Min(head.Length, MarkOctets)];
        var line = mark.IndexOfAny((byte)'\r', (byte)'\n');
        return !(line < 0 ? mark : mark[..line]).ContainsAny(NotInText) && !head.StartsWith("%PDF-"u8) && !head.StartsWith("\u2030PNG"u8);
    }

    private byte? SkipHint()
    {
        if (text.Pending is not [(byte)'s' or (byte)'S', (byte)'e' or (byte)'E', (byte)'p' or (byte)'P', (byte)'=', var hint, (byte)'\r' or (byte)'\n', ..] || !IsDelimiter((char)hint))
            return null;
        text.Advance("sep=;".Length);
        text.Advance(text.Pending.IndexOfAnyExcept("\r\n"u8) is >= 0 and var blank ? blank : text.Pending.Length);
        return hint;
    }

    private UploadFault.Malformed? SkipHeader(CsvSplitter splitter)
    {
        do
        {
            _ = splitter.Split(text.Pending, IsWhole);
            if (splitter.Count > Bounds.Columns)
                return new UploadFault.Malformed(1, text.PositionOf(0), $"The header has {splitter.Count} cells; at most {Bounds.Columns} are taken.");
            var isBlank = splitter.IsBlank(text.Pending);
            text.Advance(splitter.FullLength);
            if (!isBlank)
                return null;
        }
        while (true);
    }

    private InputRow TakeRow(CsvSplitter splitter)
    {
        var record = text.Pending;
        var isText = Utf8.IsValid(record[..splitter.Length]);
        var notes = splitter.Notes;
        if (!isText || (text.IsTranscoded && record[..splitter.Length].IndexOf("\uFFFD"u8) >= 0))
            notes |= RowNotes.Replaced;

        // :: The address.
        var email = string.Empty;
        if (column < splitter.Count)
        {
            email = EmailCell.Read(splitter.Value(record, column), out var takenApart);
            notes |= takenApart;
        }

        // :: All cells, and empty ones where the row is short.
        cells.ResetWrittenCount();
        for (var index = 0; index < splitter.Count; index++)
        {
            var value = splitter.Value(record, index);
            if (isText)
                RowInput.WriteCell(cells, value);
            else
                RowInput.WriteCell(cells, Encoding.UTF8.GetString(value));
        }

        for (var index = splitter.Count; index < width; index++)
            RowInput.WriteCell(cells, []);

        if (splitter.Count < width)
            notes |= RowNotes.Padded;
        if (splitter.Count > width)
            notes |= RowNotes.Surplus;
        if (splitter.Count > columns.Length)
            columns = [.. columns, .. CsvShape.Numbers(columns.Length + 1, splitter.Count - columns.Length)];

        text.Advance(splitter.FullLength);
        return new InputRow(email, notes, cells.WrittenMemory);
    }
}
