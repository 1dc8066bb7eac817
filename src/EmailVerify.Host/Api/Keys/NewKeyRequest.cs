using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Keys;

/// <summary>The body of POST <c>/v1/customers/{id}/keys</c>.</summary>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="IsTest">Whether it is a test key; null is not said.</param>
/// <param name="ExpiresAt">From when on it is refused, or null.</param>
internal sealed record NewKeyRequest(string Name, ImmutableArray<string> Scopes, bool? IsTest, DateTimeOffset? ExpiresAt)
{
    /// <summary>How long a name may be, in characters.</summary>
    public const int MaxName = 100;

    // Of any word that is asked for: enough to tell it from ours.
    private const int MaxWord = 64;

    private static readonly string ScopesDetail = $"The member scopes is an array of one or more of {string.Join(", ", Core.Customers.Scopes.All)}.";

    /// <summary>Reads a body.</summary>
    /// <param name="body">Its octets.</param>
    /// <param name="now">The time that an end must be after.</param>
    public static Parsed<NewKeyRequest> Parse(ReadOnlySequence<byte> body, DateTimeOffset now) => JsonBody.Parse(body, (root, errors) => Read(root, now, errors));

    private static NewKeyRequest? Read(JsonElement body, DateTimeOffset now, BodyErrors errors)
    {
        if (!errors.IsObject(body))
            return null;
        errors.Others(body, "name", "scopes", "environment", "expires_at");
        return new NewKeyRequest(NameOf(body, errors), ScopesOf(body, errors), IsTestOf(body, errors), ExpiresAtOf(body, now, errors));
    }

    private static string NameOf(JsonElement body, BodyErrors errors)
    {
        const string Detail = "The member name is from 1 to 100 visible characters: what the key is for.";
        var isThere = body.TryGetProperty("name", out var given) && given.ValueKind is not JsonValueKind.Null;
        if (!isThere)
            errors.Wrong("/name", "required", Detail);
        var name = errors.Text(body, string.Empty, "name", MaxName, Detail) ?? string.Empty;
        if (isThere && given.ValueKind is JsonValueKind.String && name.Length <= MaxName && (string.IsNullOrWhiteSpace(given.GetString()) || name.Any(char.IsControl)))
            errors.Wrong("/name", "invalid", Detail);
        return name;
    }

    private static ImmutableArray<string> ScopesOf(JsonElement body, BodyErrors errors)
    {
        if (!body.TryGetProperty("scopes", out var given) || given.ValueKind is JsonValueKind.Null)
        {
            errors.Wrong("/scopes", "required", ScopesDetail);
            return [];
        }

        if (given.ValueKind is not JsonValueKind.Array || given.GetArrayLength() == 0)
        {
            errors.Wrong("/scopes", given.ValueKind is JsonValueKind.Array ? "invalid" : "type", ScopesDetail);
            return [];
        }

        foreach (var (at, scope) in given.EnumerateArray().Index())
        {
            if (scope.ValueKind is not JsonValueKind.String || !Core.Customers.Scopes.All.Contains(scope.GetString()!, StringComparer.Ordinal))
                errors.Wrong(string.Create(CultureInfo.InvariantCulture, $"/scopes/{at}"), scope.ValueKind is JsonValueKind.String ? "invalid" : "type", ScopesDetail);
        }

        // In our order, each once.
        return [.. Core.Customers.Scopes.All.Where(known => given.EnumerateArray().Any(scope => scope.ValueKind is JsonValueKind.String && scope.ValueEquals(known)))];
    }

    private static bool? IsTestOf(JsonElement body, BodyErrors errors)
    {
        const string Detail = "The member environment is live or test.";
        switch (errors.Text(body, string.Empty, "environment", MaxWord, Detail))
        {
            case null:
                return null;
            case "live":
                return false;
            case "test":
                return true;
            default:
                errors.Wrong("/environment", "invalid", Detail);
                return null;
        }
    }

    private static DateTimeOffset? ExpiresAtOf(JsonElement body, DateTimeOffset now, BodyErrors errors)
    {
        const string Detail = "The member expires_at is a time to come, written as in RFC 3339: 2027-11-24T10:15:40Z.";
        if (errors.Text(body, string.Empty, "expires_at", MaxWord, Detail) is not { } text)
            return null;
        if (Rfc3339.TryParse(text, out var time) && time > now)
            return time;
        errors.Wrong("/expires_at", "invalid", Detail);
        return null;
    }
}
