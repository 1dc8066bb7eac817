using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>The doctor as a person or a script runs it, alone and beside a service.</summary>
[Trait("Pace", "slow")]
public sealed class DoctorTests
{
    private static readonly string[] Ids =
    [
        "egress", "resolver", "nxdomain", "dns_tcp", "port_25", "helo", "sender", "spf", "block_lists", .. RunProfile.IsCluster ? [] : (string[])["disk"], "database", "descriptors", "clock", "unicode", "version",
    ];

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Doctor_InTheSandbox_IsAble()
    {
        var run = await Command.RunAsync(string.Empty, Ends, "doctor", "--sandbox");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.StartsWith("Able to verify", run.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(Ids, run.Lines.Take(Ids.Length).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]), StringComparer.Ordinal);
        Assert.DoesNotContain("failed", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_WithTheMailPortClosed_SaysSoAndWhatToDo()
    {
        var run = await Command.RunAsync(string.Empty, Ends, "doctor", "--sandbox", "--format", "json", $"--EmailVerify:Smtp:Port={ClosedPort()}");

        Assert.Equal(5, run.ExitCode);
        var report = JsonSerializer.Deserialize<JsonElement>(run.Output);
        Assert.Equal("unable", report.GetProperty("verdict").GetString());
        var port = report.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("id").GetString() is "port_25");
        Assert.Equal(("failed", "sandbox"), (port.GetProperty("state").GetString(), port.GetProperty("subject").GetString()));
        Assert.Contains("was refused", port.GetProperty("seen").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(port.GetProperty("cure").GetString()!);
    }

    [Fact]
    public async Task Verify_WithTheMailPortClosed_WarnsBeforeTheWorkAndExplains()
    {
        var run = await Command.RunAsync(
            string.Empty, Ends, "verify", "--sandbox", $"--EmailVerify:Smtp:Port={ClosedPort()}", "--EmailVerify:Retries:Schedule=1s", "ada@postfix.test");

        Assert.StartsWith("Most addresses will end as unknown.", run.Error, StringComparison.Ordinal);
        Assert.Contains("the doctor saw of sandbox: Port ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_BesideAServiceAndByIt_SaysTheSame()
    {
        using var data = new Folder("data");
        await using var service = await Service.StartAsync(data.Path, new Dictionary<string, string>(StringComparer.Ordinal), Ends, "--sandbox");

        var beside = await Command.RunAsync(string.Empty, Ends, "doctor", "--sandbox", "--data", data.Path);
        var by = await Command.RunAsync(string.Empty, Ends, "doctor", "--server", service.Client.BaseAddress!.ToString(), "--key", Service.Key);

        Assert.Equal((0, 0), (beside.ExitCode, by.ExitCode));
        Assert.Equal(Ids, by.Lines.Take(Ids.Length).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]), StringComparer.Ordinal);
        Assert.Equal(beside.Lines[^1], by.Lines[^1]);
    }

    [Fact]
    public async Task Doctor_OfAServiceThatIsNotThere_ExitsWith1()
    {
        var run = await Command.RunAsync(string.Empty, Ends, "doctor", "--server", $"http://127.0.0.1:{ClosedPort()}", "--key", "k");
        Assert.Equal((1, string.Empty), (run.ExitCode, run.Output));
        Assert.Contains("cannot be reached", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Profile", "embedded")]
    public async Task Doctor_OfAFolderThatIsNotThere_MakesNone()
    {
        using var data = new Folder("data");

        var run = await Command.RunAsync(string.Empty, Ends, "doctor", "--sandbox", "--data", data["absent"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(run.Lines, line => line.Contains("There is no database yet", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(data.Path));
    }

    [Fact]
    public async Task Doctor_OfAFolderOfTheOtherKind_TellsItAsACheck()
    {
        using var data = new Folder("data");
        Assert.Equal(0, (await Command.RunAsync(string.Empty, Ends, "migrate", "--data", data.Path)).ExitCode);

        var run = await Command.RunAsync(string.Empty, Ends, "doctor", "--sandbox", "--data", data.Path);

        Assert.Equal(5, run.ExitCode);
        Assert.Contains(run.Lines, line => line.StartsWith("failed", StringComparison.Ordinal) && line.Contains("real verdicts", StringComparison.Ordinal));
    }

    private static int ClosedPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
