using System.Buffers;
using System.Text;

namespace EmailVerify.Core.Batches;

/// <summary>The cells of a row as octets: each its length (7 bits an octet, low ones first, the high bit set on all but the last) and its UTF-8. Part of the stored rows.</summary>
public static class RowInput
{
    /// <summary>Appends a cell.</summary>
    public static void WriteCell(IBufferWriter<byte> writer, ReadOnlySpan<byte> utf8)
    {
        WriteLength(writer, utf8.Length);
        writer.Write(utf8);
    }

    /// <summary>Appends a cell.</summary>
    public static void WriteCell(IBufferWriter<byte> writer, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteLength(writer, length);
        writer.Advance(Encoding.UTF8.GetBytes(text, writer.GetSpan(length)));
    }

    /// <summary>Takes the first cell off.</summary>
    /// <returns><see langword="false"/> when there is none left.</returns>
    /// <exception cref="InvalidDataException">The octets are no cells.</exception>
    public static bool TryReadCell(ref ReadOnlySpan<byte> cells, out ReadOnlySpan<byte> utf8)
    {
        utf8 = default;
        if (cells.IsEmpty)
            return false;
        var length = ReadLength(ref cells);
        if (length > cells.Length)
            throw new InvalidDataException("A cell is longer than its row.");
        utf8 = cells[..length];
        cells = cells[length..];
        return true;
    }

    /// <summary>Appends a length.</summary>
    internal static void WriteLength(IBufferWriter<byte> writer, int length)
    {
        var span = writer.GetSpan(5);
        var at = 0;
        for (var rest = (uint)length; ; rest >>= 7)
        {
            span[at++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80)
                break;
        }

        writer.Advance(at);
    }

    /// <summary>Takes a length off.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    internal static int ReadLength(ref ReadOnlySpan<byte> octets)
    {
        var length = 0U;
        for (var at = 0; at < 5 && at < octets.Length; at++)
        {
            length |= (octets[at] & 0x7FU) << (7 * at);
            if (octets[at] >= 0x80)
                continue;
            octets = octets[(at + 1)..];
            return length <= int.MaxValue ? (int)length : throw new InvalidDataException("A length is out of range.");
        }

        throw new InvalidDataException("A length has no end.");
    }
}
