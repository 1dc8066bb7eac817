using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.Requests;

/// <summary>The members of a small JSON object; those that nobody asks for are ignored.</summary>
internal sealed class SmallBody
{
    /// <summary>A body that is not there says nothing.</summary>
    public static readonly SmallBody Empty = new();

    private readonly Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);

    /// <summary>Reads the body of a request, if it has one.</summary>
    public static async ValueTask<Parsed<SmallBody>> ReadAsync(HttpContext context, string? otherType = null) =>
        JsonBody.IsThere(context.Request) ? await JsonBody.ReadAsync(context, Parse, otherType) : Empty;

    /// <summary>Gets a member, or null where it is not given.</summary>
    public JsonElement? this[string name] => members.TryGetValue(name, out var value) ? value : null;

    /// <summary>Gets the names of its members.</summary>
    public IEnumerable<string> Names => members.Keys;

    /// <summary>Makes the problem of what is wrong with members.</summary>
    public static Problem Wrong(params ImmutableArray<ProblemError> errors) => new(ProblemCode.ValidationFailed, errors[0].Detail) { Errors = errors };

    private static Parsed<SmallBody> Parse(ReadOnlySequence<byte> octets) => octets.IsEmpty ? Empty : JsonBody.Parse<SmallBody>(octets, Read);

    private static SmallBody? Read(JsonElement root, BodyErrors errors)
    {
        if (!errors.IsObject(root))
            return null;
        var body = new SmallBody();
        foreach (var member in root.EnumerateObject())
        {
            // Half a surrogate pair is found here, not where the text is used.
            _ = member.Value.ValueKind is JsonValueKind.String ? member.Value.GetString() : null;
            body.members[member.Name] = member.Value.Clone();
        }

        return body;
    }
}
