using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Customers;

namespace EmailVerify.Host.Api.Keys;

/// <summary>Keys as the API shows them.</summary>
internal static class KeyWriter
{
    /// <summary>Writes what is stored of a key.</summary>
    public static void Write(Utf8JsonWriter writer, in ApiKey key)
    {
        writer.WriteStartObject();
        WriteMembers(writer, key);
        writer.WriteEndObject();
    }

    /// <summary>Writes a key that was made just now: the only time that it is shown.</summary>
    public static void Write(Utf8JsonWriter writer, in NewKey made)
    {
        writer.WriteStartObject();
        writer.WriteString("key"u8, made.Text);
        WriteMembers(writer, made.Stored);
        if (made.Replaced is { } replaced)
        {
            writer.WritePropertyName("replaces"u8);
            Write(writer, replaced);
        }

        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, ApiKey key)
    {
        writer.WriteString("id"u8, key.Id);
        writer.WriteString("name"u8, key.Name);
        writer.WriteString("prefix"u8, key.Shown);
        writer.WriteStartArray("scopes"u8);
        foreach (var scope in key.Scopes)
            writer.WriteStringValue(scope);
        writer.WriteEndArray();
        writer.WriteString("environment"u8, ApiKeyText.IsTest(key.Shown) ? "test"u8 : "live"u8);
        writer.WriteTime("created_at"u8, key.CreatedAt);
        writer.WriteTime("expires_at"u8, key.ExpiresAt);
        writer.WriteTime("revoked_at"u8, key.RevokedAt);
    }
}

/// <summary>A key that was made just now.</summary>
/// <param name="Text">The key, which is nowhere else.</param>
/// <param name="Stored">What was stored of it.</param>
/// <param name="Replaced">The key in whose place it comes, or null.</param>
internal sealed record NewKey(string Text, ApiKey Stored, ApiKey? Replaced = null)
{
    /// <summary>Says that the key is never shown by mistake.</summary>
    public override string ToString() => Stored.Id;
}
