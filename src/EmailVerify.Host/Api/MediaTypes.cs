using System.Collections.Immutable;

namespace EmailVerify.Host.Api;

/// <summary>The media types that the API reads and writes.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string Problem = "application/problem+json";
    public const string MergePatch = "application/merge-patch+json";
    public const string Ndjson = "application/x-ndjson";
    public const string Csv = "text/csv";
    public const string CsvWithHeader = "text/csv; charset=utf-8; header=present";
    public const string EventStream = "text/event-stream";
    public const string Gzip = "application/gzip";
    public const string Form = "multipart/form-data";

    /// <summary>What most operations answer in.</summary>
    public static readonly ImmutableArray<string> JsonOnly = [Json];

    /// <summary>What is answered line by line when it is asked so.</summary>
    public static readonly ImmutableArray<string> JsonOrLines = [Json, Ndjson];

    /// <summary>What tables of counts are given in, the default first.</summary>
    public static readonly ImmutableArray<string> JsonOrCsv = [Json, Csv];

    /// <summary>What results are given in, the default first.</summary>
    public static readonly ImmutableArray<string> Results = [Json, Ndjson, Csv];

    /// <summary>What files of exports are given in.</summary>
    public static readonly ImmutableArray<string> Files = [Gzip];

    /// <summary>What events are given in.</summary>
    public static readonly ImmutableArray<string> Events = [EventStream];
}
