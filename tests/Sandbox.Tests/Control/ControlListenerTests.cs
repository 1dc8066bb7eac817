using System.Net;
using System.Text.Json;

namespace EmailVerify.Sandbox.Tests.Control;

public sealed class ControlListenerTests
{
    [Theory]
    [InlineData("http://127.0.0.1:0/", "/")]
    [InlineData("http://127.0.0.1:0/sandbox", "/sandbox/")]
    public async Task Counters_AreShownAndReset(string control, string root)
    {
        await using var sandbox = await SandboxFixture.StartAsync(new SandboxOptions { Load = null, Control = new Uri(control) });
        using var http = new HttpClient { BaseAddress = sandbox.Control };
        using (var client = await SmtpTestClient.GreetedAsync(sandbox, "mx.postfix.test"))
            await client.QuitAsync();

        var shown = await http.GetStringAsync("counters", TestContext.Current.CancellationToken);
        using var reset = await http.PostAsync("counters/reset", content: null, TestContext.Current.CancellationToken);
        var after = await http.GetStringAsync("counters", TestContext.Current.CancellationToken);

        Assert.Equal(root, sandbox.Control!.AbsolutePath);
        Assert.Equal((1, 1), (Sessions(shown, "total"), Sessions(shown, "hosts", "mx.postfix.test")));
        Assert.Equal(0, Sessions(after, "total"));
    }

    [Theory]
    [InlineData("GET", "counters/reset", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "counters", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "else", HttpStatusCode.NotFound)]
    public async Task OtherRequests_AreRefused(string method, string path, HttpStatusCode expected)
    {
        await using var sandbox = await SandboxFixture.StartAsync(new SandboxOptions { Load = null, Control = new Uri("http://127.0.0.1:0") });
        using var http = new HttpClient { BaseAddress = sandbox.Control };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
    }

    private static int Sessions(string json, params string[] path)
    {
        using var document = JsonDocument.Parse(json);
        return path.Aggregate(document.RootElement, (element, name) => element.GetProperty(name)).GetProperty("sessions").GetInt32();
    }
}
