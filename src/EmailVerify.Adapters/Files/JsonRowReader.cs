using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Files;

/// <summary>
/// Reads a JSON object whose member <c>emails</c> is an array of rows, each a string, which is the address, or an object with a member that is.
/// The rows are read as they come in; the other members, before and behind them, are kept.
/// </summary>
/// <param name="stream">UTF-8; it is not closed.</param>
/// <param name="column">The member of the address; null for <c>email</c>.</param>
/// <param name="bounds">How much is read.</param>
public sealed class JsonRowReader(Stream stream, string? column, UploadBounds bounds) : UploadReader(stream, bounds)
{
    /// <summary>The most octets of the other members, together.</summary>
    public const int MaxMemberOctets = 16 << 10;

    private const string RowsMember = "emails";

    private readonly string column = column ?? JsonRow.DefaultColumn;
    private readonly Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
    private Utf8Text? text;
    private JsonReaderState state;
    private Place place;
    private string member = string.Empty;
    private int memberOctets;
    private bool hasArray;
    private bool hasObjects;

    private enum Place
    {
        Start,
        Member,
        Value,
        Rows,
        End,
    }

    /// <summary>Gets the other members; all of them after the last row. Of several of one name the last counts.</summary>
    public IReadOnlyDictionary<string, JsonElement> Members => members;

    /// <inheritdoc/>
    public override ImmutableArray<string> Columns => [];

    /// <inheritdoc/>
    public override string? Column => hasObjects ? column : null;

    private Utf8Text Text => text ??= new Utf8Text(Input, Encoding.UTF8, Math.Max(Bounds.RowOctets, MaxMemberOctets));

    private bool IsAtRows => place == Place.Value && string.Equals(member, RowsMember, StringComparison.Ordinal);

    /// <inheritdoc/>
    private protected override ValueTask FillAsync(CancellationToken cancellationToken) => Text.FillAsync(cancellationToken);

    /// <inheritdoc/>
    private protected override RowReading? Take()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(Text.Pending, Text.HasEnded && !IsCut, state);
            try
            {
                if (!reader.Read())
                {
                    Pass(reader);
                    return Text.HasEnded ? End() : AwaitRest(Text.Pending.IndexOfAnyExcept(", \t\r\n"u8));
                }

                // A row, and the value of another member, is taken once all of it is there.
                var (token, start) = (reader.TokenType, (int)reader.TokenStartIndex);
                if (place is Place.Rows or Place.Value && !IsAtRows && !reader.TrySkip())
                    return Text.HasEnded ? End() : AwaitRest(start);

                if (Step(reader, token, start) is { } reading)
                    return reading;
            }
            catch (JsonException)
            {
                return Refuse(Text.PositionOf((int)reader.BytesConsumed), "From here on, the body is not JSON; or it ends too early.");
            }
            catch (InvalidOperationException)
            {
                return Refuse(Text.PositionOf((int)reader.TokenStartIndex), "A text is not Unicode.");
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            text?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Goes on by a token, or by a whole value.</summary>
    private RowReading? Step(in Utf8JsonReader reader, JsonTokenType token, int start)
    {
        switch (place)
        {
            case Place.Start when token != JsonTokenType.StartObject:
                return Refuse(new UploadFault.Invalid(string.Empty, "type", "The body must be an object with the member emails."));
            case Place.Value when IsAtRows && token != JsonTokenType.StartArray:
                return Refuse(new UploadFault.Invalid("/emails", token == JsonTokenType.Null ? "required" : "type", "The member emails must be an array."));
            case Place.Value when IsAtRows && hasArray:
                return Refuse(new UploadFault.Invalid("/emails", "duplicate", "The member emails is there twice."));
            case Place.Value when IsAtRows:
                (hasArray, place) = (true, Place.Rows);
                break;
            case Place.Value:
                if (Keep(Text.Pending[start..(int)reader.BytesConsumed]) is { } fault)
                    return Refuse(fault);
                place = Place.Member;
                break;
            case Place.Member when token == JsonTokenType.PropertyName:
                (member, place) = (reader.GetString()!, Place.Value);
                break;
            case Place.Member:
                place = Place.End;
                break;
            case Place.Rows when token != JsonTokenType.EndArray:
                return TakeRow(reader, start);
            default:
                place = Place.Member;
                break;
        }

        Pass(reader);
        return null;
    }

    private RowReading TakeRow(in Utf8JsonReader reader, int start)
    {
        var json = Text.PendingMemory[start..(int)reader.BytesConsumed];
        if (json.Length > Bounds.RowOctets)
            return RefuseLength(start);
        if (JsonRow.TryRead(json, column, out var row, out var isObject, out var octet) is { } error)
            return Refuse(Text.PositionOf(start) + octet, error);
        hasObjects |= isObject;
        Pass(reader);
        return Give(row);
    }

    private UploadFault.Invalid? Keep(ReadOnlySpan<byte> json)
    {
        memberOctets += member.Length + json.Length;
        if (memberOctets > MaxMemberOctets)
            return TooLong();
        CheckUnicode(json);
        var reader = new Utf8JsonReader(json);
        members[member] = JsonElement.ParseValue(ref reader);
        return null;
    }

    /// <summary>Waits for the rest of what begins at a place, unless it is too long already.</summary>
    private RowReading? AwaitRest(int start)
    {
        var isTooLong = Text.Pending.Length - Math.Max(start, 0) > (place == Place.Rows ? Bounds.RowOctets : MaxMemberOctets) || Text.IsFull;
        return !isTooLong ? null : place == Place.Rows ? RefuseLength(Math.Max(start, 0)) : Refuse(TooLong());
    }

    private RowReading RefuseLength(int start) => Refuse(Text.PositionOf(start), $"The row is longer than {Bounds.RowOctets} octets.");

    private UploadFault.Invalid TooLong() => new(
        place == Place.Value ? "/" + member.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal) : string.Empty,
        "too_long",
        $"The members beside emails may have {MaxMemberOctets} octets together.");

    private RowReading End() => hasArray ? Finish() : Refuse(new UploadFault.Invalid("/emails", "required", "The member emails is missing."));

    private void Pass(in Utf8JsonReader reader)
    {
        state = reader.CurrentState;
        Text.Advance((int)reader.BytesConsumed);
    }

    /// <summary>Makes sure that every text in a value can be read.</summary>
    /// <exception cref="InvalidOperationException">One cannot.</exception>
    private static void CheckUnicode(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            throw new InvalidOperationException("Not UTF-8.");
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                _ = reader.GetString();
        }
    }
}
