using System.Globalization;
using System.Text;
using EmailVerify.Adapters.Files;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Tests.Files;

public sealed class CsvRowReaderTests
{
    private const string Jose = "Vorname;E-Mail;Stadt\r\nJosé;jose@example.com;Köln\r\nZoë;zoe@example.com;Paris\r\n";

    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    public async Task Read_AnyDelimiter_IsFound(char delimiter)
    {
        var upload = await ReadAsync($"Name_E-Mail_Stadt\nAnna_anna@example.com_Ulm\n\"B{delimiter}b\"_bob@example.com_\n".Replace('_', delimiter));

        Assert.Null(upload.Fault);
        Assert.Equal(["Name", "E-Mail", "Stadt"], upload.Columns);
        Assert.Equal("E-Mail", upload.Column);
        Uploads.AssertTexts(["anna@example.com", "bob@example.com"], upload.Emails);
        Assert.Equal([["Anna", "anna@example.com", "Ulm"], [$"B{delimiter}b", "bob@example.com", ""]], upload.Rows.Select(row => row.CellList));
        Assert.All(upload.Rows, row => Assert.Equal(RowNotes.None, row.Notes));
    }

    [Theory]
    [InlineData("id;amount;email\n1;1,5;a@example.com\n2;2,5;b@example.com\n", "2|2,5|b@example.com")]
    [InlineData("1,5;a@example.com\n2,5;b@example.com\n", "2,5|b@example.com")]
    [InlineData("email,name\na@example.com\nb@example.com\nc@example.com,Cleo\n", "c@example.com|Cleo")]
    [InlineData("sep=;\r\nemail;note\r\na@example.com;x,y\r\n", "a@example.com|x,y")]
    [InlineData("kunde;wert\n\"a;b\";1,0\nc;2,0\n", "c|2,0", "1")]
    public async Task Read_SeveralDelimitersInTheText_TheOneThatFitsIsFound(string text, string lastRow, string? column = null) =>
        Assert.Equal(lastRow, (await ReadAsync(text, new CsvWish(Column: column))).Rows[^1].Cells);

    [Fact]
    public async Task Read_DelimiterGiven_IsNotQuestioned()
    {
        var upload = await ReadAsync("a;b,email\n1;2,a@example.com\n", new CsvWish(Delimiter: ','));

        Assert.Equal(["a;b", "email"], upload.Columns);
    }

