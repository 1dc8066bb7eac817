using System.Globalization;
using System.Text.Json;
using EmailVerify.Core.Addresses;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Addresses;

/// <summary>POST <c>/v1/addresses/parse</c>: what the texts of addresses tell, as the command <c>addresses</c> says it; asks nobody and stores nothing.</summary>
internal static partial class ParseAddresses
{
    /// <summary>How many inputs a request may have.</summary>
    public const int MaxInputs = 1_000;

    // In octets.
    private const int MaxBody = 4 * 1024 * 1024;

    private const string Detail = "The member inputs is an array of at most 1,000 strings.";

    public static async Task HandleAsync(HttpContext context)
    {
        var parsed = await JsonBody.ReadAsync(context, static octets => JsonBody.Parse<string[]>(octets, Read), maxLength: MaxBody);
        if (parsed is not { Value: { } inputs })
        {
            await parsed.Problem!.WriteAsync(context);
            return;
        }

        JsonAnswer.Write(context.Response, inputs, Write);
    }

    private static void Write(Utf8JsonWriter writer, in string[] inputs)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("addresses"u8);
        foreach (var input in inputs)
            AddressLines.Write(writer, AddressReport.Of(input));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string[] Read(JsonElement body, BodyErrors errors)
    {
        if (!errors.IsObject(body))
            return [];
        if (!body.TryGetProperty("inputs", out var list) || list.ValueKind is JsonValueKind.Null)
        {
            errors.Wrong("/inputs", "required", Detail);
            return [];
        }

        if (list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() > MaxInputs)
        {
            errors.Wrong("/inputs", list.ValueKind is JsonValueKind.Array ? "out_of_range" : "type", Detail);
            return [];
        }

        var inputs = new List<string>(list.GetArrayLength());
        foreach (var (at, item) in list.EnumerateArray().Index())
        {
            if (item.ValueKind is JsonValueKind.String)
                inputs.Add(item.GetString()!);
            else
                errors.Wrong(string.Create(CultureInfo.InvariantCulture, $"/inputs/{at}"), "type", Detail);
            if (errors.IsFull)
                break;
        }

        return [.. inputs];
    }
}
