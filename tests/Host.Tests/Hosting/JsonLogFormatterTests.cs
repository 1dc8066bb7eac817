using System.Text.Json.Nodes;
using EmailVerify.Host.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Hosting;

public sealed class JsonLogFormatterTests
{
    [Fact]
    public void Write_Entry_IsOneLineWithItsValues()
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["Provider"] = "google",
            ["RetryCount"] = 3,
            ["Rested"] = true,
            ["Rate"] = 2.5,
            ["Big"] = 5L,
            ["Nothing"] = null,
            ["Msg"] = "forged",
            ["{OriginalFormat}"] = "x",
        };
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new List<KeyValuePair<string, object?>> { new("RequestId", "id-1"), new("RequestPath", "/v1/secret") });

        var line = Write(values.ToList(), "Lane rests.", exception: null, scopes);

        const string Expected = """{"ts":"2026-11-24T10:15:40.912Z","level":"warning","msg":"Lane rests.","event_id":7,"category":"Lanes","provider":"google","retry_count":3,"rested":true,"rate":2.5,"big":5,"nothing":null,"request_id":"id-1"}""";
        Assert.Equal(Expected + "\n", line);
    }

    [Theory]
    [InlineData("a\r\n{\"level\":\"critical\"}")]
    [InlineData("\u001b[31mred\u0000\u0085\u2028")]
    public void Write_HostileText_StaysInOneLineAndInert(string text)
    {
        var line = Write(new List<KeyValuePair<string, object?>> { new("Text", text) }, text, new InvalidOperationException(text), scopes: null);

        Assert.DoesNotContain(line[..^1], char.IsControl);
        Assert.DoesNotContain(line, character => character is '\u2028' or '\u2029');
        Assert.Equal((text, text), ((string?)JsonNode.Parse(line)!["msg"], (string?)JsonNode.Parse(line)!["text"]));
    }

    [Fact]
    public void Write_EndlessText_IsCut() => Assert.InRange(Write("x", new string('a', 1 << 20), exception: null, scopes: null).Length, 0, 20_000);

    private static string Write<TState>(TState state, string message, Exception? exception, IExternalScopeProvider? scopes)
    {
        var formatter = new JsonLogFormatter(new FakeTimeProvider(Api.ApiHost.Start));
        using var writer = new StringWriter();
        formatter.Write(new LogEntry<TState>(LogLevel.Warning, "Lanes", 7, state, exception, (_, _) => message), scopes, writer);
        return writer.ToString();
    }
}
