using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace EmailVerify.Core.Batches;

/// <summary>
/// The rows of a chunk as they are stored: of each its notes (an octet), its address and its input, both as length and octets. Part of the stored rows.
/// </summary>
public static class ChunkRows
{
    /// <summary>How many rows a chunk has; the last of a batch may have fewer.</summary>
    public const int PerChunk = 1_000;

    /// <summary>Gets the numbers of the first and the last row that a chunk may have, from 1.</summary>
    public static (long First, long Last) Bounds(int number) => (((long)number * PerChunk) + 1, ((long)number + 1) * PerChunk);

    /// <summary>Gets the chunk of a row.</summary>
    public static int NumberOf(long row) => (int)((row - 1) / PerChunk);

    /// <summary>Appends a row.</summary>
    public static void Write(IBufferWriter<byte> writer, in InputRow row)
    {
        writer.GetSpan(1)[0] = (byte)row.Notes;
        writer.Advance(1);
        RowInput.WriteCell(writer, row.Email);
        RowInput.WriteCell(writer, row.Input.Span);
    }

    /// <summary>Reads the rows.</summary>
    /// <exception cref="InvalidDataException">The octets are no rows.</exception>
    public static ImmutableArray<InputRow> Read(ReadOnlyMemory<byte> octets)
    {
        var rows = ImmutableArray.CreateBuilder<InputRow>(PerChunk);
        var rest = octets.Span;
        while (!rest.IsEmpty)
        {
            var notes = (RowNotes)rest[0];
            rest = rest[1..];
            if (!RowInput.TryReadCell(ref rest, out var email) || !RowInput.TryReadCell(ref rest, out var input))
                throw new InvalidDataException("A row ends in its middle.");
            rows.Add(new InputRow(Encoding.UTF8.GetString(email), notes, octets.Slice(octets.Length - rest.Length - input.Length, input.Length)));
        }

        return rows.DrainToImmutable();
    }
}
