using System.Collections.Immutable;
using System.Globalization;
using EmailVerify.Core;
using EmailVerify.Host.Api.Problems;
using Microsoft.Extensions.Primitives;

namespace EmailVerify.Host.Api.Requests;

/// <summary>Reads the parameters of a query, and collects what is wrong with them. Those that nobody asks for are ignored.</summary>
/// <param name="query">The query.</param>
internal sealed class Parameters(IQueryCollection query)
{
    /// <summary>How days are written.</summary>
    public const string DayForm = "yyyy-MM-dd";

    private List<ProblemError>? errors;

    /// <summary>Gets the problem of all that is wrong, or null.</summary>
    public Problem? Problem => errors is null ? null : new Problem(ProblemCode.ValidationFailed, errors[0].Detail) { Errors = [.. errors] };

    /// <summary>Adds something wrong.</summary>
    public void Wrong(string name, string code, string detail) => (errors ??= []).Add(ProblemError.AtParameter(name, code, detail));

    /// <summary>Reads a text, or null where the parameter is not given.</summary>
    public string? Text(string name, int maxLength)
    {
        var values = query[name];
        if (values.Count == 0)
            return null;
        if (values is [{ } value] && value.Length <= maxLength)
            return value;
        Wrong(name, values.Count > 1 ? "invalid" : "too_long", values.Count > 1
            ? $"The parameter {name} is given more than once."
            : string.Create(CultureInfo.InvariantCulture, $"The parameter {name} may have {maxLength} characters."));
        return null;
    }

    /// <summary>Reads a whole number, or null.</summary>
    public long? Number(string name, long least, long most)
    {
        if (Text(name, maxLength: 20) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Wrong(name, "out_of_range", string.Create(CultureInfo.InvariantCulture, $"{name} is a whole number from {least} to {most}."));
        return null;
    }

    /// <summary>Reads a flag, or null.</summary>
    public bool? Flag(string name)
    {
        switch (Text(name, maxLength: 20))
        {
            case "true":
                return true;
            case "false":
                return false;
            case null:
                return null;
            default:
                Wrong(name, "invalid", $"{name} is true or false.");
                return null;
        }
    }

    /// <summary>Reads a time, or null.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Text(name, maxLength: 64) is not { } text)
            return null;
        if (Rfc3339.TryParse(text, out var time))
            return time;
        Wrong(name, "invalid", "A time is written as in RFC 3339: 2026-11-24T10:15:40Z.");
        return null;
    }

    /// <summary>Reads a day, from 1970 on, or null.</summary>
    public DateOnly? Day(string name)
    {
        if (Text(name, maxLength: 64) is not { } text)
            return null;
        if (DateOnly.TryParseExact(text, DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day >= DateOnly.FromDateTime(DateTime.UnixEpoch))
            return day;
        Wrong(name, "invalid", $"{name} is a day, written as in 2026-11-24.");
        return null;
    }

    /// <summary>Reads in which media type to answer: the parameter <c>format</c> says it, or else the header Accept.</summary>
    /// <param name="accept">The header.</param>
    /// <param name="offered">What there is, the default first; a format is called by the last word of its type.</param>
    public string Type(StringValues accept, ImmutableArray<string> offered)
    {
        if (Text("format", maxLength: 20) is not { } format)
            return AcceptHeader.Choose(accept, offered) ?? offered[0];
        ImmutableArray<string> words = [.. offered.Select(type => type[(type.LastIndexOfAny(['/', '-']) + 1)..])];
        if (words.IndexOf(format) is >= 0 and var at)
            return offered[at];
        Wrong("format", "invalid", $"format is {string.Join(", ", words[..^1])} or {words[^1]}.");
        return offered[0];
    }

    /// <summary>Reads a list of words between commas; empty where the parameter is not given.</summary>
    public ImmutableArray<TEnum> List<TEnum>(string name)
        where TEnum : struct, Enum
    {
        if (Text(name, maxLength: 1_024) is not { } text)
            return [];
        var values = ImmutableArray.CreateBuilder<TEnum>();
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Words.TryParse<TEnum>(word, out var value))
            {
                values.Add(value);
                continue;
            }

            Wrong(name, "invalid", $"{name} is a list of these words, with commas between: {string.Join(", ", Words.All<TEnum>())}.");
            return [];
        }

        return values.DrainToImmutable();
    }
}
