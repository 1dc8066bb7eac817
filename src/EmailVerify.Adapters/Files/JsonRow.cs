using System.Text.Json;
using System.Text.Unicode;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Files;

/// <summary>A row that is a JSON value: a string, which is the address, or an object with a member that is.</summary>
internal static class JsonRow
{
    /// <summary>The member of the address where no other is asked for.</summary>
    public const string DefaultColumn = "email";

    /// <summary>Reads a row.</summary>
    /// <param name="json">The value alone.</param>
    /// <param name="column">The member of the address. Of several of that name the last counts.</param>
    /// <param name="row">The row, with the value as it stands there.</param>
    /// <param name="isObject">Whether it has members.</param>
    /// <param name="octet">Where in the value something is wrong.</param>
    /// <returns>What is wrong, for people; null when the row was read.</returns>
    public static string? TryRead(ReadOnlyMemory<byte> json, string column, out InputRow row, out bool isObject, out long octet)
    {
        (row, isObject, octet) = (default, false, 0);
        if (!Utf8.IsValid(json.Span))
            return "The row is not UTF-8.";

        var reader = new Utf8JsonReader(json.Span);
        try
        {
            var error = TryReadEmail(ref reader, column, out var text, out isObject);
            octet = reader.TokenStartIndex;
            if (error is not null)
                return error;

            // Anything behind the value throws.
            _ = reader.Read();
            row = new InputRow(EmailCell.Read(text, out var notes), notes, json);
            return null;
        }
        catch (JsonException)
        {
            octet = reader.BytesConsumed;
            return "The row is not JSON.";
        }
        catch (InvalidOperationException)
        {
            octet = reader.TokenStartIndex;
            return "The address is text that is not Unicode.";
        }
    }

    private static string? TryReadEmail(ref Utf8JsonReader reader, string column, out string? text, out bool isObject)
    {
        (text, isObject) = (null, false);
        _ = reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            text = reader.GetString();
            return null;
        }

        isObject = reader.TokenType == JsonTokenType.StartObject;
        if (!isObject)
            return "The row is neither a string nor an object.";

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isWanted = reader.ValueTextEquals(column);
            _ = reader.Read();
            if (!isWanted)
                reader.Skip();
            else if (reader.TokenType is JsonTokenType.String or JsonTokenType.Null)
                text = reader.GetString();
            else
                return $"The member \"{column}\" is not a string.";
        }

        return null;
    }
}
