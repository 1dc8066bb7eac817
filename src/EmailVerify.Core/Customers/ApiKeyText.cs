using System.Security.Cryptography;
using System.Text;

namespace EmailVerify.Core.Customers;

/// <summary>
/// The text of a key: <c>ev_live_</c> or <c>ev_test_</c>, 30 random characters of base 62 (178 bits), then the CRC-32 of all before as six more.
/// The prefix lets secret scanners find it, the checksum lets a typing error be refused without a lookup.
/// </summary>
public static class ApiKeyText
{
    /// <summary>What keys for real verifications begin with.</summary>
    public const string LivePrefix = "ev_live_";

    /// <summary>What keys begin with whose questions never leave the process.</summary>
    public const string TestPrefix = "ev_test_";

    /// <summary>How many characters a key has.</summary>
    public const int Length = 44;

    /// <summary>How many of its first characters may be shown, to tell keys apart.</summary>
    public const int ShownLength = 12;

    private const int PrefixLength = 8;
    private const int ChecksumLength = 6;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Makes a new key from the system's random source.</summary>
    /// <param name="test">Whether it is a test key.</param>
    public static string New(bool test)
    {
        var body = (test ? TestPrefix : LivePrefix) + RandomNumberGenerator.GetString(Alphabet, Length - PrefixLength - ChecksumLength);
        Span<char> checksum = stackalloc char[ChecksumLength];
        WriteChecksum(body, checksum);
        return string.Concat(body, checksum);
    }

    /// <summary>Says whether a text has the form of a key, its checksum included; whether it exists is the store's to say.</summary>
    public static bool HasForm(ReadOnlySpan<char> text)
    {
        if (text.Length != Length || !(text.StartsWith(LivePrefix, StringComparison.Ordinal) || IsTest(text)))
            return false;
        foreach (var character in text[PrefixLength..])
        {
            if (!char.IsAsciiLetterOrDigit(character))
                return false;
        }

        Span<char> checksum = stackalloc char[ChecksumLength];
        WriteChecksum(text[..^ChecksumLength], checksum);
        return text[^ChecksumLength..].SequenceEqual(checksum);
    }

    /// <summary>Says whether a key is a test key.</summary>
    public static bool IsTest(ReadOnlySpan<char> text) => text.StartsWith(TestPrefix, StringComparison.Ordinal);

    /// <summary>Writes the SHA-256 of a key, as keys are stored and found. Random keys of 178 bits need no slow hash.</summary>
    /// <param name="text">The key, at most 512 characters.</param>
    /// <param name="hash">32 octets.</param>
    public static void Hash(ReadOnlySpan<char> text, Span<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, MaxLength);
        Span<byte> octets = stackalloc byte[MaxLength * 3];
        var length = Encoding.UTF8.GetBytes(text, octets);
        _ = SHA256.HashData(octets[..length], hash);
    }

    /// <summary>How many characters a key of any form may have: the configured one is free in its form.</summary>
    public const int MaxLength = 512;

    private static void WriteChecksum(ReadOnlySpan<char> body, Span<char> checksum)
    {
        var rest = Crc32(body);
        for (var at = checksum.Length - 1; at >= 0; at--, rest /= (uint)Alphabet.Length)
            checksum[at] = Alphabet[(int)(rest % (uint)Alphabet.Length)];
    }

    // CRC-32 of ISO 3309 (polynomial 0xEDB88320, reflected), as zlib has it. 38 characters: a table would not pay.
    private static uint Crc32(ReadOnlySpan<char> ascii)
    {
        var crc = uint.MaxValue;
        foreach (var character in ascii)
        {
            crc ^= character;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return ~crc;
    }
}
