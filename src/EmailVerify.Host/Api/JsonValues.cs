using System.Globalization;
using System.Text.Json;

namespace EmailVerify.Host.Api;

/// <summary>Values as the API writes them.</summary>
internal static class JsonValues
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int TimeLength = 24;

    /// <summary>Writes a number, or null.</summary>
    public static void WriteNullable(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, int? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }

    /// <summary>Writes a flag of three values.</summary>
    public static void WriteNullable(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, bool? value)
    {
        if (value is { } flag)
            writer.WriteBoolean(name, flag);
        else
            writer.WriteNull(name);
    }

    /// <summary>Writes a time in UTC with milliseconds (RFC 3339), or null.</summary>
    public static void WriteTime(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is not { } time)
        {
            writer.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[TimeLength];
        writer.WriteString(name, text[..Format(time, text)]);
    }

    /// <summary>Writes a time as the API writes it.</summary>
    /// <param name="time">The time.</param>
    /// <param name="text">Where to, 24 octets.</param>
    /// <returns>How many octets.</returns>
    public static int Format(DateTimeOffset time, Span<byte> text)
    {
        _ = time.UtcDateTime.TryFormat(text, out var length, TimeFormat, CultureInfo.InvariantCulture);
        return length;
    }

    /// <summary>Gets a time as the API writes it.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
}
