using System.Text.Json;

namespace EmailVerify.Benchmarks.Batches;

/// <summary>Compares a batch's results, line by line as NDJSON, with the list that was sent and with the truth about it: each row once, in order, none wrong.</summary>
/// <param name="emails">The list in the order of the file.</param>
internal sealed class ResultsCheck(IReadOnlyList<string> emails)
{
    private long? lastRow;

    /// <summary>Gets how many lines there were.</summary>
    public int Rows { get; private set; }

    /// <summary>Gets how many of them were right.</summary>
    public int Right { get; private set; }

    /// <summary>Gets what was wrong first, or null.</summary>
    public string? Complaint { get; private set; }

    /// <summary>Takes the next line.</summary>
    public void Take(string line)
    {
        var fault = FaultOf(line);
        Rows++;
        if (fault is null)
            Right++;
        else
            Complaint ??= $"line {Rows}: {fault}";
    }

    /// <summary>Takes every line of a file and sees that none is missing.</summary>
    public async Task TakeAllAsync(string file, CancellationToken cancellationToken)
    {
        await foreach (var line in File.ReadLinesAsync(file, cancellationToken))
            Take(line);
        if (Rows < emails.Count)
            Complaint ??= $"{emails.Count - Rows} rows are missing";
    }

    private string? FaultOf(string line)
    {
        if (Rows >= emails.Count)
            return "a row too many";
        using var json = JsonDocument.Parse(line);
        var answer = json.RootElement;

        // The first row says where counting begins.
        var row = answer.GetProperty("row").GetInt64();
        var isNext = lastRow is not { } last || row == last + 1;
        lastRow = row;
        if (!isNext)
            return $"row {row} is out of order";

        var (email, expected) = (answer.GetProperty("email").GetString(), emails[Rows]);
        if (!string.Equals(email, expected, StringComparison.Ordinal))
            return $"row {row} is {email}, not {expected}";
        var (verdict, truth) = ($"{Word(answer, "status")}/{Word(answer, "reason")}", LoadAddresses.TruthOf(expected));
        return string.Equals(verdict, truth, StringComparison.Ordinal) ? null : $"{email} is {truth}, not {verdict}";
    }

    private static string? Word(JsonElement answer, string name) => answer.GetProperty(name).GetString();
}
