using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailVerify.Sandbox.Tests;

/// <summary>Asks with packets that are put together by hand.</summary>
internal static class DnsTestClient
{
    public const int A = 1;
    public const int Cname = 5;
    public const int Ptr = 12;
    public const int Mx = 15;
    public const int Txt = 16;
    public const int Aaaa = 28;

    public static byte[] Query(string name, int type, ushort id = 0x1234, int? ednsSize = null)
    {
        var packet = new List<byte> { (byte)(id >> 8), (byte)id, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, (byte)(ednsSize is null ? 0 : 1) };
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            packet.Add((byte)label.Length);
            packet.AddRange(Encoding.ASCII.GetBytes(label));
        }

        packet.AddRange([0, 0, (byte)type, 0, 1]);
        if (ednsSize is { } size)
            packet.AddRange([0, 0, 41, (byte)(size >> 8), (byte)size, 0, 0, 0, 0, 0, 0]);
        return [.. packet];
    }

    public static async Task<DnsReply> UdpAsync(SandboxInternet sandbox, string name, int type, int? ednsSize = null)
    {
        using var socket = new UdpClient();
        socket.Connect(sandbox.Dns);
        await socket.SendAsync(Query(name, type, ednsSize: ednsSize), Token);
        return DnsReply.Read((await socket.ReceiveAsync(Token)).Buffer);
    }

    public static async Task<DnsReply> TcpAsync(SandboxInternet sandbox, string name, int type)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(sandbox.Dns, Token);
        var stream = client.GetStream();
        var query = Query(name, type);
        await stream.WriteAsync((byte[])[(byte)(query.Length >> 8), (byte)query.Length, .. query], Token);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, Token);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, Token);
        return DnsReply.Read(answer);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}

/// <summary>An answer, read by hand.</summary>
internal sealed record DnsReply(int Id, int Code, bool Truncated, IReadOnlyList<DnsReplyRecord> Answers, IReadOnlyList<DnsReplyRecord> Authorities, int Additional)
{
    public IEnumerable<IPAddress> Addresses => Answers.Where(record => record.Type is 1 or 28).Select(record => IPAddress.Parse(record.Value));

    public IEnumerable<string> Exchangers => Answers.Where(record => record.Type == 15).Select(record => record.Value);

    public static DnsReply Read(byte[] packet)
    {
        var at = 12;
        for (var questions = U16(packet, 4); questions > 0; questions--)
        {
            Name(packet, ref at);
            at += 4;
        }

        var answers = Records(packet, ref at, U16(packet, 6));
        var authorities = Records(packet, ref at, U16(packet, 8));
        return new DnsReply(U16(packet, 0), packet[3] & 15, (packet[2] & 2) != 0, answers, authorities, U16(packet, 10));
    }

    private static List<DnsReplyRecord> Records(byte[] packet, ref int at, int count)
    {
        var records = new List<DnsReplyRecord>();
        for (; count > 0; count--)
        {
            var owner = Name(packet, ref at);
            var (type, ttl, length) = (U16(packet, at), BinaryPrimitives.ReadInt32BigEndian(packet.AsSpan(at + 4)), U16(packet, at + 8));
            at += 10;
            var inside = at;
            var value = type switch
            {
                1 or 28 => new IPAddress(packet.AsSpan(at, length)).ToString(),
                5 => Name(packet, ref inside),
                6 => BinaryPrimitives.ReadInt32BigEndian(packet.AsSpan(at + length - 4)).ToString(System.Globalization.CultureInfo.InvariantCulture),
                12 => Name(packet, ref inside),
                15 => Exchanger(packet, inside),
                16 => Text(packet.AsSpan(at, length)),
                _ => "",
            };
            at += length;
            records.Add(new DnsReplyRecord(owner, type, ttl, value));
        }

        return records;
    }

    private static string Text(ReadOnlySpan<byte> strings)
    {
        var text = new StringBuilder();
        for (; !strings.IsEmpty; strings = strings[(1 + strings[0])..])
            text.Append(Encoding.Latin1.GetString(strings.Slice(1, strings[0])));
        return text.ToString();
    }

    private static string Exchanger(byte[] packet, int at)
    {
        var preference = U16(packet, at);
        at += 2;
        return $"{preference} {Name(packet, ref at)}";
    }

    private static string Name(byte[] packet, ref int at)
    {
        var labels = new List<string>();
        while (packet[at] != 0)
        {
            if (packet[at] >= 0xC0)
            {
                var target = U16(packet, at) & 0x3FFF;
                at += 2;
                return string.Join('.', [.. labels, Name(packet, ref target)]);
            }

            labels.Add(Encoding.ASCII.GetString(packet, at + 1, packet[at]));
            at += packet[at] + 1;
        }

        at++;
        return string.Join('.', labels);
    }

    private static int U16(byte[] packet, int at) => BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at));
}

internal sealed record DnsReplyRecord(string Owner, int Type, int Ttl, string Value);
