using System.Text;
using CsCheck;
using EmailVerify.Adapters.Files;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Tests.Files;

public sealed class JsonRowReaderTests
{
    [Fact]
    public async Task Read_Body_GivesRowsAsTheyStandThereAndTheOtherMembers()
    {
        using var reader = Reader(
            """
            { "name" : "newsletter", "dedupe":false,
              "emails": ["a@example.com", { "E-Mail": "no", "email": " b@example.com " , "x":[1,{"y":null}]},
                "Zoë <zoe@example.com>" ],
              "metadata":{"a":["é"]}, "name":"later", "none" : null }

            """);

        var upload = await Uploads.ReadAsync(reader);

        Assert.Null(upload.Fault);
        Uploads.AssertTexts(["a@example.com", "b@example.com", "zoe@example.com"], upload.Emails);
        Uploads.AssertTexts(
            ["\"a@example.com\"", "{ \"E-Mail\": \"no\", \"email\": \" b@example.com \" , \"x\":[1,{\"y\":null}]}", "\"Zoë <zoe@example.com>\""],
            upload.Rows.Select(row => row.Json));
        Assert.Equal([RowNotes.None, RowNotes.None, RowNotes.TakenApart], upload.Rows.Select(row => row.Notes));
        Assert.Equal("email", upload.Column);
        Uploads.AssertTexts(
            ["dedupe=false", "metadata={\"a\":[\"é\"]}", "name=\"later\"", "none=null"],
            reader.Members.Select(member => $"{member.Key}={member.Value.GetRawText()}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{\"emails\":[{\"E-Mail\":\"b@example.com\",\"email\":\"a@example.com\"}]}", "E-Mail", "b@example.com")]
    [InlineData("{\"emails\":[{\"name\":\"x\"}]}", null, "")]
    [InlineData("{\"emails\":[{\"email\":null}]}", null, "")]
    [InlineData("{\"emails\":[\"\"]}", null, "")]
    [InlineData("\uFEFF{\"\\u0065mails\":[\"a@example.com\"]}", null, "a@example.com")]
    public async Task Read_Member_IsTheAddressOrNone(string body, string? column, string expected)
    {
        var upload = await Uploads.ReadAsync(Reader(body, column));

        Assert.Null(upload.Fault);
        Uploads.AssertTexts([expected], upload.Emails);
    }

    [Theory]
    [InlineData("{}", "/emails", "required")]
    [InlineData("{\"email\":[\"a@example.com\"]}", "/emails", "required")]
    [InlineData("{\"emails\":null}", "/emails", "required")]
    [InlineData("{\"emails\":\"a@example.com\"}", "/emails", "type")]
    [InlineData("{\"emails\":{\"email\":\"a@example.com\"}}", "/emails", "type")]
    [InlineData("{\"emails\":[\"a@example.com\"],\"emails\":[]}", "/emails", "duplicate")]
    [InlineData("[\"a@example.com\"]", "", "type")]
    [InlineData("\"a@example.com\"", "", "type")]
    public async Task Read_BodyWithoutRows_IsInvalid(string body, string pointer, string code)
    {
        var fault = Assert.IsType<UploadFault.Invalid>((await Uploads.ReadAsync(Reader(body))).Fault);

        Assert.Equal((pointer, code), (fault.Pointer, fault.Code));
    }

    [Theory]
    [InlineData("{\"emails\":[]}")]
    [InlineData(" {\"name\":\"x\", \"emails\" : [ ] , \"y\":1} ")]
    public async Task Read_NoRow_IsEmpty(string body) => Assert.IsType<UploadFault.Empty>((await Uploads.ReadAsync(Reader(body))).Fault);

    [Theory]
    [InlineData("", 1, 0)]
    [InlineData("  ", 1, 2)]
    [InlineData("{\"emails\":[\"a@example.com\", 17]}", 2, 28)]
    [InlineData("{\"emails\":[\"a@example.com\",null]}", 2, 27)]
    [InlineData("{\"emails\":[\"a@example.com\",[]]}", 2, 27)]
    [InlineData("{\"emails\":[\"a@example.com\",{\"email\":17}]}", 2, 36)]
    [InlineData("{\"emails\":[\"a@example.com\",\"\\ud800\"]}", 2, 27)]
    [InlineData("{\"emails\":[\"a@example.com\" \"b@example.com\"]}", 2, 27)]
    [InlineData("{\"emails\":[\"a@example.com\"]", 2, 27)]
    [InlineData("{\"emails\":[\"a@example.com\"]} x", 2, 29)]
    [InlineData("{\"emails\":[\"a@example.com\"],\"name\":\"\\ud800\"}", 2, 35)]
    [InlineData("{\"emails\":[\"a@example.com\"],\"\\ud800\":1}", 2, 28)]
    public async Task Read_NotTheJsonItShouldBe_IsMalformedWithItsPlace(string body, int row, int octet)
    {
        var fault = Assert.IsType<UploadFault.Malformed>((await Uploads.ReadAsync(Reader(body))).Fault);

        Assert.Equal((row, octet), (fault.Row, fault.Octet));
    }

    [Fact]
    public async Task Read_NotUtf8_IsMalformed()
    {
        foreach (var before in (string[])["{\"emails\":[\"", "{\"emails\":[\"a@example.com\"],\"name\":\""])
        {
            using var stream = new MemoryStream([.. Encoding.ASCII.GetBytes(before), 0xE9, .. "\"}"u8]);
            Assert.IsType<UploadFault.Malformed>((await Uploads.ReadAsync(new JsonRowReader(stream, null, UploadBounds.Default))).Fault);
        }
    }

    [Fact]
    public async Task Read_RowAsLongAsTaken_IsTakenAndOneOctetMoreIsMalformed()
    {
        var blanks = new string(' ', 300_000);
        foreach (var (open, close) in new[] { ("\"", "\""), ("{\"x\":\"", "\"}") })
        {
            var longest = open + new string('x', UploadBounds.Default.RowOctets - open.Length - close.Length) + close;
            var longer = longest.Replace("x" + close, "xx" + close, StringComparison.Ordinal);

            Assert.Null((await Uploads.ReadAsync(Reader($"{blanks}{{\"emails\":[\"a@example.com\",\n {longest} {blanks}]}}"))).Fault);
            var fault = Assert.IsType<UploadFault.Malformed>((await Uploads.ReadAsync(Reader($"{{\"emails\":[\"a@example.com\",\n {longer}]}}"))).Fault);
            Assert.Equal((2, 29), (fault.Row, fault.Octet));
        }
    }

    [Theory]
    [InlineData("{\"emails\":[\"")]
    [InlineData("{\"emails\":[{\"x\":\"")]
    [InlineData("{\"emails\":[{\"x\":[")]
    public async Task Read_EndlessRow_IsRefusedPromptly(string beginning)
    {
        await using var endless = new Made(Encoding.ASCII.GetBytes(beginning), beginning[^1] == '[' ? (byte)' ' : (byte)'x', 1 << 30);

        Assert.IsType<UploadFault.Malformed>((await Uploads.ReadAsync(new JsonRowReader(endless, null, UploadBounds.Default))).Fault);
        Assert.InRange(endless.Given, 0, 1 << 20);
    }

    [Theory]
    [InlineData("{\"name\":\"", "/name")]
    [InlineData("{\"a/b~c\":[\"", "/a~1b~0c")]
    [InlineData("{\"", "")]
    [InlineData("{\"emails\":[\"a@example.com\"],\"name\":\"", "/name")]
    public async Task Read_EndlessMember_IsRefusedPromptly(string beginning, string pointer)
    {
        await using var endless = new Made(Encoding.ASCII.GetBytes(beginning), (byte)'x', 1 << 30);

        var fault = Assert.IsType<UploadFault.Invalid>((await Uploads.ReadAsync(new JsonRowReader(endless, null, UploadBounds.Default))).Fault);

        Assert.Equal((pointer, "too_long"), (fault.Pointer, fault.Code));
        Assert.InRange(endless.Given, 0, 1 << 20);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "/second")]
    public async Task Read_Members_MayHaveABoundTogether(int more, string? pointer)
    {
        var half = new string('x', (JsonRowReader.MaxMemberOctets / 2) - "first".Length - 2);
        var fault = (await Uploads.ReadAsync(Reader($"{{\"first\":\"{half}\",\"emails\":[\"a@example.com\"],\"second\":\"{half[1..]}{new string('y', more)}\"}}"))).Fault;

        Assert.Equal(pointer, (fault as UploadFault.Invalid)?.Pointer);
        Assert.Equal(pointer is null, fault is null);
    }