    [Theory]
    [InlineData("email\na@example.com\nb@example.com\n")]
    [InlineData("a@example.com\nb@example.com\n")]
    [InlineData("\"a@example.com\"\r\n\r\n  \r\n\"b@example.com\"")]
    [InlineData("\r\n\n\nAdressen\ra@example.com\rb@example.com")]
    public async Task Read_OneColumn_IsTheColumn(string text) => Uploads.AssertTexts(["a@example.com", "b@example.com"], (await ReadAsync(text)).Emails);

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("windows-1252", false)]
    public async Task Read_EncodingUnsaid_IsFound(string charset, bool hasMark)
    {
        Assert.True(CsvRowReader.TryGetEncoding(charset, out var encoding));

        var upload = await Uploads.ReadAsync(Reader([.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(Jose)]));

        Assert.Equal(["Vorname", "E-Mail", "Stadt"], upload.Columns);
        Uploads.AssertTexts(["José|jose@example.com|Köln", "Zoë|zoe@example.com|Paris"], upload.Rows.Select(row => row.Cells));
        Assert.All(upload.Rows, row => Assert.Equal(RowNotes.None, row.Notes));
    }

    [Theory]
    [InlineData("windows-1252")]
    [InlineData("ISO-8859-1")]
    [InlineData("iso-8859-15")]
    [InlineData("utf-8")]
    [InlineData("UTF-16LE")]
    [InlineData("macintosh")]
    public async Task Read_EncodingSaid_IsUsed(string charset)
    {
        Assert.True(CsvRowReader.TryGetEncoding(charset, out var encoding));

        var upload = await Uploads.ReadAsync(Reader(encoding.GetBytes(Jose), new CsvWish(Charset: charset)));

        Assert.Equal("José|jose@example.com|Köln", upload.Rows[0].Cells);
    }

    [Fact]
    public async Task Read_MarkAgainstTheEncodingSaid_MarkWins()
    {
        byte[] octets = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Jose)];

        Assert.Equal("José|jose@example.com|Köln", (await Uploads.ReadAsync(Reader(octets, new CsvWish(Charset: "utf-8")))).Rows[0].Cells);
    }

    [Theory]
    [InlineData("windows-1252", "email,name\na@example.com,", new byte[] { 0xE9 }, "é", RowNotes.None)]
    [InlineData("us-ascii", "email,name\na@example.com,", new byte[] { 0xE9 }, "\uFFFD", RowNotes.Replaced)]
    [InlineData("utf-8", "email,name\na@example.com,", new byte[] { 0xE9, (byte)'x' }, "\uFFFDx", RowNotes.Replaced)]
    [InlineData(null, "email,name\na@example.com,", new byte[] { 0xE9, (byte)'x' }, "éx", RowNotes.None)]
    [InlineData(null, "email,name\na@example.com,", new byte[] { 0xC3, 0xA9 }, "é", RowNotes.None)]
    public async Task Read_OctetsThatAreNoText_AreReplacedAndNoted(string? charset, string text, byte[] more, string expected, RowNotes notes)
    {
        var upload = await Uploads.ReadAsync(Reader([.. Encoding.ASCII.GetBytes(text), .. more], new CsvWish(Charset: charset)));

        Assert.Equal("a@example.com|" + expected, upload.Rows[0].Cells);
        Assert.Equal(notes, upload.Rows[0].Notes);
    }

    [Fact]
    public async Task Read_NoTextFarBehindTheSample_IsReplacedAndNoted()
    {
        var text = new StringBuilder("email,name\n");
        while (text.Length < 3 * Utf8Text.SampleOctets)
            text.Append("a@example.com,Zoë\n");

        var upload = await Uploads.ReadAsync(Reader([.. Encoding.UTF8.GetBytes(text.ToString()), .. "b@example.com,"u8, 0xFC]));

        Assert.Equal("b@example.com|\uFFFD", upload.Rows[^1].Cells);
        Assert.Equal(RowNotes.Replaced, upload.Rows[^1].Notes);
        Assert.All(upload.Rows.SkipLast(1), row => Assert.Equal((RowNotes.None, "a@example.com|Zoë"), (row.Notes, row.Cells)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Read_SampleEndsInACharacter_IsUtf8AllTheSame(int offset)
    {
        var text = "email\n" + new string('x', offset) + string.Concat(Enumerable.Repeat("😀\n", Utf8Text.SampleOctets / 4)) + "zoë@example.com\n";

        Assert.Equal("zoë@example.com", (await ReadAsync(text)).Rows[^1].Email);
    }

    [Theory]
    [InlineData("windows-1252", true)]
    [InlineData(" Windows-1252 ", true)]
    [InlineData("koi8-r", true)]
    [InlineData("utf-7", false)]
    [InlineData("no-such", false)]
    [InlineData("", false)]
    public void TryGetEncoding_Name_IsKnownOrNot(string charset, bool expected) => Assert.Equal(expected, CsvRowReader.TryGetEncoding(charset, out _));

    [Fact]
    public void Constructor_NoSuchEncodingOrDelimiter_Throws()
    {
        Assert.Throws<ArgumentException>(() => Reader([], new CsvWish(Charset: "no-such")));
        Assert.Throws<ArgumentException>(() => Reader([], new CsvWish(Delimiter: 'x')));
    }

    [Theory]
    [InlineData("name,mail\nAnna,a@example.com\n", null, true)]
    [InlineData("Anna,a@example.com\n", null, false)]
    [InlineData("Anna,Anna <a@example.com>\n", null, false)]
    [InlineData("Anna,a@example.com\nBert,b@example.com", true, true)]
    [InlineData("name,mail\nAnna,a@example.com\n", false, false)]
    public async Task Read_FirstRow_IsAHeaderUnlessItHoldsAnAddress(string text, bool? hasHeader, bool expected)
    {
        var upload = await ReadAsync(text, new CsvWish(Column: "2", HasHeader: hasHeader));

        Assert.Equal(expected ? text.Split('\n')[0].Split(',') : ["1", "2"], upload.Columns);
        Assert.Equal(text.TrimEnd().Split('\n').Length - (expected ? 1 : 0), upload.Rows.Count);
    }

    [Fact]
    public async Task Read_DoubleAndEmptyNames_AreKeptAndTheFirstIsFound()
    {
        var upload = await ReadAsync("email,,email,\na@example.com,x,b@example.com,y\n", new CsvWish(Column: " EMAIL "));

        Assert.Equal(["email", "", "email", ""], upload.Columns);
        Uploads.AssertTexts(["a@example.com"], upload.Emails);
    }

    [Theory]
    [InlineData("E-MAIL", "c@example.com")]
    [InlineData("2", "d@example.com")]
    [InlineData("3", "c@example.com")]
    [InlineData("1", "a@example.com")]
    public async Task Read_ColumnAskedFor_NameBeforeNumber(string column, string expected) =>
        Uploads.AssertTexts([expected], (await ReadAsync("a,b,e-mail,2\na@example.com,b@example.com,c@example.com,d@example.com\n", new CsvWish(Column: column))).Emails);

    [Theory]
    [InlineData("fax")]
    [InlineData("0")]
    [InlineData("4")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    public async Task Read_ColumnThatIsNotThere_IsRefusedWithThoseThatAre(string column)
    {
        var upload = await ReadAsync("name,email,city\nAnna,a@example.com,Ulm\n", new CsvWish(Column: column));

        var fault = Assert.IsType<UploadFault.ColumnNotFound>(upload.Fault);
        Assert.Equal(["name", "email", "city"], fault.Columns);
        Assert.Equal(column, fault.Wish);
        Assert.Empty(upload.Rows);
    }

    [Theory]
    [InlineData("name,E-Mail,stadt\nx,y,z\n", "E-Mail")]
    [InlineData("name,e_mail,stadt\nx,y,z\n", "e_mail")]
    [InlineData("name,Email Address,stadt\nx,y,z\n", "Email Address")]
    [InlineData("name,E-Mailadresse,stadt\nx,y,z\n", "E-Mailadresse")]
    [InlineData("nom,Adresse mail,ville\nx,y,z\n", "Adresse mail")]
    [InlineData("nom,Courriel,ville\nx,y,z\n", "Courriel")]
    [InlineData("nombre,Correo electrónico,ciudad\nx,y,z\n", "Correo electrónico")]
    [InlineData("имя,Почта,город\nx,y,z\n", "Почта")]
    [InlineData("email,mail\nx,y\n", "email")]
    [InlineData("name,kontakt\nAnna,a@example.com\nBert,\nCleo,c@example.com\nDora,?\n", "kontakt")]
    [InlineData("email opt in,kontakt\nyes,a@example.com\n", "kontakt")]
    [InlineData("mail 1,mail 2\na@example.com,none\n", "mail 1")]
    [InlineData("customer email,referrer\na@example.com,b@example.com\n", "customer email")]
    [InlineData("customer email,city\n?,Ulm\n", "customer email")]
    public async Task Read_ColumnUnsaid_IsFoundByNameOrCells(string text, string expected)
    {
        var upload = await ReadAsync(text, new CsvWish(Delimiter: ','));

        Assert.Null(upload.Fault);
        Assert.Equal(expected, upload.Column);
    }

    [Fact]
    public async Task Read_TwoColumnsOfOneName_TheOneWithAddressesIsTaken() =>
        Uploads.AssertTexts(["a@example.com"], (await ReadAsync("email,email\nno,a@example.com\n")).Emails);

    [Theory]
    [InlineData("billing,shipping,city\na@example.com,b@example.com,Ulm\n", new[] { "billing", "shipping" }, false)]
    [InlineData("email,email\na@example.com,b@example.com\n", new[] { "email", "email" }, false)]
    [InlineData("name,city\nAnna,Ulm\n", new[] { "name", "city" }, true)]
    public async Task Read_ColumnUndecided_IsRefusedWithCandidates(string text, string[] candidates, bool noneSeems)
    {
        var upload = await ReadAsync(text);

        var fault = Assert.IsType<UploadFault.ColumnAmbiguous>(upload.Fault);
        Uploads.AssertTexts(candidates, fault.Candidates);
        Assert.Equal(noneSeems, fault.NoneSeems);
        Assert.Empty(upload.Rows);
    }

    [Fact]
    public async Task Read_ColumnUnsaid_OneInThreeAddressesIsNotMost() =>
        Assert.IsType<UploadFault.ColumnAmbiguous>((await ReadAsync("name,kontakt\nAnna,a@example.com\nBert,?\nCleo,?\n")).Fault);

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("\r\n\n  \n")]
    [InlineData("email,name")]
    [InlineData("email,name\r\n\r\n")]
    [InlineData("name,city\n")]
    public async Task Read_NoRow_IsEmpty(string text) => Assert.IsType<UploadFault.Empty>((await ReadAsync(text)).Fault);

    // A workbook of today, one of old, what gzip packs, a picture, a program, a document, and text in UTF-16 that does not say so.
    [Theory]
    [InlineData("504B030414000600080000002100")]
    [InlineData("D0CF11E0A1B11AE10000000000")]
    [InlineData("1F8B0800000000000003")]
    [InlineData("89504E470D0A1A0A0000000D49484452")]
    [InlineData("7F454C4602010100")]
    [InlineData("255044462D312E370A25")]
    [InlineData("65006D00610069006C000A006100")]
    public async Task Read_WhatIsNoText_IsRefusedBeforeAnyRow(string octets)
    {
        using var file = new MemoryStream([.. Convert.FromHexString(octets), .. "\na@example.com,b\n"u8]);
        var upload = await Uploads.ReadAsync(new CsvRowReader(file, new CsvWish(), UploadBounds.Default));

        var fault = Assert.IsType<UploadFault.Malformed>(upload.Fault);
        Assert.Equal((1, 0), (fault.Row, fault.Octet));
        Assert.Contains("save the sheet as CSV", fault.Why, StringComparison.Ordinal);
        Assert.Empty(upload.Rows);
    }

    [Theory]
    [InlineData("email,note\na@example.com,\"two\r\nlines, and \"\"quotes\"\"\"\nb@example.com,x\n", "a@example.com|two\r\nlines, and \"quotes\"", RowNotes.None)]
    [InlineData("email,note\na@example.com,5\" disk\nb@example.com,x\n", "a@example.com|5\" disk", RowNotes.StrayQuote)]
    [InlineData("email,note\na@example.com,\"Anna\"!\nb@example.com,x\n", "a@example.com|Anna!", RowNotes.StrayQuote)]
    [InlineData("email,note\na@example.com,\"two\nlines\" \nb@example.com,x\n", "a@example.com|two\nlines ", RowNotes.StrayQuote)]
    [InlineData("email,note\na@example.com,\"An\"\"na\"!\"\nb@example.com,x\n", "a@example.com|An\"na!\"", RowNotes.StrayQuote)]
    [InlineData("email,note\na@example.com, \"x\"\nb@example.com,x\n", "a@example.com| \"x\"", RowNotes.StrayQuote)]
    [InlineData("email,note\na@example.com\nb@example.com,x\n", "a@example.com|", RowNotes.Padded)]
    [InlineData("email,note\na@example.com,x,y,z\nb@example.com,x\n", "a@example.com|x|y|z", RowNotes.Surplus)]
    [InlineData("email,note\na@example.com,\0\u0001\u001B\nb@example.com,x\n", "a@example.com|\0\u0001\u001B", RowNotes.None)]
    [InlineData("email,note\na@example.com,\"\nb@example.com,x\n", "a@example.com|\"", RowNotes.UnterminatedQuote)]
    [InlineData("email,note\na@example.com,\"oops\nb@example.com,\"x\"\n", "a@example.com|\"oops", RowNotes.UnterminatedQuote)]
    public async Task Read_OddRow_IsMendedNotedAndDoesNotHarmTheNext(string text, string cells, RowNotes notes)
    {
        var upload = await ReadAsync(text);

        Assert.Null(upload.Fault);
        Assert.Equal((cells, notes), (upload.Rows[0].Cells, upload.Rows[0].Notes));
        Assert.Equal("b@example.com|x", upload.Rows[1].Cells);
        Assert.Equal(2, upload.Rows.Count);
    }

    [Fact]
    public async Task Read_QuoteNeverClosed_CostsItsLineOnly()
    {
        var text = new StringBuilder("email,note\na@example.com,\"fine, \nwith two lines\"\n\"b@example.com\",\"broken, here\n");
        for (var number = 0; number < 20_000; number++)
            text.Append(CultureInfo.InvariantCulture, $"c{number}@example.com,x\n");
        text.Append("d@example.com,\"quotes, count\"\ne@example.com,\"to the end");

        var upload = await ReadAsync(text.ToString());

        Assert.Null(upload.Fault);
        Assert.Equal(20_004, upload.Rows.Count);
        Assert.Equal("a@example.com|fine, \nwith two lines", upload.Rows[0].Cells);
        Assert.Equal("b@example.com|\"broken| here", upload.Rows[1].Cells);
        Assert.Equal(RowNotes.UnterminatedQuote | RowNotes.Surplus, upload.Rows[1].Notes);
        Assert.Equal("c19999@example.com|x", upload.Rows[^3].Cells);
        Assert.Equal("d@example.com|quotes, count", upload.Rows[^2].Cells);
        Assert.Equal("e@example.com|\"to the end", upload.Rows[^1].Cells);
        Assert.Equal(RowNotes.UnterminatedQuote, upload.Rows[^1].Notes);
    }

    [Fact]
    public async Task Read_SurplusCells_GetColumnsNamedByNumber() =>
        Assert.Equal(["email", "note", "3", "4"], (await ReadAsync("email,note\na@example.com,x\nb@example.com,1,2,3\nc@example.com,1,2\n")).Columns);

    [Fact]
    public async Task Read_AColumnBeyondTheRow_GivesARowWithoutAddress()
    {
        var upload = await ReadAsync("name,email\nAnna,a@example.com\nBert\n,\n");

        Uploads.AssertTexts(["a@example.com", "", ""], upload.Emails);
    }

    [Theory]
    [InlineData("  a@example.com\u00A0", "a@example.com", RowNotes.None)]
    [InlineData("\u200B\uFEFFa@example.com\u200B\t", "a@example.com", RowNotes.None)]
    [InlineData("Anna Ä <a@example.com>", "a@example.com", RowNotes.TakenApart)]
    [InlineData("< a@example.com > ", "a@example.com", RowNotes.TakenApart)]
    [InlineData("MailTo:a@example.com?subject=x", "a@example.com", RowNotes.TakenApart)]
    [InlineData("Anna <mailto:a@example.com>", "a@example.com", RowNotes.TakenApart)]
    [InlineData("<script>", "<script>", RowNotes.None)]
    [InlineData("a?b@example.com", "a?b@example.com", RowNotes.None)]
    [InlineData("not an address", "not an address", RowNotes.None)]
    [InlineData("\u00A0", "", RowNotes.None)]
    [InlineData("a\0@example.com", "a\0@example.com", RowNotes.None)]
    public async Task Read_EmailCell_IsTrimmedAndTakenApartWhileTheCellIsKept(string cell, string email, RowNotes notes)
    {
        var upload = await ReadAsync($"email,x\n{cell},1\nother@example.com,2\n");

        Assert.Equal((email, notes), (upload.Rows[0].Email, upload.Rows[0].Notes));
        Assert.Equal(cell + "|1", upload.Rows[0].Cells);
    }

    [Fact]
    public async Task Read_LongEmailCell_IsCutBetweenCharacters()
    {
        var upload = await ReadAsync($"email,x\n{new string('a', 3_000)},1\n{new string('a', InputRow.MaxEmailLength - 1)}😀,2\n");

        Uploads.AssertTexts([new string('a', InputRow.MaxEmailLength), new string('a', InputRow.MaxEmailLength - 1)], upload.Emails);
        Assert.Equal(3_002, upload.Rows[0].Cells.Length);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(256)]
    public async Task Read_ManyColumns_AreTaken(int count)
    {
        var upload = await ReadAsync(Wide("email", count) + Wide("a@example.com", count));

        Assert.Null(upload.Fault);
        Assert.Equal(count, upload.Columns.Count);
        Uploads.AssertTexts(["a@example.com"], upload.Emails);
    }

    [Fact]
    public async Task Read_TooManyColumns_IsMalformed()
    {
        Assert.Equal((1, 0), Place(await ReadAsync(Wide("email", 257) + Wide("a@example.com", 257))));
        Assert.Equal((2, 25), Place(await ReadAsync("email,b\na@example.com,x\n\n" + Wide("b@example.com", 257))));
    }

    [Fact]
    public async Task Read_RowAsLongAsTaken_IsTakenAndOneOctetMoreIsMalformed()
    {
        var cell = new string('x', UploadBounds.Default.RowOctets - "a@example.com,".Length);
        foreach (var end in new[] { "", "\n", "\r\n", "\r" })
        {
            Assert.Null((await ReadAsync($"email,note\nb@example.com,x\na@example.com,{cell}{end}")).Fault);
            Assert.Null((await ReadAsync($"email,note\nb@example.com,x\na@example.com,\"{cell[2..]}\"{end}")).Fault);
            Assert.Equal((2, 27), Place(await ReadAsync($"email,note\nb@example.com,x\na@example.com,{cell}x{end}")));
            Assert.Equal((2, 27), Place(await ReadAsync($"email,note\nb@example.com,x\na@example.com,\"{cell[1..]}\"{end}")));
        }
    }

    [Theory]
    [InlineData("utf-16", 2 + (2 * 28))]
    [InlineData("windows-1252", 28)]
    [InlineData("gb18030", 28)]
    public async Task Read_MalformedInOtherEncodings_NamesItsOctet(string charset, int octet)
    {
        Assert.True(CsvRowReader.TryGetEncoding(charset, out var encoding));
        var text = "email,notes\nb@example.com,x\na@example.com,é" + new string('x', UploadBounds.Default.RowOctets);

        Assert.Equal((2, octet), Place(await Uploads.ReadAsync(Reader([.. encoding.GetPreamble(), .. encoding.GetBytes(text)], new CsvWish(Charset: charset)))));
    }

    [Theory]
    [InlineData("email\n")]
    [InlineData("email\n\"")]
    [InlineData("")]
    public async Task Read_EndlessLine_IsRefusedPromptlyWithLittleMemory(string beginning)
    {
        await using var endless = new Made(Encoding.ASCII.GetBytes(beginning), (byte)'x', 1 << 30);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var upload = await Uploads.ReadAsync(new CsvRowReader(endless, new CsvWish(), UploadBounds.Default));

        Assert.IsType<UploadFault.Malformed>(upload.Fault);
        Assert.InRange(endless.Given, 0, 1 << 20);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public async Task Read_EndlessBlankLines_EndAtTheBound()
    {
        await using var endless = new Made([], (byte)'\n', 1L << 40);

        var upload = await Uploads.ReadAsync(new CsvRowReader(endless, new CsvWish(), UploadBounds.Default with { Octets = 10_000_000 }));

        Assert.Equal(new UploadFault.TooLarge(10_000_000), upload.Fault);
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(1, 1)]
    public async Task Read_MoreRowsThanTaken_IsRefused(int most, int? fault)
    {
        var upload = await ReadAsync("email\na@example.com\nb@example.com\n\n", bounds: UploadBounds.Default with { Rows = most });

        Assert.Equal(fault is null ? null : new UploadFault.TooManyRows(most), upload.Fault);
        Assert.Equal(most, upload.Rows.Count);
    }

    [Theory]
    [InlineData(34, false)]
    [InlineData(33, true)]
    public async Task Read_MoreOctetsThanTaken_IsRefused(int most, bool refused)
    {
        var upload = await ReadAsync("email\na@example.com\nb@example.com\n", bounds: UploadBounds.Default with { Octets = most });

        Assert.Equal(refused ? new UploadFault.TooLarge(most) : null, upload.Fault);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public async Task Read_StreamThatBreaks_Throws(int length)
    {
        await using var broken = new Made("email\na@example.com\n"u8.ToArray(), (byte)'\n', length, breaks: true);

        await Assert.ThrowsAsync<IOException>(() => Uploads.ReadAsync(new CsvRowReader(broken, new CsvWish(), UploadBounds.Default)));
    }

    private static string Wide(string first, int count) => first + new string(',', count - 1) + "\n";

    private static (long Row, long Octet) Place(Upload upload) => Assert.IsType<UploadFault.Malformed>(upload.Fault) is var fault ? (fault.Row, fault.Octet) : default;

    private static Task<Upload> ReadAsync(string text, CsvWish? wish = null, UploadBounds? bounds = null) =>
        Uploads.ReadAsync(new CsvRowReader(Uploads.Of(text), wish ?? new CsvWish(), bounds ?? UploadBounds.Default));

    private static CsvRowReader Reader(byte[] octets, CsvWish? wish = null) => new(new MemoryStream(octets), wish ?? new CsvWish(), UploadBounds.Default);
}
