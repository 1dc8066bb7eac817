using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace EmailVerify.Sandbox.Dns;

/// <summary>Writes one response into a buffer (RFC 1035 4.1).</summary>
internal ref struct DnsResponse
{
    private const int LongestString = 255;

    private readonly Span<byte> buffer;
    private readonly DnsQuestion question;
    private int at;
    private ushort answers;
    private ushort authorities;

    /// <summary>Begins a response: header and question.</summary>
    /// <param name="buffer">Where it goes; it must have room for a few records of 300 octets each.</param>
    /// <param name="query">The query that is answered.</param>
    /// <param name="question">Its question.</param>
    public DnsResponse(Span<byte> buffer, ReadOnlySpan<byte> query, DnsQuestion question)
    {
        this.buffer = buffer;
        this.question = question;
        query.Slice(DnsMessage.HeaderLength, question.QuestionLength).CopyTo(buffer[DnsMessage.HeaderLength..]);
        at = DnsMessage.HeaderLength + question.QuestionLength;
    }

    public void Address(string owner, IPAddress address, int ttl)
    {
        var octets = address.GetAddressBytes();
        Begin(owner, octets.Length == 4 ? DnsType.A : DnsType.Aaaa, ttl);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[at..], (ushort)octets.Length);
        octets.CopyTo(buffer[(at + 2)..]);
        at += 2 + octets.Length;
        answers++;
    }

    public void Alias(string owner, string target, int ttl)
    {
        Begin(owner, DnsType.Cname, ttl);
        var length = Reserve();
        Name(target);
        Fill(length);
        answers++;
    }

    public void Pointer(string owner, string target, int ttl)
    {
        Begin(owner, DnsType.Ptr, ttl);
        var length = Reserve();
        Name(target);
        Fill(length);
        answers++;
    }

    /// <summary>A text in strings of at most 255 octets, which whoever reads it puts together again (RFC 7208 3.3).</summary>
    public void Text(string owner, string text, int ttl)
    {
        Begin(owner, DnsType.Txt, ttl);
        var length = Reserve();
        for (var from = 0; from == 0 || from < text.Length; from += LongestString)
        {
            var part = text.AsSpan(from, Math.Min(LongestString, text.Length - from));
            buffer[at++] = (byte)part.Length;
            at += Encoding.Latin1.GetBytes(part, buffer[at..]);
        }

        Fill(length);
        answers++;
    }

    public void Exchanger(string owner, ushort preference, string host, int ttl)
    {
        Begin(owner, DnsType.Mx, ttl);
        var length = Reserve();
        BinaryPrimitives.WriteUInt16BigEndian(buffer[at..], preference);
        at += 2;
        Name(host);
        Fill(length);
        answers++;
    }

    /// <summary>The SOA of a negative answer: its minimum says for how long to believe it (RFC 2308 5).</summary>
    public void Authority(string zone, int minimum)
    {
        Begin(zone, DnsType.Soa, minimum);
        var length = Reserve();
        Name("ns.sandbox.test");
        Name("hostmaster.sandbox.test");
        foreach (var number in (ReadOnlySpan<int>)[1, 7_200, 900, 86_400, minimum])
        {
            BinaryPrimitives.WriteInt32BigEndian(buffer[at..], number);
            at += 4;
        }

        Fill(length);
        authorities++;
    }

    /// <summary>Ends the response, cut down to its question with TC set where it is larger than allowed (RFC 2181 9).</summary>
    /// <returns>Its length.</returns>
    public int End(DnsCode code, int most, bool truncate)
    {
        if (truncate || at + (question.HasOpt ? 11 : 0) > most)
        {
            truncate = true;
            at = DnsMessage.HeaderLength + question.QuestionLength;
            answers = authorities = 0;
        }

        if (question.HasOpt)
        {
            buffer.Slice(at, 11).Clear();
            BinaryPrimitives.WriteUInt16BigEndian(buffer[(at + 1)..], (ushort)DnsType.Opt);
            BinaryPrimitives.WriteUInt16BigEndian(buffer[(at + 3)..], 1_232);
            at += 11;
        }

        BinaryPrimitives.WriteUInt16BigEndian(buffer, question.Id);
        buffer[2] = (byte)(0x84 | (truncate ? 0x02 : 0) | (question.RecursionDesired ? 0x01 : 0));
        buffer[3] = (byte)(0x80 | (int)code);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[4..], (ushort)(question.QuestionLength > 0 ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[6..], answers);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[8..], authorities);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[10..], (ushort)(question.HasOpt ? 1 : 0));
        return at;
    }

    private void Begin(string owner, DnsType type, int ttl)
    {
        if (string.Equals(owner, question.Name, StringComparison.Ordinal))
        {
            // A pointer to the question's name (RFC 1035 4.1.4).
            buffer[at++] = 0xC0;
            buffer[at++] = DnsMessage.HeaderLength;
        }
        else
        {
            Name(owner);
        }

        BinaryPrimitives.WriteUInt16BigEndian(buffer[at..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(at + 2)..], 1);
        BinaryPrimitives.WriteInt32BigEndian(buffer[(at + 4)..], ttl);
        at += 8;
    }

    private void Name(string name)
    {
        foreach (var label in name.AsSpan().Split('.'))
        {
            var text = name.AsSpan(label);
            if (text.IsEmpty)
                continue;
            buffer[at++] = (byte)text.Length;
            at += Encoding.Latin1.GetBytes(text, buffer[at..]);
        }

        buffer[at++] = 0;
    }

    private int Reserve()
    {
        at += 2;
        return at;
    }

    private readonly void Fill(int from) => BinaryPrimitives.WriteUInt16BigEndian(buffer[(from - 2)..], (ushort)(at - from));
}