    [Theory]
    [InlineData("{\"emails\":[\"a@example.com\",")]
    [InlineData("{\"emails\":[\"a@example.com\"")]
    [InlineData("{")]
    [InlineData("{\"emails\":[\"a@example.com\"]}")]
    public async Task Read_EndlessBlanks_EndAtABound(string beginning)
    {
        await using var endless = new Made(Encoding.ASCII.GetBytes(beginning), (byte)' ', 1L << 40);

        var fault = (await Uploads.ReadAsync(new JsonRowReader(endless, null, UploadBounds.Default with { Octets = 5_000_000 }))).Fault;

        Assert.True(fault is UploadFault.TooLarge or UploadFault.Malformed, fault?.ToString());
    }

    [Fact]
    public async Task Read_BlanksThatLeaveNoRoomForARow_EndAllTheSame()
    {
        // Behind a comma blanks cannot be passed over: the window is full before the row has ended.
        for (var blanks = (2 * UploadBounds.Default.RowOctets) - 60; blanks <= 2 * UploadBounds.Default.RowOctets; blanks++)
        {
            var fault = (await Uploads.ReadAsync(Reader($"{{\"emails\":[\"a@example.com\",{new string(' ', blanks)}{{\"email\":\"b@example.com\",\"x\":\"{new string('x', 100)}\"}}]}}"))).Fault;

            Assert.Equal(2, Assert.IsType<UploadFault.Malformed>(fault).Row);
        }
    }

