using System.Text;
using CsCheck;
using EmailVerify.Adapters.Files;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Tests.Files;

public sealed class NdjsonRowReaderTests
{
    [Fact]
    public async Task Read_StringsAndObjects_AreRowsAsTheyStandThere()
    {
        var upload = await ReadAsync("\uFEFF\"a@example.com\"\r\n\r\n  { \"x\":{\"email\":\"no\"}, \"\\u0065mail\" : \" b@example.com \" }\t\n \n\"Zoë <zoe@example.com>\"");

        Assert.Null(upload.Fault);
        Uploads.AssertTexts(["a@example.com", "b@example.com", "zoe@example.com"], upload.Emails);
        Uploads.AssertTexts(
            ["\"a@example.com\"", "{ \"x\":{\"email\":\"no\"}, \"\\u0065mail\" : \" b@example.com \" }", "\"Zoë <zoe@example.com>\""],
            upload.Rows.Select(row => row.Json));
        Assert.Equal([RowNotes.None, RowNotes.None, RowNotes.TakenApart], upload.Rows.Select(row => row.Notes));
        Assert.Empty(upload.Columns);
        Assert.Equal("email", upload.Column);
    }

    [Fact]
    public async Task Read_StringsOnly_HaveNoColumn() => Assert.Null((await ReadAsync("\"a@example.com\"\n")).Column);

    [Theory]
    [InlineData("{\"email\":\"a@example.com\",\"E-Mail\":\"b@example.com\"}", "E-Mail", "b@example.com")]
    [InlineData("{\"email\":\"a@example.com\",\"email\":\"b@example.com\"}", null, "b@example.com")]
    [InlineData("{\"email\":null,\"x\":[1,{}]}", null, "")]
    [InlineData("{\"email\":\"\"}", null, "")]
    [InlineData("{\"Email\":\"a@example.com\"}", null, "")]
    [InlineData("{}", null, "")]
    [InlineData("\"\"", null, "")]
    public async Task Read_Member_IsTheAddressOrNone(string line, string? column, string expected)
    {
        var upload = await ReadAsync(line, column);

        Assert.Null(upload.Fault);
        Uploads.AssertTexts([expected], upload.Emails);
    }

    [Theory]
    [InlineData("{\"email\":17}", 9)]
    [InlineData("{\"email\":[\"a@example.com\"]}", 9)]
    [InlineData("{\"email\":{}}", 9)]
    [InlineData("{\"email\":\"\\ud800\"}", 9)]
    [InlineData("17", 0)]
    [InlineData("null", 0)]
    [InlineData("[]", 0)]
    [InlineData("a@example.com", 0)]
    [InlineData("\"a@example.com\" x", 16)]
    [InlineData("\"a@example.com", 0)]
    [InlineData("{\"email\":\"a@example.com\"", 24)]
    public async Task Read_LineThatIsNoRow_RefusesTheFileWithItsPlace(string line, int octet)
    {
        var upload = await ReadAsync($"\"a@example.com\"\n\n {line}\n\"b@example.com\"\n");

        Uploads.AssertTexts(["a@example.com"], upload.Emails);
        var fault = Assert.IsType<UploadFault.Malformed>(upload.Fault);
        Assert.Equal((2, 18 + octet), (fault.Row, fault.Octet));
    }

    [Fact]
    public async Task Read_NotUtf8_IsMalformed()
    {
        using var stream = new MemoryStream([.. "{\"x\":\""u8, 0xE9, .. "\",\"email\":\"a@example.com\"}"u8]);

        Assert.IsType<UploadFault.Malformed>((await Uploads.ReadAsync(new NdjsonRowReader(stream, null, UploadBounds.Default))).Fault);
    }

    [Fact]
    public async Task Read_LineTooLong_IsMalformedWithItsPlace()
    {
        var longest = "\"" + new string('x', UploadBounds.Default.RowOctets - 2) + "\"";

        Assert.Null((await ReadAsync(longest)).Fault);
        var fault = Assert.IsType<UploadFault.Malformed>((await ReadAsync($"\"a@example.com\"\n{longest} \n\"b@example.com\"")).Fault);
        Assert.Equal((2, 16), (fault.Row, fault.Octet));
    }

    [Fact]
    public async Task Read_EndlessLine_IsRefusedPromptly()
    {
        await using var endless = new Made("\"a@example.com\"\n"u8.ToArray(), (byte)'x', 1 << 30);

        var fault = Assert.IsType<UploadFault.Malformed>((await Uploads.ReadAsync(new NdjsonRowReader(endless, null, UploadBounds.Default))).Fault);

        Assert.Equal((2, 16), (fault.Row, fault.Octet));
        Assert.InRange(endless.Given, 0, 1 << 20);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \r\n")]
    public async Task Read_NoRow_IsEmpty(string text) => Assert.IsType<UploadFault.Empty>((await ReadAsync(text)).Fault);

    [Fact]
    public async Task Read_BeyondTheBounds_IsRefused()
    {
        const string Two = "\"a@example.com\"\n\"b@example.com\"\n";

        Assert.Equal(new UploadFault.TooManyRows(1), (await ReadAsync(Two, bounds: UploadBounds.Default with { Rows = 1 })).Fault);
        Assert.Equal(new UploadFault.TooLarge(20), (await ReadAsync(Two, bounds: UploadBounds.Default with { Octets = 20 })).Fault);
        Assert.Null((await ReadAsync(Two, bounds: UploadBounds.Default with { Rows = 2, Octets = 32 })).Fault);
    }

    [Fact]
    public async Task Read_StreamThatBreaks_Throws()
    {
        await using var broken = new Made("\"a@example.com\"\n"u8.ToArray(), (byte)'\n', 100, breaks: true);

        await Assert.ThrowsAsync<IOException>(() => Uploads.ReadAsync(new NdjsonRowReader(broken, null, UploadBounds.Default)));
    }

    [Fact]
    public async Task Read_AnyTextInAnyPieces_GivesTheSameAndNeverThrows() =>
        await Gen.Select(Gen.Char["{}[]\"\":,\\@eu\n\n é1"].Array[0, 30], Gen.Int[1, 7]).SampleAsync(async (letters, step) =>
        {
            var octets = Encoding.UTF8.GetBytes("\"a@example.com\"\n" + new string(letters));

            var whole = await Uploads.ReadAsync(new NdjsonRowReader(new MemoryStream(octets), null, UploadBounds.Default));
            var cut = await Uploads.ReadAsync(new NdjsonRowReader(new Stepping(octets, step), null, UploadBounds.Default));

            Assert.Equal(whole.Fault, cut.Fault);
            Uploads.AssertTexts(whole.Rows.Select(row => row.Json), cut.Rows.Select(row => row.Json));
            Assert.Equal("a@example.com", whole.Rows[0].Email);
        });

    private static Task<Upload> ReadAsync(string text, string? column = null, UploadBounds? bounds = null) =>
        Uploads.ReadAsync(new NdjsonRowReader(Uploads.Of(text), column, bounds ?? UploadBounds.Default));
}
