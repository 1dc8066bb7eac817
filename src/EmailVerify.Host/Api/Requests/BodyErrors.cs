using System.Text.Json;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.Requests;

/// <summary>Reads members of a JSON body, and collects what is wrong with them: at most so many that an answer stays small.</summary>
internal sealed class BodyErrors
{
    private const int MaxErrors = 100;
    private const int MaxName = 64;

    private readonly List<ProblemError> errors = [];

    /// <summary>Gets the problem of all that is wrong, or null.</summary>
    public Problem? Problem => errors.Count == 0 ? null : new Problem(ProblemCode.ValidationFailed, errors[0].Detail) { Errors = [.. errors] };

    /// <summary>Gets a value indicating whether there is no room for more.</summary>
    public bool IsFull => errors.Count >= MaxErrors;

    /// <summary>Adds something wrong.</summary>
    /// <param name="pointer">Where: a JSON pointer (RFC 6901), empty for the whole body.</param>
    /// <param name="code">The stable word.</param>
    /// <param name="detail">For a person.</param>
    public void Wrong(string pointer, string code, string detail)
    {
        if (!IsFull)
            errors.Add(new ProblemError("pointer", pointer, code, detail));
    }

    /// <summary>Says whether the body is an object, which is wrong where it is not.</summary>
    public bool IsObject(JsonElement body)
    {
        if (body.ValueKind is JsonValueKind.Object)
            return true;
        Wrong(string.Empty, "type", "The body must be an object.");
        return false;
    }

    /// <summary>Reads a text, or null where the member is not given, is null or is wrong.</summary>
    public string? Text(JsonElement members, string at, string name, int maxLength, string detail)
    {
        if (!members.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
            return null;
        if (value.ValueKind is not JsonValueKind.String)
        {
            Wrong($"{at}/{name}", "type", detail);
            return null;
        }

        var text = value.GetString()!;
        if (text.Length <= maxLength)
            return text;
        Wrong($"{at}/{name}", "too_long", detail);
        return null;
    }

    /// <summary>Adds each member that is none of those that are known.</summary>
    /// <param name="members">The object.</param>
    /// <param name="known">The names of all that are known.</param>
    public void Others(JsonElement members, params ReadOnlySpan<string> known)
    {
        foreach (var member in members.EnumerateObject())
        {
            if (!known.Contains(member.Name))
                Wrong("/" + Pointer(member.Name), "unknown", $"The members are {string.Join(", ", known)}.");
        }
    }

    // RFC 6901 3; a name of any length is shown as far as it may be one of ours.
    private static string Pointer(string name) =>
        (name.Length > MaxName ? name[..MaxName] : name).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
