using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>The body of POST <c>/v1/verifications</c>. Members that we do not know are ignored.</summary>
internal sealed class VerificationRequest
{
    /// <summary>How many characters an address may have: far more than any that is valid, so that a longer one is a mistake in the request.</summary>
    public const int MaxEmailLength = 1024;

    /// <summary>How many characters a tag may have.</summary>
    public const int MaxTagLength = 256;

    /// <summary>How old a verdict may be that a caller takes: a year.</summary>
    public const int MaxAgeSeconds = 366 * 24 * 60 * 60;

    /// <summary>How long a caller may wait.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(25);


    private List<ProblemError>? errors;

    /// <summary>Gets the text of the address.</summary>
    public string Email { get; private set; } = string.Empty;

    /// <summary>Gets how long to wait, or null when not said. 0 to 25 s.</summary>
    public TimeSpan? Timeout { get; private set; }

    /// <summary>Gets a value indicating whether the end of the wait shall be answered with <c>unknown</c> instead of 202.</summary>
    public bool UnknownOnDeadline { get; private set; }

    /// <summary>Gets how old a verdict may be; null takes any that is fresh, zero asks anew. Up to a year.</summary>
    public TimeSpan? MaxAge { get; private set; }

    /// <summary>Gets the caller's own mark, or null.</summary>
    public string? Tag { get; private set; }

    /// <summary>Gets a value indicating whether the answer shall show evidence.</summary>
    public bool ShowsEvidence { get; private set; } = true;

    /// <summary>Reads a body.</summary>
    public static Parsed<VerificationRequest> Parse(ReadOnlySequence<byte> body)
    {
        var request = new VerificationRequest();
        try
        {
            var reader = new Utf8JsonReader(body);
            request.Read(ref reader);
        }
        catch (JsonException failure)
        {
            return new Problem(ProblemCode.MalformedJson, string.Create(
                CultureInfo.InvariantCulture, $"The body is no JSON from line {failure.LineNumber + 1}, octet {failure.BytePositionInLine + 1} on."));
        }
        catch (InvalidOperationException)
        {
            // The reader's word for a string that is no UTF-8 or holds half a surrogate pair.
            return new Problem(ProblemCode.MalformedJson, "A string of the body is no valid Unicode.");
        }

        return request.errors is null
            ? request
            : new Problem(ProblemCode.ValidationFailed, request.errors[0].Detail) { Errors = [.. request.errors] };
    }

    private void Read(ref Utf8JsonReader reader)
    {
        _ = reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Wrong(new ProblemError("pointer", string.Empty, "type", "The body must be an object with the member email."));
            reader.Skip();
            _ = reader.Read();
            return;
        }

        var hasEmail = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            hasEmail |= ReadMember(ref reader);
        if (!hasEmail)
            Wrong(ProblemError.AtMember("email", "required", "The member email is missing."));

        // What follows the object is read too, so that it is refused.
        _ = reader.Read();
    }

    private bool ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("email"u8))
        {
            _ = reader.Read();
            ReadEmail(ref reader);
            return true;
        }

        if (reader.ValueTextEquals("timeout"u8))
            ReadTimeout(ref reader);
        else if (reader.ValueTextEquals("on_deadline"u8))
            ReadOnDeadline(ref reader);
        else if (reader.ValueTextEquals("max_age_seconds"u8))
            ReadMaxAge(ref reader);
        else if (reader.ValueTextEquals("tag"u8))
            ReadTag(ref reader);
        else if (reader.ValueTextEquals("evidence"u8))
            ReadEvidence(ref reader);
        else
            reader.Skip();
        return false;
    }

    private void ReadEmail(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            var isNull = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            Wrong(ProblemError.AtMember("email", isNull ? "required" : "type", "The member email must be a string."));
            return;
        }

        Email = reader.GetString()!;
        if (Email.Length > MaxEmailLength)
            Wrong(ProblemError.AtMember("email", "too_long", "An address may have 1,024 characters."));
    }

    private void ReadTimeout(ref Utf8JsonReader reader)
    {
        const string Detail = "The member timeout is a number of seconds from 0 to 25.";
        if (!IsOf(ref reader, JsonTokenType.Number, "timeout", Detail))
            return;
        if (reader.TryGetDouble(out var seconds) && seconds >= 0 && seconds <= LongestWait.TotalSeconds)
            Timeout = TimeSpan.FromSeconds(seconds);
        else
            Wrong(ProblemError.AtMember("timeout", "out_of_range", Detail));
    }

    private void ReadOnDeadline(ref Utf8JsonReader reader)
    {
        const string Detail = "The member on_deadline is \"accepted\" or \"unknown\".";
        if (!IsOf(ref reader, JsonTokenType.String, "on_deadline", Detail))
            return;
        UnknownOnDeadline = reader.ValueTextEquals("unknown"u8);
        if (!UnknownOnDeadline && !reader.ValueTextEquals("accepted"u8))
            Wrong(ProblemError.AtMember("on_deadline", "invalid", Detail));
    }

    private void ReadMaxAge(ref Utf8JsonReader reader)
    {
        const string Detail = "The member max_age_seconds is a whole number from 0 to 31622400.";
        if (!IsOf(ref reader, JsonTokenType.Number, "max_age_seconds", Detail))
            return;
        if (reader.TryGetInt32(out var seconds) && seconds is >= 0 and <= MaxAgeSeconds)
            MaxAge = TimeSpan.FromSeconds(seconds);
        else
            Wrong(ProblemError.AtMember("max_age_seconds", "out_of_range", Detail));
    }

    private void ReadTag(ref Utf8JsonReader reader)
    {
        const string Detail = "The member tag is a string of at most 256 characters.";
        if (!IsOf(ref reader, JsonTokenType.String, "tag", Detail))
            return;
        Tag = reader.GetString();
        if (Tag!.Length > MaxTagLength)
            Wrong(ProblemError.AtMember("tag", "too_long", Detail));
    }

    private void ReadEvidence(ref Utf8JsonReader reader)
    {
        _ = reader.Read();
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            ShowsEvidence = reader.GetBoolean();
            return;
        }

        if (reader.TokenType == JsonTokenType.Null)
            return;
        reader.Skip();
        Wrong(ProblemError.AtMember("evidence", "type", "The member evidence is true or false."));
    }

    // Null says the same as absence.
    private bool IsOf(ref Utf8JsonReader reader, JsonTokenType type, string member, string detail)
    {
        _ = reader.Read();
        if (reader.TokenType == type)
            return true;
        if (reader.TokenType != JsonTokenType.Null)
            Wrong(ProblemError.AtMember(member, "type", detail));
        reader.Skip();
        return false;
    }

    private void Wrong(ProblemError error) => (errors ??= []).Add(error);
}
