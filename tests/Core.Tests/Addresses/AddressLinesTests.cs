using System.Text;
using System.Text.Json;
using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Tests.Addresses;

public sealed class AddressLinesTests
{
    [Fact]
    public async Task RunAsync_Lines_AreAnsweredInOrder()
    {
        var lines = await RunAsync("{\"input\":\"Info@Bücher.example\"}\n{\"input\":\"a@b@c\"}\r\n{\"other\":1,\"input\":\"x@[192.0.2.1]\"}");

        Assert.Equal(
            [
                """{"input":"Info@Bücher.example","valid":true,"reason":null,"detail":null,"canonical":"Info@xn--bcher-kva.example","did_you_mean":null,"flags":{"disposable":false,"free":false,"role":true,"subaddress":false,"no_reply":false,"smtputf8":false,"relay":false}}""",
                """{"input":"a@b@c","valid":false,"reason":"invalid_email","detail":"There is more than one @.","canonical":null,"did_you_mean":null,"flags":null}""",
                """{"input":"x@[192.0.2.1]","valid":true,"reason":"address_literal","detail":null,"canonical":"x@[192.0.2.1]","did_you_mean":null,"flags":{"disposable":false,"free":false,"role":false,"subaddress":false,"no_reply":false,"smtputf8":false,"relay":false}}""",
            ],
            lines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("\"a@b\"")]
    [InlineData("{}")]
    [InlineData("{\"input\":null}")]
    [InlineData("{\"input\":17}")]
    [InlineData("{\"input\":[\"a@b\"]}")]
    [InlineData("{\"input\":\"a@b\"")]
    [InlineData("{\"input\":\"a@b\"} x")]
    [InlineData("{\"input\":\"\\ud800\"}")]
    public async Task RunAsync_BadLine_GivesAnErrorAndGoesOn(string bad)
    {
        var lines = await RunAsync($"{{\"input\":\"a@b\"}}\n{bad}\n{{\"input\":\"c@d\"}}\n");

        Assert.Equal(3, lines.Length);
        using var error = JsonDocument.Parse(lines[1]);
        Assert.Equal(2, error.RootElement.GetProperty("line").GetInt32());
        Assert.NotEmpty(error.RootElement.GetProperty("error").GetString()!);
        Assert.Contains("\"canonical\":\"c@d\"", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_NoUtf8_GivesAnError()
    {
        using var input = new MemoryStream([.. "{\"input\":\""u8, 0xFF, 0xFE, .. "@b\"}\n{\"input\":\"c@d\"}"u8]);
        using var output = new MemoryStream();
        await AddressLines.RunAsync(input, output, TestContext.Current.CancellationToken);

        var lines = Lines(output);
        Assert.Contains("\"error\"", lines[0], StringComparison.Ordinal);
        Assert.Contains("c@d", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_InputOfOneMebi_IsReportedAndOneMoreIsAnError()
    {
        var most = new string('a', AddressLines.MaxInputLength);
        var lines = await RunAsync($"{{\"input\":\"{most}\"}}\n{{\"input\":\"{most}a\"}}\n{{\"input\":\"a@b\"}}");

        Assert.Equal($$"""{"input":"{{most}}","valid":false,"reason":"invalid_email","detail":"The address is longer than 254 octets.","canonical":null,"did_you_mean":null,"flags":null}""", lines[0]);
        Assert.Equal("""{"line":2,"error":"The input is longer than 1 Mi characters."}""", lines[1]);
        Assert.Contains("a@b", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_LineThatIsTooLong_IsAnError()
    {
        var lines = await RunAsync(new string('x', AddressLines.MaxLineOctets + 1) + "\n{\"input\":\"a@b\"}");

        Assert.Equal("""{"line":1,"error":"The line is too long."}""", lines[0]);
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public async Task RunAsync_ManyLines_AreAllAnswered()
    {
        var lines = await RunAsync(string.Concat(Enumerable.Range(1, 2_000).Select(i => $"{{\"input\":\"a{i}@b\"}}\n")));

        Assert.Equal(Enumerable.Range(1, 2_000).Select(i => $"a{i}@b"), lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("canonical").GetString()), StringComparer.Ordinal);
    }

    private static async Task<string[]> RunAsync(string text)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(text));
        using var output = new MemoryStream();
        await AddressLines.RunAsync(input, output, TestContext.Current.CancellationToken);
        return Lines(output);
    }

    private static string[] Lines(MemoryStream output)
    {
        var text = Encoding.UTF8.GetString(output.ToArray());
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return text[..^1].Split('\n');
    }
}
