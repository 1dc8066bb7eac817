using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailVerify.Adapters.Tests.Dns;

/// <summary>A DNS answer as data (RFC 1035 4.1).</summary>
internal sealed record TestReply
{
    public const int A = 1;
    public const int Ns = 2;
    public const int Cname = 5;
    public const int SoaType = 6;
    public const int Ptr = 12;
    public const int Mx = 15;
    public const int Txt = 16;
    public const int Aaaa = 28;

    public int Code { get; init; }

    public bool Truncated { get; init; }

    public byte[][] Answers { get; init; } = [];

    public byte[][] Authorities { get; init; } = [];

    /// <summary>Gets what is sent after the id instead of all else.</summary>
    public byte[]? Garbage { get; init; }

    /// <summary>Gets the question section to send instead of the one that was asked.</summary>
    public byte[]? OtherQuestion { get; init; }

    public static TestReply Of(params byte[][] answers) => new() { Answers = answers };

    public static TestReply Nothing(int minimum = 300, int ttl = 900) => new() { Authorities = [Soa("example.org", minimum, ttl)] };

    public static TestReply NoSuchName(int minimum = 300, int ttl = 900) => Nothing(minimum, ttl) with { Code = 3 };

    public static TestReply Failing(int code) => new() { Code = code };

    public static byte[] Address(string owner, string address, int ttl = 300)
    {
        var parsed = IPAddress.Parse(address);
        return Record(owner, parsed.AddressFamily is AddressFamily.InterNetwork ? A : Aaaa, ttl, parsed.GetAddressBytes());
    }

    public static byte[] Exchanger(string owner, int preference, string host, int ttl = 300) =>
        Record(owner, Mx, ttl, [(byte)(preference >> 8), (byte)preference, .. Name(host)]);

    public static byte[] Alias(string owner, string target, int ttl = 300) => Record(owner, Cname, ttl, Name(target));

    public static byte[] Pointer(string owner, string target, int ttl = 300) => Record(owner, Ptr, ttl, Name(target));

    /// <summary>A text in strings of at most so many octets.</summary>
    public static byte[] Text(string owner, string text, int most = 255, int ttl = 300) =>
        Record(owner, Txt, ttl, [.. Encoding.Latin1.GetBytes(text).Chunk(most).SelectMany(part => (byte[])[(byte)part.Length, .. part])]);

    public static byte[] NameServer(string owner, string target) => Record(owner, Ns, 300, Name(target));

    public static byte[] Soa(string owner, int minimum, int ttl) =>
        Record(owner, SoaType, ttl, [.. Name("ns." + owner), .. Name("root." + owner), .. Number(1), .. Number(2), .. Number(3), .. Number(4), .. Number(minimum)]);

    public static byte[] Name(string name)
    {
        var octets = new List<byte>();
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
            octets.AddRange([(byte)label.Length, .. Encoding.Latin1.GetBytes(label)]);
        return [.. octets, 0];
    }

    public byte[] ToPacket(ReadOnlySpan<byte> id, ReadOnlySpan<byte> question)
    {
        if (Garbage is not null)
            return [.. id, .. Garbage];

        // QR, RD; RA and the code; TC where it is cut short.
        byte[] head = [.. id, (byte)(0x81 | (Truncated ? 2 : 0)), (byte)(0x80 | Code), 0, 1, 0, (byte)0, 0, (byte)0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(6), (ushort)Answers.Length);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(8), (ushort)Authorities.Length);
        return [.. head, .. OtherQuestion ?? question.ToArray(), .. Answers.SelectMany(record => record), .. Authorities.SelectMany(record => record)];
    }

    private static byte[] Record(string owner, int type, int ttl, byte[] data) =>
        [.. Name(owner), 0, (byte)type, 0, 1, .. Number(ttl), (byte)(data.Length >> 8), (byte)data.Length, .. data];

    private static byte[] Number(int number)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(octets, number);
        return octets;
    }
}
