using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace EmailVerify.Core;

/// <summary>
/// Makes the ids of resources: a prefix that says what it names, then a UUIDv7 (RFC 9562) as 26 characters of Crockford's base 32.
/// Ids of one kind therefore sort by the time of their making, and none can be guessed.
/// </summary>
public static class Id
{
    private const string Crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 26;

    // 26 characters of 5 bits are two bits more than an id has.
    private const char LargestFirst = '7';

    private const int Version = 7;
    private const int Variant = 2;
    private const int DrawnAtOnce = 64;

    private static readonly SearchValues<char> Alphabet = SearchValues.Create(Crockford);

    [ThreadStatic]
    private static byte[]? drawn;

    [ThreadStatic]
    private static int taken;

    /// <summary>Makes a new id, such as <c>ver_01M86GVNRVEYHRV72HWAW4YR51</c>.</summary>
    /// <param name="prefix">What it names: <c>ver</c>, <c>bat</c>, <c>key</c> …</param>
    /// <param name="clock">The clock whose milliseconds the id begins with.</param>
    public static string New(string prefix, TimeProvider clock)
    {
        Span<byte> octets = stackalloc byte[16];
        Random(octets);
        var bits = BinaryPrimitives.ReadUInt128BigEndian(octets);
        bits &= (((UInt128)0x0fff) << 64) | (((UInt128)0x3fff_ffff_ffff_ffff));
        bits |= AtTime(clock.GetUtcNow().ToUnixTimeMilliseconds()) | ((UInt128)Version << 76) | ((UInt128)Variant << 62);
        return Text(prefix, bits);
    }

    /// <summary>Gets the bound in ids that a time is: every id made at or after that time is at or above it, every other one below. Ids have whole milliseconds, so a time between two is the later one.</summary>
    /// <param name="prefix">What the ids name.</param>
    /// <param name="time">The time; what is before 1970 is the least bound there is.</param>
    public static string FirstAt(string prefix, DateTimeOffset time)
    {
        var milliseconds = time.ToUnixTimeMilliseconds() + (time.Ticks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1);
        return Text(prefix, AtTime(Math.Max(0, milliseconds)));
    }

    private static UInt128 AtTime(long milliseconds) => (UInt128)milliseconds << 80;

    private static string Text(string prefix, UInt128 bits) => string.Create(prefix.Length + 1 + Length, (prefix, bits), static (span, parts) =>
    {
        parts.prefix.CopyTo(span);
        span[parts.prefix.Length] = '_';
        var rest = parts.bits;
        for (var at = span.Length - 1; at > parts.prefix.Length; at--, rest >>= 5)
            span[at] = Crockford[(int)(rest & 31)];
    });

    // The system is asked for many ids at once: a call of it takes longer than all the rest of an id.
    private static void Random(Span<byte> octets)
    {
        if (drawn is null || taken == drawn.Length)
        {
            drawn ??= new byte[16 * DrawnAtOnce];
            RandomNumberGenerator.Fill(drawn);
            taken = 0;
        }

        var some = drawn.AsSpan(taken, octets.Length);
        some.CopyTo(octets);
        some.Clear();
        taken += octets.Length;
    }

    /// <summary>Says whether a text has the form of an id of this kind; whether it exists is the store's to say.</summary>
    public static bool HasForm([NotNullWhen(true)] string? text, string prefix) =>
        text is not null
        && text.Length == prefix.Length + 1 + Length
        && text.StartsWith(prefix, StringComparison.Ordinal)
        && text[prefix.Length] == '_'
        && text[prefix.Length + 1] <= LargestFirst
        && !text.AsSpan(prefix.Length + 1).ContainsAnyExcept(Alphabet);
}
