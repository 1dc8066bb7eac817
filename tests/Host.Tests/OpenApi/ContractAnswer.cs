using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmailVerify.Host.Tests.OpenApi;

/// <summary>The body of an answer while it is read: lines and events are looked at as they come, JSON at its end, and other text is taken as it is.</summary>
/// <param name="document">What it is held to.</param>
/// <param name="operation">Whose answer it is; null is any problem.</param>
/// <param name="status">Its status.</param>
/// <param name="type">Its media type.</param>
/// <param name="schema">What it is as a whole.</param>
/// <param name="item">What each of its lines or events is, or null.</param>
/// <param name="note">Takes which documented answer it was.</param>
internal sealed class ContractAnswer(Contract document, ContractOperation? operation, int status, string type, JsonNode schema, JsonNode? item, Action<string> note)
{
    // Of a long download every line would cost more than the test.
    private const int MaxLines = 1_000;

    private readonly MemoryStream pending = new();
    private int lines;
    private bool isEnded;

    public void Add(ReadOnlySpan<byte> octets)
    {
        if (item is null)
        {
            if (type.EndsWith("json", StringComparison.Ordinal))
                pending.Write(octets);
            return;
        }

        while (octets.IndexOf((byte)'\n') is >= 0 and var at)
        {
            pending.Write(octets[..at]);
            octets = octets[(at + 1)..];
            EndLine();
        }

        pending.Write(octets);
    }

    public void End()
    {
        if (isEnded)
            return;
        isEnded = true;
        string? code = null;
        if (item is null && type.EndsWith("json", StringComparison.Ordinal))
        {
            using var value = JsonDocument.Parse(pending.ToArray());
            Check(schema, value.RootElement);
            code = type is "application/problem+json" ? value.RootElement.GetProperty("code").GetString() : null;
        }

        if (operation is not null)
            note(code is null ? $"{operation.Id} {status} {type}" : $"{operation.Id} {status} {type} {code}");
    }

    private void EndLine()
    {
        var line = pending.GetBuffer().AsSpan(0, (int)pending.Length);
        var isEvent = type is "text/event-stream";
        if (line.StartsWith("data: "u8) || (!isEvent && !line.IsEmpty))
        {
            if (++lines <= MaxLines)
            {
                var reader = new Utf8JsonReader(isEvent ? line["data: "u8.Length..] : line);
                using var value = JsonDocument.ParseValue(ref reader);
                Check(item!, value.RootElement);
            }

            // A stream of events may never end.
            if (isEvent && operation is not null)
                note($"{operation.Id} {status} {type}");
        }

        pending.SetLength(0);
    }

    private void Check(JsonNode to, JsonElement value)
    {
        if (document.Fault(to, value, isAnswer: true) is { } fault)
            throw new ContractException($"{operation?.Id ?? "Somebody"} answered {status} {type} that is not as documented: {fault}\n{Cut(value.GetRawText())}");
    }

    private static string Cut(string text) => text.Length <= 2_000 ? text : text[..2_000];
}
