using System.Text;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Tests.Files;

/// <summary>What a reader made of a file.</summary>
/// <param name="Rows">Each row's address, notes, and cells or JSON.</param>
/// <param name="Fault">Why it was refused, if it was.</param>
/// <param name="Columns">The columns at the end.</param>
/// <param name="Column">The column of the addresses at the end.</param>
public sealed record Upload(IReadOnlyList<UploadRow> Rows, UploadFault? Fault, IReadOnlyList<string> Columns, string? Column)
{
    public IEnumerable<string> Emails => Rows.Select(row => row.Email);
}

/// <summary>A row, kept.</summary>
public sealed record UploadRow(string Email, RowNotes Notes, byte[] Input)
{
    /// <summary>Gets the cells, as <c>a|b</c>.</summary>
    public string Cells => string.Join('|', CellList);

    public string Json => Encoding.UTF8.GetString(Input);

    public IReadOnlyList<string> CellList
    {
        get
        {
            var cells = new List<string>();
            ReadOnlySpan<byte> rest = Input;
            while (RowInput.TryReadCell(ref rest, out var cell))
                cells.Add(Encoding.UTF8.GetString(cell));
            return cells;
        }
    }
}

/// <summary>Files for tests, and what becomes of them.</summary>
internal static class Uploads
{
    public static void AssertTexts(IEnumerable<string> expected, IEnumerable<string> actual) => Assert.Equal(expected, actual, StringComparer.Ordinal);

    public static Stream Of(string text) => new MemoryStream(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads a file to its end, or to where it is refused; asked again, the reader has to say the same.</summary>
    public static async Task<Upload> ReadAsync(RowReader reader)
    {
        using (reader)
        {
            var rows = new List<UploadRow>();
            RowReading reading;
            while ((reading = await reader.ReadAsync(TestContext.Current.CancellationToken)) is RowReading.Row(var row))
                rows.Add(new UploadRow(row.Email, row.Notes, row.Input.ToArray()));
            Assert.Same(reading, await reader.ReadAsync(TestContext.Current.CancellationToken));
            return new Upload(rows, (reading as RowReading.Refused)?.Fault, [.. reader.Columns], reader.Column);
        }
    }
}

/// <summary>Gives a file in pieces of a few octets.</summary>
internal sealed class Stepping(byte[] octets, int step) : MemoryStream(octets)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
}

/// <summary>A stream that is made while it is read: a beginning, one octet repeated, and no end but by the count; then, where asked, it breaks.</summary>
internal sealed class Made(byte[] beginning, byte repeated, long length, bool breaks = false) : Stream
{
    public long Given { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Given;
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Given == length && breaks)
            throw new IOException("The client is gone.");
        var count = (int)Math.Min(buffer.Length, length - Given);
        buffer.Span[..count].Fill(repeated);
        if (Given < beginning.Length)
            beginning.AsSpan((int)Given, Math.Min(count, beginning.Length - (int)Given)).CopyTo(buffer.Span);
        Given += count;
        return new(count);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
