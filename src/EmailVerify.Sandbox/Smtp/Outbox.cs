using System.Buffers;
using System.Text;

namespace EmailVerify.Sandbox.Smtp;

/// <summary>Octets that wait to be sent, in a rented buffer that is given back when the session ends.</summary>
internal sealed class Outbox : IDisposable
{
    private byte[] octets = ArrayPool<byte>.Shared.Rent(1_024);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => octets.AsMemory(0, Length);

    public void Append(ReadOnlySpan<byte> more)
    {
        more.CopyTo(Room(more.Length));
        Length += more.Length;
    }

    public void Append(ReadOnlySpan<char> text, Encoding encoding)
    {
        var room = Room(encoding.GetMaxByteCount(text.Length));
        Length += encoding.GetBytes(text, room);
    }

    public void DropLast(int count) => Length -= count;

    public void Clear() => Length = 0;

    public void Dispose()
    {
        var rented = octets;
        octets = [];
        Length = 0;
        if (rented.Length > 0)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private Span<byte> Room(int count)
    {
        if (octets.Length - Length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(octets.Length * 2, Length + count));
            octets.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(octets);
            octets = larger;
        }

        return octets.AsSpan(Length);
    }
}
