using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EmailVerify.Core;

/// <summary>Instants as stores, files and the API write them: RFC 3339 in UTC with milliseconds and a <c>Z</c>, such as <c>2026-11-24T10:09:12.004Z</c>; what is finer is cut off.</summary>
public static class InstantText
{
    /// <summary>How many characters it has.</summary>
    public const int Length = 24;

    // The round-trip form of the framework is the fast one. It is ours but for its fraction, of seven digits.
    private const int RoundTripLength = 28;

    /// <summary>Writes an instant.</summary>
    /// <param name="instant">The instant.</param>
    /// <param name="text">Where to, at least <see cref="Length"/> octets.</param>
    public static void Format(DateTimeOffset instant, Span<byte> text)
    {
        Span<byte> whole = stackalloc byte[RoundTripLength];
        _ = instant.UtcDateTime.TryFormat(whole, out _, "O", CultureInfo.InvariantCulture);
        whole[..(Length - 1)].CopyTo(text);
        text[Length - 1] = (byte)'Z';
    }

    /// <summary>Gets an instant as text.</summary>
    public static string Of(DateTimeOffset instant)
    {
        Span<byte> text = stackalloc byte[Length];
        Format(instant, text);
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>Writes a member with an instant, or null.</summary>
    public static void WriteTime(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is not { } instant)
        {
            writer.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[Length];
        Format(instant, text);
        writer.WriteString(name, text);
    }
}