    [Fact]
    public async Task Read_BeyondTheBounds_IsRefused()
    {
        const string Two = "{\"emails\":[\"a@example.com\",\"b@example.com\"]}";

        Assert.Equal(new UploadFault.TooManyRows(1), (await Uploads.ReadAsync(Reader(Two, bounds: UploadBounds.Default with { Rows = 1 }))).Fault);
        Assert.Equal(new UploadFault.TooLarge(43), (await Uploads.ReadAsync(Reader(Two, bounds: UploadBounds.Default with { Octets = 43 }))).Fault);
        Assert.Null((await Uploads.ReadAsync(Reader(Two, bounds: UploadBounds.Default with { Rows = 2, Octets = 44 }))).Fault);
    }

    [Fact]
    public async Task Read_StreamThatBreaks_Throws()
    {
        await using var broken = new Made("{\"emails\":[\"a@example.com\""u8.ToArray(), (byte)' ', 100, breaks: true);

        await Assert.ThrowsAsync<IOException>(() => Uploads.ReadAsync(new JsonRowReader(broken, null, UploadBounds.Default)));
    }

    [Fact]
    public async Task Read_LongBodyInPieces_GivesAllRows()
    {
        var body = new StringBuilder("{\"x\":1,\"emails\":[");
        for (var row = 0; row < 20_000; row++)
            body.Append(row == 0 ? "" : " ,\n").Append(row % 2 == 0 ? "\"zoë@example.com\"" : "{\"email\":\"b@example.com\",\"list\":[1,2,{\"three\":\"4\"}]}");
        var octets = Encoding.UTF8.GetBytes(body.Append("],\"y\":2}").ToString());

        foreach (var step in (int[])[1, 777, int.MaxValue])
        {
            using var reader = new JsonRowReader(new Stepping(octets, step), null, UploadBounds.Default);
            var upload = await Uploads.ReadAsync(reader);

            Assert.Null(upload.Fault);
            Assert.Equal(20_000, upload.Rows.Count);
            Assert.All(upload.Rows.Index(), row => Assert.Equal(row.Index % 2 == 0 ? "zoë@example.com" : "b@example.com", row.Item.Email));
            Assert.Equal(2, reader.Members.Count);
        }
    }

    [Fact]
    public async Task Read_AnyText_EndsWithoutAnException() =>
        await Gen.Select(Gen.Char["{}[]\"\":,\\@eu\n é1"].Array[0, 30], Gen.Int[0, 2]).SampleAsync(async (letters, place) =>
        {
            var text = new string(letters);
            var upload = await Uploads.ReadAsync(Reader(place switch { 0 => text, 1 => "{\"emails\":[\"a@example.com\"" + text, _ => $"{{\"emails\":[\"a@example.com\"],{text}}}" }));

            Assert.True(place == 0 || upload.Rows[0].Email.Length > 0);
            Assert.True(upload.Fault is not UploadFault.Empty || upload.Rows.Count == 0);
        });

    private static JsonRowReader Reader(string body, string? column = null, UploadBounds? bounds = null) =>
        new(Uploads.Of(body), column, bounds ?? UploadBounds.Default);
}
