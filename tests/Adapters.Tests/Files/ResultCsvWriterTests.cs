using System.Buffers;
using System.Text;
using EmailVerify.Adapters.Files;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Tests.Files;

public sealed class ResultCsvWriterTests
{
    [Theory]
    [InlineData(new[] { "a", "b c", "" }, "a,b c,")]
    [InlineData(new[] { "a,b", "say \"x\"", "two\r\nlines", "LF\n", "é;|" }, "\"a,b\",\"say \"\"x\"\"\",\"two\r\nlines\",\"LF\n\",é;|")]
    [InlineData(new[] { "" }, "\"\"")]
    [InlineData(new[] { "", "" }, ",")]
    [InlineData(new[] { " " }, "\" \"")]
    [InlineData(new[] { "a", " " }, "a, ")]
    [InlineData(new[] { "\uFEFFa" }, "\"\uFEFFa\"")]
    public void WriteCell_Row_IsQuotedWhereNeededOnly(string[] cells, string expected) => Assert.Equal(expected + "\r\n", Write(true, cells));

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("+x@example.com", "'+x@example.com")]
    [InlineData("-cmd", "'-cmd")]
    [InlineData("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("＝1", "'＝1")]
    [InlineData("＋1", "'＋1")]
    [InlineData("－1", "'－1")]
    [InlineData("＠x", "'＠x")]
    [InlineData("+", "'+")]
    [InlineData("+49 170 1234", "+49 170 1234")]
    [InlineData("+1 (555) 010-9999", "+1 (555) 010-9999")]
    [InlineData("-5.3", "-5.3")]
    [InlineData("-5,3", "\"-5,3\"")]
    [InlineData("a=1", "a=1")]
    [InlineData("＂", "＂")]
    public void WriteCell_Formula_IsEscapedUnlessSwitchedOff(string cell, string expected)
    {
        Assert.Equal($"x,{expected}\r\n", Write(true, "x", cell));
        Assert.Equal($"{expected}\r\n", Write(true, cell));
        Assert.Equal($"x,{expected.Replace("'" + cell[..1], cell[..1], StringComparison.Ordinal)}\r\n", Write(false, "x", cell));
    }

    [Fact]
    public void WriteCells_StoredRow_IsFilledUpToTheWidth()
    {
        var stored = new ArrayBufferWriter<byte>();
        RowInput.WriteCell(stored, "a");
        RowInput.WriteCell(stored, "b");
        var output = new ArrayBufferWriter<byte>();
        var writer = new ResultCsvWriter(output);

        writer.WriteCells(stored.WrittenSpan, 4);
        writer.WriteCell("ok"u8);
        writer.EndRow();
        writer.WriteCells([], 2);
        writer.EndRow();

        Assert.Equal("a,b,,,ok\r\n,\r\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void WriteCell_WithAnotherDelimiter_QuotesThatOne()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new ResultCsvWriter(output, delimiter: (byte)';');
        writer.WriteCell("a,b"u8);
        writer.WriteCell("c;d"u8);
        writer.EndRow();
        Assert.Equal("a,b;\"c;d\"\r\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void WriteCell_ManyCells_AllocatesNothing()
    {
        var output = new ArrayBufferWriter<byte>(1 << 20);
        var writer = new ResultCsvWriter(output);
        Row(writer);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var row = 0; row < 1_000; row++)
            Row(writer);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Row(ResultCsvWriter writer)
        {
            writer.WriteCell("plain"u8);
            writer.WriteCell("=\"quoted\", and\r\n"u8);
            writer.EndRow();
        }
    }

    private static string Write(bool escapesFormulas, params string[] cells)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new ResultCsvWriter(output, escapesFormulas);
        foreach (var cell in cells)
            writer.WriteCell(Encoding.UTF8.GetBytes(cell));
        writer.EndRow();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
