using System.Globalization;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.Batches;

/// <summary>
/// What is asked of a new batch: in the query, in fields of a form or in members of a JSON body. Where several say it the first counts; what we do not know is ignored.
/// </summary>
internal sealed class BatchWish
{
    /// <summary>How many characters a name, a tag or a column may have.</summary>
    public const int MaxText = 256;

    /// <summary>How old a verdict may be that answers a row: a year.</summary>
    public const int MaxAgeSeconds = 366 * 24 * 60 * 60;

    /// <summary>What is said of a wrong priority.</summary>
    public const string PriorityDetail = "priority is low, normal or high.";

    private readonly List<ProblemError> errors = [];

    /// <summary>Gets the name for people, or null.</summary>
    public string? Name { get; private set; }

    /// <summary>Gets the customer's own mark, or null.</summary>
    public string? Tag { get; private set; }

    /// <summary>Gets the column of the addresses: its name or its number, or null.</summary>
    public string? Column { get; private set; }

    /// <summary>Gets what stands between the cells of a CSV file, or null.</summary>
    public char? Delimiter { get; private set; }

    /// <summary>Gets whether the first line of a CSV file names the columns, or null.</summary>
    public bool? HasHeader { get; private set; }

    /// <summary>Gets whether an address that is there several times is asked about once; null means yes.</summary>
    public bool? Dedupes { get; private set; }

    /// <summary>Gets whether rows that repeat an address leave results and total; null means no.</summary>
    public bool? DropsDuplicates { get; private set; }

    /// <summary>Gets the rank; null means normal.</summary>
    public BatchPriority? Priority { get; private set; }

    /// <summary>Gets how old a verdict may be that answers a row, or null.</summary>
    public TimeSpan? MaxAge { get; private set; }

    /// <summary>Gets whether work begins at once; null means yes.</summary>
    public bool? Starts { get; private set; }

    /// <summary>Gets the problem of all that is wrong, or null.</summary>
    public Problem? Problem => errors.Count == 0 ? null : new Problem(ProblemCode.ValidationFailed, errors[0].Detail) { Errors = [.. errors] };

    /// <summary>Takes the parameters of a query.</summary>
    public void Take(IQueryCollection query)
    {
        foreach (var (name, values) in query)
            Set(name, values is [{ } value] ? value : null, isLate: false, ProblemError.AtParameter);
    }

    /// <summary>Takes a parameter of the media type, such as <c>header=absent</c>.</summary>
    public void TakeParameter(string name, string value) =>
        Set(name, value, isLate: false, (_, code, detail) => ProblemError.AtHeader("Content-Type", code, detail));

    /// <summary>Takes a field of a form.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="isLate">Whether it came behind the file.</param>
    public void TakeField(string name, string value, bool isLate) => Set(name, value, isLate, ProblemError.AtMember);

    /// <summary>Takes a member of a JSON body.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="isLate">Whether it came behind the rows, or might have.</param>
    public void TakeMember(string name, JsonElement value, bool isLate)
    {
        if (value.ValueKind is JsonValueKind.Null)
            return;
        var isGood = (name, value.ValueKind) switch
        {
            ("name" or "tag" or "column" or "delimiter" or "priority" or "header", JsonValueKind.String) => true,
            ("dedupe" or "drop_duplicates" or "start" or "header", JsonValueKind.True or JsonValueKind.False) => true,
            ("column" or "max_age_seconds", JsonValueKind.Number) => true,
            ("name" or "tag" or "column" or "delimiter" or "priority" or "header" or "dedupe" or "drop_duplicates" or "start" or "max_age_seconds", _) => false,
            _ => true,
        };
        if (!isGood)
        {
            errors.Add(ProblemError.AtMember(name, "type", $"The member {name} is of another type."));
            return;
        }

        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
        Set(name, text, isLate, ProblemError.AtMember);
    }

    /// <summary>Checks what makes sense together only, once everything was taken.</summary>
    public void Check()
    {
        if (DropsDuplicates == true && Dedupes == false)
            errors.Add(ProblemError.AtParameter("drop_duplicates", "invalid", "Without dedupe no duplicates are found that could be dropped."));
    }

    private void Set(string name, string? value, bool isLate, Func<string, string, string, ProblemError> wrong)
    {
        // How rows are read cannot be said after they were.
        if (isLate && name is ("column" or "delimiter" or "header" or "dedupe" or "drop_duplicates"))
        {
            if (!IsSet(name) && value is not { Length: 0 })
                errors.Add(wrong(name, "invalid", $"{name} must stand before the rows, or in the query."));
            return;
        }

        switch (name)
        {
            case "name":
                Name ??= Text();
                break;
            case "tag":
                Tag ??= Text();
                break;
            case "column":
                Column ??= Text();
                break;
            case "delimiter":
                Delimiter ??= DelimiterOf();
                break;
            case "header":
                HasHeader ??= Choice("present", "absent", "header is true or false.");
                break;
            case "dedupe":
                Dedupes ??= Choice(null, null, "dedupe is true or false.");
                break;
            case "drop_duplicates":
                DropsDuplicates ??= Choice(null, null, "drop_duplicates is true or false.");
                break;
            case "start":
                Starts ??= Choice(null, null, "start is true or false.");
                break;
            case "priority":
                if (Words.TryParse<BatchPriority>(value, out var priority))
                    Priority ??= priority;
                else
                    errors.Add(wrong(name, "invalid", PriorityDetail));
                break;
            case "max_age_seconds":
                if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxAgeSeconds)
                    MaxAge ??= TimeSpan.FromSeconds(seconds);
                else
                    errors.Add(wrong(name, "out_of_range", "max_age_seconds is a whole number from 0 to 31622400."));
                break;
        }

        string? Text()
        {
            if (value is { Length: > 0 and <= MaxText })
                return value;
            if (value is not { Length: 0 })
                errors.Add(wrong(name, value is null ? "invalid" : "too_long", $"{name} is one text of at most 256 characters."));
            return null;
        }

        char? DelimiterOf()
        {
            if (Delimiters.Of(value) is { } delimiter)
                return delimiter;
            errors.Add(wrong(name, "invalid", Delimiters.Detail));
            return null;
        }

        bool? Choice(string? yes, string? no, string detail)
        {
            if (value is "true" || (value is not null && value.Equals(yes, StringComparison.Ordinal)))
                return true;
            if (value is "false" || (value is not null && value.Equals(no, StringComparison.Ordinal)))
                return false;
            errors.Add(wrong(name, "invalid", detail));
            return null;
        }
    }

    private bool IsSet(string name) => name switch
    {
        "column" => Column is not null,
        "delimiter" => Delimiter is not null,
        "header" => HasHeader is not null,
        "dedupe" => Dedupes is not null,
        _ => DropsDuplicates is not null,
    };
}
