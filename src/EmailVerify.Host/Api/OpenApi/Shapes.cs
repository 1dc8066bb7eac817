using System.Text.Json.Nodes;

namespace EmailVerify.Host.Api.OpenApi;

/// <summary>The words in which descriptions say what a value may be; for <c>using static</c>. Each text, number and list has bounds.</summary>
internal static class Shapes
{
    // What is in our answers and has no bound of its own is bounded by what a JSON number carries exactly: 2^53 - 1.
    private const long MostExact = 9_007_199_254_740_991;

    /// <summary>Gets any JSON value.</summary>
    public static Shape Anything { get; } = new();

    /// <summary>Gets a flag.</summary>
    public static Shape Flag { get; } = new() { Type = "boolean" };

    /// <summary>Gets a time: RFC 3339, in answers UTC with milliseconds.</summary>
    public static Shape Time { get; } = new() { Type = "string", Rules = [("format", "date-time"), ("maxLength", 64)] };

    /// <summary>Gets a day, such as 2026-11-24.</summary>
    public static Shape Day { get; } = new() { Type = "string", Rules = [("format", "date"), ("maxLength", 10)] };

    /// <summary>Gets a count of things.</summary>
    public static Shape Count { get; } = Whole(0, MostExact);

    /// <summary>Gets the text of a CSV file, which streams.</summary>
    public static Shape FileText { get; } = new Shape { Type = "string" }.With("contentMediaType", MediaTypes.Csv);

    /// <summary>A text.</summary>
    /// <param name="most">How many characters it may have.</param>
    /// <param name="least">How many it must have.</param>
    public static Shape Text(int most, int least = 0) =>
        new() { Type = "string", Rules = least == 0 ? [("maxLength", most)] : [("minLength", least), ("maxLength", most)] };

    /// <summary>An id: its kind and a UUIDv7 as 26 characters of Crockford's base 32.</summary>
    public static Shape Id(string kind) => new() { Type = "string", Rules = [("pattern", $"^{kind}_[0-9A-Z]{{26}}$"), ("maxLength", kind.Length + 27)] };

    /// <summary>A path of this API, without a host.</summary>
    public static Shape Path() => new() { Type = "string", Rules = [("format", "uri-reference"), ("maxLength", 2_048)] };

    /// <summary>A whole number.</summary>
    public static Shape Whole(long least, long most = MostExact) =>
        new() { Type = "integer", Rules = [("format", most <= int.MaxValue ? "int32" : "int64"), ("minimum", least), ("maximum", most)] };

    /// <summary>A number.</summary>
    public static Shape Number(double least, double most) => new() { Type = "number", Rules = [("format", "double"), ("minimum", least), ("maximum", most)] };

    /// <summary>One of some words, and never another: what requests may say, and the four statuses.</summary>
    public static Shape OneOf(params ReadOnlySpan<string> words) => new() { Type = "string", Words = [.. words] };

    /// <summary>One of the words of an enum, and never another.</summary>
    public static Shape OneOf<TEnum>()
        where TEnum : struct, Enum => OneOf([.. Core.Words.All<TEnum>()]);

    /// <summary>One of some words, to which later versions may add: clients must accept words that they do not know.</summary>
    public static Shape Word(params ReadOnlySpan<string> words) => new()
    {
        Type = "string",
        Rules = [("maxLength", 64), ("x-extensible-enum", new JsonArray([.. words.ToArray().Select(word => JsonValue.Create(word))]))],
    };

    /// <summary>One of the words of an enum, to which later versions may add.</summary>
    public static Shape Word<TEnum>()
        where TEnum : struct, Enum => Word([.. Core.Words.All<TEnum>()]);

    /// <summary>A list.</summary>
    /// <param name="items">What each element is.</param>
    /// <param name="most">How many elements it may have.</param>
    public static Shape List(Shape items, long most) => new() { Type = "array", Items = items, Rules = [("maxItems", most)] };

    /// <summary>An object whose members' names are data.</summary>
    /// <param name="values">What the value of each is.</param>
    /// <param name="most">How many members it may have.</param>
    public static Shape Map(Shape values, int most) => new() { Type = "object", Values = values, Rules = [("maxProperties", most)] };

    /// <summary>An object.</summary>
    public static Shape Object(params ReadOnlySpan<Member> members) => new() { Type = "object", Members = [.. members] };

    /// <summary>Any of several shapes.</summary>
    public static Shape Either(params ReadOnlySpan<Shape> choices) => new() { Choices = [.. choices] };

    /// <summary>A member that is always there.</summary>
    public static Member Has(string name, Shape shape, string? about = null) => new(name, shape, about, IsOptional: false);

    /// <summary>A member that may be missing.</summary>
    public static Member May(string name, Shape shape, string? about = null) => new(name, shape, about, IsOptional: true);
}
