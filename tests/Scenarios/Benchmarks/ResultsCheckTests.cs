using EmailVerify.Benchmarks;
using EmailVerify.Benchmarks.Batches;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios.Benchmarks;

public sealed class ResultsCheckTests
{
    // Domain 20 is a catch-all.
    private static readonly string[] Emails = new LoadList(19, 2, 4).Shuffled();

    [Fact]
    public async Task TruthInOrder_IsRight()
    {
        var check = await CheckedAsync(Lines());

        Assert.Equal((8, 8, null), (check.Rows, check.Right, check.Complaint));
    }

    [Fact]
    public async Task AnotherVerdict_IsWrong()
    {
        var lines = Lines();
        lines[3] = LineOf(3, Emails[3], "unknown/timeout");

        var check = await CheckedAsync(lines);

        Assert.Equal((8, 7, $"line 4: {Emails[3]} is {LoadAddresses.TruthOf(Emails[3])}, not unknown/timeout"), (check.Rows, check.Right, check.Complaint));
    }

    [Fact]
    public async Task RowsThatAreMissing_AreMissed()
    {
        var check = await CheckedAsync(Lines()[..6]);

        Assert.Equal((6, 6, "2 rows are missing"), (check.Rows, check.Right, check.Complaint));
    }

    [Fact]
    public async Task ARowTwice_IsOutOfOrderAndOneTooMany()
    {
        var lines = Lines();

        var check = await CheckedAsync([lines[0], .. lines]);

        Assert.Equal((9, 1, "line 2: row 1 is out of order"), (check.Rows, check.Right, check.Complaint));
    }

    [Fact]
    public async Task AnotherAddress_IsWrong()
    {
        var lines = Lines();
        lines[0] = LineOf(0, Emails[1], LoadAddresses.TruthOf(Emails[1]));

        var check = await CheckedAsync(lines);

        Assert.Equal((8, 7, $"line 1: row 1 is {Emails[1]}, not {Emails[0]}"), (check.Rows, check.Right, check.Complaint));
    }

    private static string[] Lines() => [.. Emails.Select((email, at) => LineOf(at, email, LoadAddresses.TruthOf(email)))];

    private static string LineOf(int at, string email, string verdict) =>
        $$$"""{"row":{{{at + 1}}},"email":"{{{email}}}","status":"{{{verdict.Split('/')[0]}}}","reason":"{{{verdict.Split('/')[1]}}}","score":97,"input":{"email":"{{{email}}}"}}""";

    private static async Task<ResultsCheck> CheckedAsync(string[] lines)
    {
        using var folder = new Folder("results");
        await File.WriteAllLinesAsync(folder["results.ndjson"], lines, TestContext.Current.CancellationToken);
        var check = new ResultsCheck(Emails);
        await check.TakeAllAsync(folder["results.ndjson"], TestContext.Current.CancellationToken);
        return check;
    }
}
