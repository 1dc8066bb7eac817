using System.Buffers;
using System.Text.Json;

namespace EmailVerify.Host.Api.Batches.Uploads;

/// <summary>
/// Looks ahead in a JSON body: what is asked of the batch may stand behind the rows, and some of it says how they are read. A body of up to <see cref="MaxLength"/>
/// is known whole before its first row is; of a longer one only what stands before the rows.
/// </summary>
internal static class JsonHead
{
    /// <summary>How far ahead is looked: some hundred thousand addresses.</summary>
    public const int MaxLength = 4 * 1024 * 1024;

    private const int FirstLength = 16 * 1024;

    /// <summary>Reads the beginning, and gives what it says to a wish.</summary>
    /// <returns>The whole body, to be read by rows.</returns>
    public static async ValueTask<Stream> ReadAsync(Stream body, BatchWish wish, CancellationToken cancellationToken)
    {
        var head = new ArrayBufferWriter<byte>(FirstLength);
        var isWhole = false;
        while (!isWhole && head.WrittenCount < MaxLength)
        {
            var read = await body.ReadAsync(head.GetMemory(FirstLength), cancellationToken);
            head.Advance(read);
            isWhole = read == 0;
        }

        Take(head.WrittenSpan, isWhole, wish);
        return new HeadedStream(head.WrittenMemory, body);
    }

    // What is no JSON is the reader's to refuse, with its place.
    private static void Take(ReadOnlySpan<byte> head, bool isWhole, BatchWish wish)
    {
        var reader = new Utf8JsonReader(head, isWhole, state: default);
        try
        {
            if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
                return;
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!reader.Read())
                    return;
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                {
                    if (!reader.TrySkip())
                        return;
                    continue;
                }

                wish.TakeMember(name, JsonElement.ParseValue(ref reader), isLate: false);
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return;
        }
    }
}
