using System.Text;
using CsCheck;

namespace EmailVerify.Core.Tests;

public sealed class JsonLinesTests
{
    private const int MaxLine = 20;

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("a\n\nb", new[] { "a", "", "b" })]
    [InlineData("\n", new[] { "" })]
    [InlineData("\uFEFFa\nb", new[] { "a", "b" })]
    [InlineData("\uFEFF", new string[0])]
    [InlineData("01234567890123456789\n012345678901234567890\nb", new[] { "01234567890123456789", "too long", "b" })]
    [InlineData("b\n012345678901234567890", new[] { "b", "too long" })]
    public async Task TryRead_Text_GivesItsLines(string text, string[] expected) => Assert.Equal(expected, await ReadAsync(text, int.MaxValue), StringComparer.Ordinal);

    [Fact]
    public async Task TryRead_HoweverTheStreamIsCut_GivesTheSameLines()
    {
        var line = Gen.Char["ab ü"].Array[0, 30].Select(letters => new string(letters));
        await Gen.Select(line.Array[0, 8], Gen.Int[1, 12]).SampleAsync(async (lines, step) =>
        {
            var text = string.Join('\n', lines);
            var expected = text.Length == 0 ? [] : lines.Select(one => Encoding.UTF8.GetByteCount(one) > MaxLine ? "too long" : one).ToList();
            if (expected.Count > 0 && lines[^1].Length == 0)
                expected.RemoveAt(expected.Count - 1);

            Assert.Equal(expected, await ReadAsync(text, step));
        });
    }

    [Fact]
    public async Task FillAsync_EndlessLine_HoldsLittleMemory()
    {
        await using var endless = new Endless(64 << 20);
        using var reader = new JsonLineReader(endless, 1 << 16);
        var before = GC.GetAllocatedBytesForCurrentThread();
        while (await reader.FillAsync(TestContext.Current.CancellationToken))
            Assert.False(reader.TryRead(out _) && endless.Left > 0);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public async Task LineStart_AnyLine_IsWhereItBegins(int step)
    {
        await using var stream = new Stepping(Encoding.UTF8.GetBytes("\uFEFFa\n\n012345678901234567890 and more\nü\nb"), step);
        using var reader = new JsonLineReader(stream, MaxLine);
        var starts = new List<long>();
        do
        {
            while (reader.TryRead(out _))
                starts.Add(reader.LineStart);
        }
        while (await reader.FillAsync(TestContext.Current.CancellationToken));

        Assert.Equal([3, 5, 6, 37, 40], starts);
    }

    [Fact]
    public async Task IsSkipping_LineTooLong_IsTrueFromThereToItsEnd()
    {
        await using var stream = new Stepping(Encoding.UTF8.GetBytes("01234567890123456789x\na\n"), 21);
        using var reader = new JsonLineReader(stream, MaxLine);

        _ = await reader.FillAsync(TestContext.Current.CancellationToken);
        Assert.False(reader.TryRead(out _));
        Assert.True(reader.IsSkipping);

        _ = await reader.FillAsync(TestContext.Current.CancellationToken);
        Assert.True(reader.TryRead(out var line) && line.TooLong);
        Assert.False(reader.IsSkipping);
        Assert.Equal(0, reader.LineStart);
    }

    [Fact]
    public void TryReadString_NestedMembers_AreSkipped()
    {
        var line = new JsonLine(1, "{\"x\":{\"input\":\"no\"},\"y\":[1,{\"input\":2}],\"input\":\"yes\",\"z\":null}"u8.ToArray(), TooLong: false);

        Assert.Null(line.TryReadString("input", out var value));
        Assert.Equal("yes", value);
    }

    private static async Task<List<string>> ReadAsync(string text, int step)
    {
        await using var stream = new Stepping(Encoding.UTF8.GetBytes(text), step);
        using var reader = new JsonLineReader(stream, MaxLine);
        var lines = new List<string>();
        do
        {
            while (reader.TryRead(out var line))
            {
                Assert.Equal(lines.Count + 1, line.Number);
                lines.Add(line.TooLong ? "too long" : Encoding.UTF8.GetString(line.Utf8.Span));
            }
        }
        while (await reader.FillAsync(CancellationToken.None));

        return lines;
    }

    private sealed class Stepping(byte[] octets, int step) : MemoryStream(octets)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
    }

    private sealed class Endless(long octets) : MemoryStream
    {
        public long Left { get; private set; } = octets;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = (int)Math.Min(Left, buffer.Length);
            buffer.Span[..read].Fill((byte)'x');
            Left -= read;
            return new(read);
        }
    }
}
