using System.Text.Json;

namespace EmailVerify.Host.Api;

/// <summary>Values as the API writes them.</summary>
internal static class JsonValues
{
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
}
