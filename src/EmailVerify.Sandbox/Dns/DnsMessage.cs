using System.Buffers.Binary;
using System.Text;

namespace EmailVerify.Sandbox.Dns;

/// <summary>Record types (RFC 1035 3.2.2, 3596, 6891).</summary>
internal enum DnsType
{
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Ptr = 12,
    Mx = 15,
    Txt = 16,
    Aaaa = 28,
    Opt = 41,
    Any = 255,
}

/// <summary>Response codes (RFC 1035 4.1.1).</summary>
internal enum DnsCode
{
    NoError = 0,
    FormErr = 1,
    ServFail = 2,
    NxDomain = 3,
    NotImp = 4,
    Refused = 5,
}

/// <summary>The one question of a query.</summary>
/// <param name="Id">The id to be echoed.</param>
/// <param name="RecursionDesired">Whether RD was set.</param>
/// <param name="Name">The name in lower case without the final dot; empty for the root.</param>
/// <param name="Type">The record type.</param>
/// <param name="UdpSize">How large an answer the client takes over UDP: 512, or what its OPT record says.</param>
/// <param name="HasOpt">Whether the query had an OPT record.</param>
/// <param name="QuestionLength">The octets of the question section.</param>
internal readonly record struct DnsQuestion(ushort Id, bool RecursionDesired, string Name, DnsType Type, int UdpSize, bool HasOpt, int QuestionLength);

/// <summary>Reads queries (RFC 1035 4.1). Everything in them is hostile: each octet is looked at once, and nothing outside the message.</summary>
internal static class DnsMessage
{
    public const int HeaderLength = 12;
    private const int MaxNameLength = 255;

    /// <summary>Reads a query.</summary>
    /// <returns>What is wrong with it, or <see cref="DnsCode.NoError"/>; null when it deserves no answer.</returns>
    public static DnsCode? Read(ReadOnlySpan<byte> message, out DnsQuestion question)
    {
        question = default;
        if (message.Length < HeaderLength || (message[2] & 0x80) != 0)
            return null;
        var id = BinaryPrimitives.ReadUInt16BigEndian(message);
        question = new DnsQuestion(id, (message[2] & 1) != 0, "", default, 512, HasOpt: false, 0);
        if ((message[2] & 0x78) != 0)
            return DnsCode.NotImp;
        if (BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1)
            return DnsCode.FormErr;

        var at = HeaderLength;
        if (!TryReadName(message, ref at, out var name) || at + 4 > message.Length)
            return DnsCode.FormErr;
        var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
        at += 4;
        question = question with { Name = name, Type = type, QuestionLength = at - HeaderLength };

        // Of the additional records only a first OPT matters: the root name, the type, then the size where others have the class (RFC 6891 6.1.2).
        var hasNothingBetween = BinaryPrimitives.ReadUInt32BigEndian(message[6..]) == 0;
        if (hasNothingBetween && BinaryPrimitives.ReadUInt16BigEndian(message[10..]) > 0 && at + 11 <= message.Length
            && message[at] == 0 && BinaryPrimitives.ReadUInt16BigEndian(message[(at + 1)..]) == (int)DnsType.Opt)
        {
            var size = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 3)..]);
            question = question with { HasOpt = true, UdpSize = Math.Clamp((int)size, 512, 1_232) };
        }

        return DnsCode.NoError;
    }

    private static bool TryReadName(ReadOnlySpan<byte> message, ref int at, out string name)
    {
        name = "";
        Span<char> text = stackalloc char[MaxNameLength + 1];
        var length = 0;
        while (at < message.Length)
        {
            int label = message[at++];
            if (label == 0)
            {
                name = length == 0 ? "" : new string(text[..(length - 1)]);
                return true;
            }

            // A question is never compressed: there is nothing before it to point at.
            if (label > 63 || at + label > message.Length || length + label + 1 > MaxNameLength)
                return false;
            Encoding.Latin1.GetChars(message.Slice(at, label), text[length..]);
            for (var letter = length; letter < length + label; letter++)
                text[letter] = char.ToLowerInvariant(text[letter]);
            length += label;
            text[length++] = '.';
            at += label;
        }

        return false;
    }
}
