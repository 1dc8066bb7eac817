using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Domains;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>Which part of which history is asked for: that of an address, or that of all that the other members say.</summary>
/// <param name="Email">The address' text; null is any, and then only all the members from <paramref name="Domain"/> to <paramref name="Batch"/> may be given.</param>
/// <param name="Domain">The domain in A-labels, or null.</param>
/// <param name="Status">The status, or null.</param>
/// <param name="IsPending">Whether those are asked for that have no verdict yet.</param>
/// <param name="Reason">The reason, or null.</param>
/// <param name="Batch">The id of a batch, or null.</param>
/// <param name="From">Made at or after, or null.</param>
/// <param name="To">Made before, or null.</param>
/// <param name="After">The cursor, or null.</param>
/// <param name="Limit">How many, 1 to 1,000.</param>
internal sealed record HistoryRequest(
    string? Email, string? Domain, VerdictStatus? Status, bool IsPending, VerdictReason? Reason, string? Batch, DateTimeOffset? From, DateTimeOffset? To, string? After, int Limit)
{
    /// <summary>How many are shown to who does not say.</summary>
    public const int DefaultLimit = 100;

    /// <summary>How many are shown at most.</summary>
    public const int MaxLimit = 1000;

    /// <summary>The words that a status may be: the last one stands in place of one that is not there yet.</summary>
    public static readonly ImmutableArray<string> Statuses = [.. Words.All<VerdictStatus>(), NoneYet];

    private const string NoneYet = "pending";

    // What says which verifications, where it is not the address.
    private static readonly ImmutableArray<string> Filters = ["domain", "status", "reason", "batch"];
    private static readonly ImmutableArray<string> Members = ["email", .. Filters, "from", "to", "after", "limit"];

    /// <summary>Reads the parameters of GET.</summary>
    public static Parsed<HistoryRequest> Parse(IQueryCollection query)
    {
        var errors = new List<ProblemError>();
        foreach (var name in Members)
        {
            if (query[name].Count > 1)
                errors.Add(ProblemError.AtParameter(name, "invalid", $"The parameter {name} is given more than once."));
        }

        return Parse(name => query[name] is [{ } value] ? value : null, ProblemError.AtParameter, errors);
    }

    /// <summary>Reads the body of a search.</summary>
    public static Parsed<HistoryRequest> Parse(ReadOnlySequence<byte> body)
    {
        Dictionary<string, string?> members;
        var errors = new List<ProblemError>();
        try
        {
            members = Read(body, errors);
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
        return errors.Count > 0 ? SmallBody.Wrong([.. errors]) : Parse(members.GetValueOrDefault, ProblemError.AtMember, errors);
    }

    private static Parsed<HistoryRequest> Parse(Func<string, string?> value, Func<string, string, string, ProblemError> wrong, List<ProblemError> errors)
    {
        var email = value("email");
        if (email?.Length > VerificationRequest.MaxEmailLength)
            errors.Add(wrong("email", "too_long", DetailOf("email")));
        if (email is not null)
        {
            foreach (var name in Filters.Where(name => value(name) is not null))
                errors.Add(wrong(name, "invalid", $"The history of an address is asked for by email, with from and to alone: leave out {name}, or email."));
        }

        var domain = value("domain") is { } text ? DomainText.Parse(text) : null;
        if (domain is null && value("domain") is not null)
            errors.Add(wrong("domain", "invalid", DomainText.Detail));
        VerdictStatus? status = null;
        if (value("status") is { } word and not NoneYet)
            status = Word<VerdictStatus>("status", word);
        VerdictReason? reason = value("reason") is { } why ? Word<VerdictReason>("reason", why) : null;
        var batch = value("batch");
        if (batch is not null && !Id.HasForm(batch, "bat"))
            errors.Add(wrong("batch", "invalid", DetailOf("batch")));
        var from = Time("from");
        var to = Time("to");
        var limit = DefaultLimit;
        if (value("limit") is { } number && !(int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit))
            errors.Add(wrong("limit", "out_of_range", DetailOf("limit")));

        return errors.Count == 0
            ? new HistoryRequest(email, domain?.Domain, status, value("status") is NoneYet, reason, batch, from, to, value("after"), limit)
            : SmallBody.Wrong([.. errors]);

        TEnum? Word<TEnum>(string name, string given)
            where TEnum : struct, Enum
        {
            if (Words.TryParse<TEnum>(given, out var known))
                return known;
            errors.Add(wrong(name, "invalid", DetailOf(name)));
            return null;
        }

        DateTimeOffset? Time(string name)
        {
            if (value(name) is not { } given)
                return null;
            if (Rfc3339.TryParse(given, out var time))
                return time;
            errors.Add(wrong(name, "invalid", DetailOf(name)));
            return null;
        }
    }

    private static string DetailOf(string name) => name switch
    {
        "email" => "email must be an address' text of at most 1,024 characters.",
        "domain" => DomainText.Detail,
        "status" => $"status is one of these words: {string.Join(", ", Statuses)}.",
        "reason" => $"reason is one of these words: {string.Join(", ", Words.All<VerdictReason>())}.",
        "batch" => "batch is the id of a batch: bat_ and 26 characters.",
        "limit" => "limit is a whole number from 1 to 1000.",
        "after" => "after is next of the answer before, a string.",
        _ => "A time is written as in RFC 3339: 2026-11-24T10:15:40Z.",
    };

    // Only what is known is kept, each as its text.
    private static Dictionary<string, string?> Read(ReadOnlySequence<byte> body, List<ProblemError> errors)
    {
        var members = new Dictionary<string, string?>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(body);
        _ = reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            errors.Add(new ProblemError("pointer", string.Empty, "type", "The body must be an object, such as {\"email\":\"jane@example.com\"}."));
            reader.Skip();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            _ = reader.Read();
            if (Members.Contains(name, StringComparer.Ordinal))
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
            errors.Add(ProblemError.AtMember(name, "type", DetailOf(name)));
        return null;
    }
}
