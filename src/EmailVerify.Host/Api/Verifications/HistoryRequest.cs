using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;
using Microsoft.Extensions.Primitives;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>Which part of which address' history is asked for.</summary>
/// <param name="Email">The address' text.</param>
/// <param name="From">Made at or after, or null.</param>
/// <param name="To">Made before, or null.</param>
/// <param name="After">The cursor, or null.</param>
/// <param name="Limit">How many, 1 to 1,000.</param>
internal sealed record HistoryRequest(string Email, DateTimeOffset? From, DateTimeOffset? To, string? After, int Limit)
{
    /// <summary>How many are shown to who does not say.</summary>
    public const int DefaultLimit = 100;

    /// <summary>How many are shown at most.</summary>
    public const int MaxLimit = 1000;

    private const string EmailDetail = "email must be an address' text of at most 1,024 characters.";
    private const string TimeDetail = "A time is written as in RFC 3339: 2026-11-24T10:15:40Z.";
    private const string AfterDetail = "after is next of the answer before, a string.";
    private const string LimitDetail = "limit is a whole number from 1 to 1000.";

    /// <summary>Reads the parameters of GET.</summary>
    public static Parsed<HistoryRequest> Parse(IQueryCollection query)
    {
        var errors = new List<ProblemError>();
        var email = Single(query["email"]);
        if (email is null || email.Length > VerificationRequest.MaxEmailLength)
            errors.Add(ProblemError.AtParameter("email", email is null ? "required" : "too_long", EmailDetail));
        return Parse(email, name => Single(query[name]), ProblemError.AtParameter, errors);
    }

    /// <summary>Reads the body of a search; the other members may stand in the body too.</summary>
    public static Parsed<HistoryRequest> Parse(ReadOnlySequence<byte> body)
    {
        Dictionary<string, string?> members;
        var errors = new List<ProblemError>();
        try
        {
            members = Members(body, errors);
        }
        catch (JsonException)
        {
            return new Problem(ProblemCode.MalformedJson, "The body is no JSON object.");
        }
        catch (InvalidOperationException)
        {
            return new Problem(ProblemCode.MalformedJson, "A string of the body is no valid Unicode.");
        }

        // Members of a wrong type are all that is said.
        if (errors.Count > 0)
            return new Problem(ProblemCode.ValidationFailed, errors[0].Detail) { Errors = [.. errors] };
        var email = members.GetValueOrDefault("email");
        if (email is null || email.Length > VerificationRequest.MaxEmailLength)
            errors.Add(ProblemError.AtMember("email", email is null ? "required" : "too_long", EmailDetail));
        return Parse(email, members.GetValueOrDefault, ProblemError.AtMember, errors);
    }

    private static Parsed<HistoryRequest> Parse(
        string? email, Func<string, string?> value, Func<string, string, string, ProblemError> wrong, List<ProblemError> errors)
    {
        var from = Time("from");
        var to = Time("to");
        var limit = DefaultLimit;
        if (value("limit") is { } text
            && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit))
        {
            errors.Add(wrong("limit", "out_of_range", LimitDetail));
        }

        return errors.Count == 0
            ? new HistoryRequest(email!, from, to, value("after"), limit)
            : new Problem(ProblemCode.ValidationFailed, errors[0].Detail) { Errors = [.. errors] };

        DateTimeOffset? Time(string name)
        {
            if (value(name) is not { } text)
                return null;
            if (Rfc3339.TryParse(text, out var time))
                return time;
            errors.Add(wrong(name, "invalid", TimeDetail));
            return null;
        }
    }

    // Only what is known is kept, each as its text.
    private static Dictionary<string, string?> Members(ReadOnlySequence<byte> body, List<ProblemError> errors)
    {
        var members = new Dictionary<string, string?>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(body);
        _ = reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            errors.Add(new ProblemError("pointer", string.Empty, "type", "The body must be an object with the member email."));
            reader.Skip();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            _ = reader.Read();
            if (name is "email" or "from" or "to" or "after" or "limit")
                members[name] = TextOf(ref reader, name, errors);
            reader.Skip();
        }

        _ = reader.Read();
        return members;
    }

    private static string? TextOf(ref Utf8JsonReader reader, string name, List<ProblemError> errors)
    {
        var type = name is "limit" ? JsonTokenType.Number : JsonTokenType.String;
        if (reader.TokenType == type)
            return type is JsonTokenType.String ? reader.GetString() : reader.TryGetInt32(out var number) ? number.ToString(CultureInfo.InvariantCulture) : "-";
        if (reader.TokenType != JsonTokenType.Null)
            errors.Add(ProblemError.AtMember(name, "type", name switch { "email" => EmailDetail, "limit" => LimitDetail, "after" => AfterDetail, _ => TimeDetail }));
        return null;
    }

    private static string? Single(StringValues values) => values is [{ } value] ? value : null;
}
