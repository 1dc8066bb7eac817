using System.Buffers;
using System.Text;
using CsCheck;
using CsvHelper;
using EmailVerify.Adapters.Files;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Tests.Files;

public sealed class CsvPropertyTests
{
    // Mostly what means something in CSV. At the very beginning a NUL says that it is no text.
    private const string Letters = "ab@\"\"\"\",,;|\t\r\n\n\n '=é\uFEFF";
    private static readonly Gen<string> WithoutNul = Gen.Char[Letters].Array[0, 60].Select(letters => new string(letters));
    private static readonly Gen<string> WithNul = Gen.Char[Letters + "\0"].Array[0, 44].Select(letters => "ab@ab.ab,ab;ab|a" + new string(letters));
    private static readonly Gen<string> AnyText = Gen.OneOf(WithoutNul, WithNul);
    private static readonly UploadBounds Bounds = UploadBounds.Default;
    private static readonly CsvWish Commas = new("1", ',', HasHeader: false, "utf-8");

    [Fact]
    public async Task Read_AnyTextWithoutOpenQuotes_SplitsAsCsvHelperDoes() => await AnyText.SampleAsync(
        async text =>
        {
            // Ours skips lines of blanks, and what follows an open quote is another matter.
            var ours = await ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), Commas);
            if (ours.Rows.Any(row => row.Notes.HasFlag(RowNotes.UnterminatedQuote)))
                return;

            var (theirs, odd) = Theirs(text);
            var width = theirs.FirstOrDefault()?.Length ?? 0;
            Assert.Equal(
                theirs.Select(row => string.Join('|', [.. row, .. Enumerable.Repeat(string.Empty, Math.Max(0, width - row.Length))])),
                ours.Rows.Select(row => row.Cells),
                StringComparer.Ordinal);
            Assert.Equal(odd, ours.Rows.Count(row => row.Notes.HasFlag(RowNotes.StrayQuote)));
        },
        iter: 20_000);

    [Fact]
    public async Task Read_AnyText_LosesNoLine() => await AnyText.SampleAsync(
        async text =>
        {
            // A line that begins with a name of its own and has no quote at all is a row, unless it is inside a cell that is closed.
            var upload = await ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text + "\nlast@example.com,\n")), Commas);

            Assert.Null(upload.Fault);
            Assert.Equal("last@example.com", upload.Rows[^1].Email);
        },
        iter: 20_000);

    [Fact]
    public async Task Read_HoweverTheStreamIsCut_GivesTheSame()
    {
        var charset = Gen.OneOf("utf-8", "utf-16", "utf-16BE", "windows-1252", "gb18030");
        await Gen.Select(AnyText, charset, Gen.Int[1, 9]).SampleAsync(
            async (text, name, step) =>
            {
                Assert.True(CsvRowReader.TryGetEncoding(name, out var encoding));
                byte[] octets = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];

                var whole = await ReadAsync(new MemoryStream(octets), new CsvWish("1"));
                var cut = await ReadAsync(new Stepping(octets, step), new CsvWish("1"));

                AssertSame(whole, cut);
            },
            iter: 2_000);
    }

    [Theory]
    [InlineData("utf-8", 1)]
    [InlineData("utf-16", 1)]
    [InlineData("windows-1252", 1)]
    [InlineData("gb18030", 7)]
    [InlineData("utf-8", 65_535)]
    [InlineData("utf-16", 8_191)]
    public async Task Read_LongFileInPieces_GivesTheSame(string charset, int step)
    {
        Assert.True(CsvRowReader.TryGetEncoding(charset, out var encoding));
        var text = new StringBuilder("name,email,note\r\n");
        for (var row = 0; row < 12_000; row++)
            text.Append(row % 3 == 0 ? "Zoë 😀,zoe@example.com,\"two\r\nlines\"\r\n" : row % 100 == 1 ? "\"Ü,x@example.com\r\n" : "é,b@example.com,5\" x\r\n");
        byte[] octets = [.. encoding.GetPreamble(), .. encoding.GetBytes(text.ToString())];

        var upload = await ReadAsync(new Stepping(octets, step), new CsvWish(Charset: charset));

        Assert.Null(upload.Fault);
        Assert.Equal(12_000, upload.Rows.Count);
        AssertSame(await ReadAsync(new MemoryStream(octets), new CsvWish(Charset: charset)), upload);
    }

    [Fact]
    public async Task Write_AnyTable_IsReadBackExactly()
    {
        var row = AnyText.Array[1, 6];
        await row.Array[1, 5].SampleAsync(
            async table =>
            {
                var output = new ArrayBufferWriter<byte>();
                var writer = new ResultCsvWriter(output, escapesFormulas: false);
                foreach (var cells in table)
                {
                    foreach (var cell in cells)
                        writer.WriteCell(Encoding.UTF8.GetBytes(cell));
                    writer.EndRow();
                }

                var upload = await ReadAsync(new MemoryStream(output.WrittenSpan.ToArray()), Commas);

                Assert.Null(upload.Fault);
                Assert.Equal(
                    table.Select(cells => cells.Concat(Enumerable.Repeat(string.Empty, Math.Max(0, table[0].Length - cells.Length)))),
                    upload.Rows.Select(read => read.CellList));
                Assert.All(upload.Rows, read => Assert.Equal(RowNotes.None, read.Notes & ~(RowNotes.Padded | RowNotes.Surplus | RowNotes.TakenApart)));
            },
            iter: 5_000);
    }

    private static Task<Upload> ReadAsync(Stream stream, CsvWish wish) => Uploads.ReadAsync(new CsvRowReader(stream, wish, Bounds));

    private static void AssertSame(Upload expected, Upload actual)
    {
        Assert.Equal(expected.Fault?.ToString(), actual.Fault?.ToString());
        Uploads.AssertTexts(expected.Columns, actual.Columns);
        Assert.Equal(expected.Column, actual.Column);
        Assert.Equal(expected.Rows.Select(row => (row.Email, row.Notes, row.Cells)), actual.Rows.Select(row => (row.Email, row.Notes, row.Cells)));
    }

    private static (List<string[]> Rows, int Odd) Theirs(string text)
    {
        var (rows, odd, isOdd) = (new List<string[]>(), 0, false);
        using var reader = CsvReader.Create(
            new MemoryStream(Encoding.UTF8.GetBytes(text)),
            new CsvReaderOptions { HasHeader = false, Separator = ',', OnMalformedRecord = _ => isOdd = true },
            leaveOpen: false);
        for (; reader.Read(); isOdd = false)
        {
            // A line of blanks alone is none of ours.
            var row = Enumerable.Range(0, reader.FieldCount).Select(reader.GetString).ToArray();
            if (row is [var only] && only.Length > 0 && only.All(letter => letter is ' ' or '\t') && !reader.RawRecord.Contains((byte)'"'))
                continue;
            rows.Add(row);
            odd += isOdd ? 1 : 0;
        }

        return (rows, odd);
    }
}
