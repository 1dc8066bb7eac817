using System.Text.Json;

namespace EmailVerify.Scenarios.Batches;

/// <summary>A batch as the service shows it at one instant, or as an event tells it.</summary>
internal sealed record BatchLook(JsonElement Json)
{
    public string Path => "/v1/batches/" + Json.GetProperty("id").GetString();

    public string Status => Json.GetProperty("status").GetString()!;

    public int Round => Json.GetProperty("round").GetInt32();

    public long Total => Count("total");

    public long Done => Count("done");

    public long Unknown => Count("unknown");

    public long Retrying => Count("retrying");

    /// <summary>Sees that its counts obey the laws.</summary>
    public void AssertLawful()
    {
        Assert.True(Done == Count("deliverable") + Count("undeliverable") + Count("risky") + Unknown, $"Done is not the sum: {this}");
        Assert.True(Done <= Total, $"More are done than there are: {this}");
        Assert.True(Status is not "completed" || Done == Total, $"Completed before the end: {this}");
    }

    public override string ToString() => $"{Status} {Json.GetProperty("counts").GetRawText()}";

    public long Count(string name) => Json.GetProperty("counts").GetProperty(name).GetInt64();
}

/// <summary>The result of a row.</summary>
/// <param name="Row">Its number, from 1.</param>
/// <param name="Input">What the file had.</param>
/// <param name="Status">The status, or null where there is none.</param>
/// <param name="Reason">The reason, or null where there is none.</param>
/// <param name="DuplicateOf">The row that it repeats, or null.</param>
internal sealed record RowResult(long Row, string Input, string? Status, string? Reason, long? DuplicateOf)
{
    /// <summary>Gets <c>status/reason</c>.</summary>
    public string Verdict => $"{Status}/{Reason}";

    /// <summary>Reads a line of NDJSON.</summary>
    public static RowResult Of(string line)
    {
        using var json = JsonDocument.Parse(line);
        var row = json.RootElement;
        return new RowResult(
            row.GetProperty("row").GetInt64(),
            row.GetProperty("input").GetProperty("email").GetString()!,
            row.GetProperty("status").GetString(),
            row.GetProperty("reason").GetString(),
            row.TryGetProperty("duplicate_of", out var first) && first.ValueKind is JsonValueKind.Number ? first.GetInt64() : null);
    }

    /// <summary>Sees that each row of a file has exactly one result, in order, and that it is the file's.</summary>
    public static void AssertWhole(IReadOnlyList<string> file, IReadOnlyList<RowResult> results)
    {
        Assert.Equal(file.Count, results.Count);
        for (var at = 0; at < file.Count; at++)
            Assert.Equal((at + 1, file[at]), (results[at].Row, results[at].Input));
    }
}
