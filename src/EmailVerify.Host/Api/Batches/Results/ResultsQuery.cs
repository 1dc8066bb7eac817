using System.Collections.Immutable;
using System.Globalization;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Batches.Results;

/// <summary>Which results of a batch are asked for, and how they are to look.</summary>
internal sealed record ResultsQuery
{
    private const int MaxScore = 100;
    private const int MaxColumns = 16_384;
    private const int MaxPage = 1_000;

    /// <summary>Gets the media type to answer in.</summary>
    public required string Type { get; init; }

    /// <summary>Gets the statuses to be shown; empty is all.</summary>
    public ImmutableArray<VerdictStatus> Status { get; init; }

    /// <summary>Gets the reasons to be shown; empty is all.</summary>
    public ImmutableArray<VerdictReason> Reasons { get; init; }

    /// <summary>Gets the flags of which a row must have at least one; empty is no condition.</summary>
    public ImmutableArray<ResultFlag> Flags { get; init; }

    /// <summary>Gets the least score.</summary>
    public int MinScore { get; init; }

    /// <summary>Gets behind which row to begin, in the order of rows.</summary>
    public long AfterRow { get; init; }

    /// <summary>Gets behind which place to begin, in the order of commits.</summary>
    public ResultCursor AfterDone { get; init; }

    /// <summary>Gets how many rows at most.</summary>
    public long Limit { get; init; }

    /// <summary>Gets a value indicating whether rows come in the order in which they were done.</summary>
    public bool ByDone { get; init; }

    /// <summary>Gets which of the original columns are kept, by name or number; default is all.</summary>
    public ImmutableArray<string> Columns { get; init; }

    /// <summary>Gets what stands between cells of CSV; null is what stood in the file, and a comma where that had none.</summary>
    public byte? Delimiter { get; init; }

    /// <summary>Gets a value indicating whether cells that a spreadsheet would compute are made harmless.</summary>
    public bool Escapes { get; init; }

    /// <summary>Gets a value indicating whether CSV begins with a byte order mark, by which Excel knows UTF-8.</summary>
    public bool HasMark { get; init; }

    /// <summary>Gets a value indicating whether evidence is shown.</summary>
    public bool ShowsEvidence { get; init; }

    /// <summary>Asks for all rows in their order, as one who gives no parameter does.</summary>
    public static ResultsQuery All(string type) => new()
    {
        Type = type,
        Status = [],
        Reasons = [],
        Flags = [],
        Limit = long.MaxValue,
        Escapes = true,
    };

    /// <summary>Reads the parameters.</summary>
    public static Parsed<ResultsQuery> Parse(HttpRequest request)
    {
        var parameters = new Parameters(request.Query);
        var type = parameters.Type(request.Headers.Accept, MediaTypes.Results);
        var order = parameters.Text("order", MaxPage);
        if (order is not (null or "row" or "done"))
            parameters.Wrong("order", "invalid", "order is row or done.");
        var escape = parameters.Text("escape", MaxPage);
        if (escape is not (null or "none" or "formulas"))
            parameters.Wrong("escape", "invalid", "escape is none or formulas.");
        var byDone = order is "done";
        var isPage = type is MediaTypes.Json;
        var query = new ResultsQuery
        {
            Type = type,
            Status = parameters.List<VerdictStatus>("status"),
            Reasons = parameters.List<VerdictReason>("reason"),
            Flags = parameters.List<ResultFlag>("flags"),
            MinScore = (int)(parameters.Number("min_score", 0, MaxScore) ?? 0),
            AfterRow = byDone ? 0 : parameters.Number("after", 0, long.MaxValue) ?? 0,
            AfterDone = byDone ? CursorOf(parameters) : default,
            Limit = parameters.Number("limit", 1, isPage ? MaxPage : long.MaxValue) ?? (isPage ? MaxPage : long.MaxValue),
            ByDone = byDone,
            Columns = ColumnsOf(request, parameters),
            Delimiter = DelimiterOf(parameters),
            Escapes = escape is not "none",
            HasMark = parameters.Flag("bom") ?? false,
            ShowsEvidence = parameters.Flag("evidence") ?? false,
        };
        return parameters.Problem is { } wrong ? wrong : query;
    }

    private static ResultCursor CursorOf(Parameters parameters)
    {
        if (parameters.Text("after", MaxPage) is not { } text)
            return default;
        if (ResultCursor.TryParse(text, out var cursor))
            return cursor;
        parameters.Wrong("after", "invalid", "In this order after is the cursor of the last row, or next of the answer before.");
        return default;
    }

    private static ImmutableArray<string> ColumnsOf(HttpRequest request, Parameters parameters)
    {
        var given = request.Query["columns"];
        if (given.Count == 0)
            return default;
        if (given.Sum(value => value?.Length ?? 0) <= MaxColumns)
            return [.. given.SelectMany(value => (value ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries))];
        parameters.Wrong("columns", "too_long", string.Create(CultureInfo.InvariantCulture, $"columns may have {MaxColumns} characters."));
        return default;
    }

    private static byte? DelimiterOf(Parameters parameters)
    {
        var text = parameters.Text("delimiter", MaxPage);
        if (text is not null && Delimiters.Of(text) is { } delimiter)
            return (byte)delimiter;
        if (text is not null)
            parameters.Wrong("delimiter", "invalid", Delimiters.Detail);
        return null;
    }
}

/// <summary>What a result can be asked for by.</summary>
internal enum ResultFlag
{
    /// <summary>The domain accepts any local part.</summary>
    AcceptAll,

    /// <summary>A throw-away mailbox.</summary>
    Disposable,

    /// <summary>A mailbox that anyone gets for free.</summary>
    Free,

    /// <summary>A function, not a person.</summary>
    Role,

    /// <summary>A local part with a tag.</summary>
    Subaddress,

    /// <summary>Nobody reads what is sent to it.</summary>
    NoReply,

    /// <summary>Needs SMTPUTF8.</summary>
    Smtputf8,

    /// <summary>Over its quota.</summary>
    MailboxFull,

    /// <summary>Takes no mail now.</summary>
    MailboxDisabled,
}

/// <summary>
/// A place in the order of commits, and in it the row that was shown last: the rows that repeat another share its place. It needs no mark of its own, since it is nothing
/// but a place within a batch that the caller may read, whatever the filters.
/// </summary>
/// <param name="Place">The place.</param>
/// <param name="Row">The row.</param>
internal readonly record struct ResultCursor(ResultPlace Place, long Row)
{
    private const string Version = "d1.";

    /// <summary>Reads a cursor.</summary>
    public static bool TryParse(string text, out ResultCursor cursor)
    {
        cursor = default;
        if (!text.StartsWith(Version, StringComparison.Ordinal) || text[Version.Length..].Split('.') is not [var revision, var first, var row])
            return false;
        if (!TryNumber(revision, out var ofRevision) || !TryNumber(first, out var ofFirst) || !TryNumber(row, out var ofRow))
            return false;
        cursor = new ResultCursor(new ResultPlace(ofRevision, ofFirst), ofRow);
        return true;
    }

    /// <summary>Writes its text.</summary>
    public string Text() => string.Create(CultureInfo.InvariantCulture, $"{Version}{Place.Revision}.{Place.Row}.{Row}");

    /// <inheritdoc/>
    public override string ToString() => Text();

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
