using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailVerify.Sandbox.Personas;

/// <summary>
/// A reply as it goes on the wire. In JSON either its text, or an object with <c>text</c> and what is special about it.
/// </summary>
/// <param name="Text">All of its lines with their codes, parted by <c>\n</c>; empty for no reply.</param>
[JsonConverter(typeof(ScriptedReplyConverter))]
public sealed record ScriptedReply(string Text)
{
    /// <summary>Gets what happens after it.</summary>
    public AfterReply Then { get; init; }

    /// <summary>Gets how it is cut into segments.</summary>
    public Pieces Pieces { get; init; }

    /// <summary>Gets how many milliseconds pass between two segments.</summary>
    public int Pause { get; init; }

    /// <summary>Gets how many milliseconds pass before it.</summary>
    public int Delay { get; init; }

    /// <summary>Gets its code, or 0 when it has none.</summary>
    [JsonIgnore]
    public int Code =>
        Text.Length >= 3 && int.TryParse(Text.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 0;
}

/// <summary>What happens after a reply.</summary>
public enum AfterReply
{
    /// <summary>The session goes on.</summary>
    GoOn,

    /// <summary>The host closes the connection.</summary>
    Close,

    /// <summary>The host closes the connection before the last line has ended.</summary>
    CutMidLine,

    /// <summary>The host answers nothing any more, but listens.</summary>
    Hang,
}

/// <summary>How a reply is cut into segments.</summary>
public enum Pieces
{
    /// <summary>Not at all.</summary>
    Whole,

    /// <summary>A segment for each line.</summary>
    Lines,

    /// <summary>A segment for each octet.</summary>
    Octets,
}

/// <summary>Reads a reply from a text or an object.</summary>
internal sealed class ScriptedReplyConverter : JsonConverter<ScriptedReply>
{
    public override ScriptedReply Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new ScriptedReply(reader.GetString()!);
        var shape = JsonSerializer.Deserialize<Shape>(ref reader, options) ?? throw new JsonException("A reply is a text or an object.");
        return new ScriptedReply(shape.Text) { Then = shape.Then, Pieces = shape.Pieces, Pause = shape.Pause, Delay = shape.Delay };
    }

    public override void Write(Utf8JsonWriter writer, ScriptedReply value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new Shape(value.Text, value.Then, value.Pieces, value.Pause, value.Delay), options);

    private sealed record Shape(string Text, AfterReply Then, Pieces Pieces, int Pause, int Delay);
}
