using System.Text.Json.Nodes;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Verifications;
using EmailVerify.Host.Cli;
using EmailVerify.Host.Tests.Api;

namespace EmailVerify.Host.Tests.Cli;

public sealed class VerifyOutputTests
{
    [Fact]
    public async Task Csv_Rows_AreQuotedAndNoFormulas()
    {
        var text = await WriteAsync(VerifyFormat.Csv, "jane@example.com", "=cmd@example.com", "\"a,\"\"b\"@example.com", "+@example.com");
        Assert.Equal(
            """
            email,status,reason,score,did_you_mean,accept_all,disposable,free,role,mailbox_full,provider,found_at
            jane@example.com,undeliverable,rejected_email,1,,false,false,false,false,,example.com,2026-11-24T10:15:40.912Z
            '=cmd@example.com,undeliverable,rejected_email,1,,false,false,false,false,,example.com,2026-11-24T10:15:40.912Z
            "\"a,\"\"b\"@example.com",undeliverable,rejected_email,1,,false,,,,,example.com,2026-11-24T10:15:40.912Z
            '+@example.com,undeliverable,rejected_email,1,,false,false,false,false,,example.com,2026-11-24T10:15:40.912Z

            """.Replace("\"\\\"a,\\\"\\\"b\\\"@example.com\"", "\"\"\"a,\"\"\"\"b\"\"@example.com\"", StringComparison.Ordinal).ReplaceLineEndings("\r\n"),
            text);
    }

    [Fact]
    public async Task Ndjson_Rows_AreTheApisShape()
    {
        var text = await WriteAsync(VerifyFormat.Ndjson, "jane@example.com", "joe@example.com");
        var rows = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => JsonNode.Parse(row)!).ToList();
        Assert.Equal(["jane@example.com", "joe@example.com"], rows.Select(row => (string?)row["email"]), StringComparer.Ordinal);
        Assert.Equal("550", rows[0]["evidence"]![1]!["reply"]!["code"]!.ToJsonString());
    }

    [Fact]
    public async Task Table_Rows_AreInertAndAligned()
    {
        var text = await WriteAsync(VerifyFormat.Table, "jane@example.com", "a\u001b[2J@example.com");
        var rows = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.DoesNotContain(row, char.IsControl));
        Assert.Equal(rows[0].IndexOf("EXPLANATION", StringComparison.Ordinal), rows[1].IndexOf("The mail server", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Table_InColour_PaintsTheStatusAndNothingElse()
    {
        var (coloured, plain) = (await WriteAsync(VerifyFormat.Table, Palette.Coloured, "jane@example.com"), await WriteAsync(VerifyFormat.Table, "jane@example.com"));
        Assert.Contains("\u001b[31mundeliverable\u001b[0m  rejected_email", coloured, StringComparison.Ordinal);
        Assert.Equal(plain, coloured.Replace("\u001b[31m", string.Empty, StringComparison.Ordinal).Replace("\u001b[0m", string.Empty, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    public async Task FormsForPrograms_OnATerminal_HaveNoColours(string format) =>
        Assert.DoesNotContain('\u001b', await WriteAsync(Enum.Parse<VerifyFormat>(format, ignoreCase: true), Palette.Coloured, "jane@example.com"));

    [Fact]
    public async Task Table_Pending_SaysWhatIsWaitedFor()
    {
        using var writer = new StringWriter();
        await new VerifyOutput(VerifyFormat.Table, writer, Palette.Plain).WriteAsync(ViewOf(Samples.Pending(TimeSpan.FromMinutes(6))));
        Assert.Matches("^pending +- .*puts strangers off; it is asked again.\n$", writer.ToString());
    }

    private static VerificationView ViewOf(Verification verification) => VerificationView.Of(verification, showsEvidence: true, inSandbox: false);

    private static async Task<string> WriteAsync(VerifyFormat format, params string[] emails) => await WriteAsync(format, Palette.Plain, emails);

    private static async Task<string> WriteAsync(VerifyFormat format, Palette palette, params string[] emails)
    {
        using var writer = new StringWriter();
        var output = new VerifyOutput(format, writer, palette);
        await output.BeginAsync();
        foreach (var email in emails)
            await output.WriteAsync(ViewOf(Samples.Final(email)));
        return writer.ToString();
    }
}
