using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailVerify.Scenarios.Servers;

/// <summary>A real mail server of Debian on free ports and in a folder of its own, with dnsmasq to name its domains, and what the whole service says of them.</summary>
public abstract class MailServer : IAsyncLifetime
{
    /// <summary>How long it may take to start, and its sessions to end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Folder folder;
    private ServerProcess? dnsmasq;

    private protected MailServer(string kind) => folder = new Folder(kind);

    /// <summary>Gets the port that it listens on, at 127.0.0.1.</summary>
    public int SmtpPort { get; } = Ports.Free();

    /// <summary>Gets the port that dnsmasq answers on, at 127.0.0.1.</summary>
    public int DnsPort { get; } = Ports.Free();

    /// <summary>Gets the lines that it has logged.</summary>
    public abstract IReadOnlyList<string> Log { get; }

    private protected Folder Files => folder;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await GreetsAsync(await StartAsync());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (dnsmasq is not null)
            await dnsmasq.DisposeAsync();
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Asks the whole service about addresses and ends it as an operator does, so that nothing of it is left in the log.</summary>
    /// <returns>Each address with its verdict and how many tries that took.</returns>
    internal async Task<Dictionary<string, (string Verdict, int Attempts)>> AskAsync(params IEnumerable<string> emails)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var data = new Folder("data");
        await using var service = await Service.StartAsync(data.Path, Settings(), cancellationToken);
        var answers = await Task.WhenAll(emails.Select(async email => (email, answer: await service.VerifyAsync(email, cancellationToken))));
        await service.Process.TerminateAsync(cancellationToken);
        foreach (var (email, answer) in answers)
            TestContext.Current.TestOutputHelper!.WriteLine($"{email} {answer.Verdict()} {answer.GetProperty("evidence")}");
        return answers.ToDictionary(pair => pair.email, pair => (pair.answer.Verdict(), pair.answer.GetProperty("attempts").GetInt32()), StringComparer.Ordinal);
    }

    /// <summary>Waits until as many sessions have ended as have begun.</summary>
    /// <param name="begin">What the line of a session's beginning contains.</param>
    /// <param name="end">What the line of its end contains.</param>
    /// <returns>The lines of the ends, more than that of the fixture's own.</returns>
    internal async Task<IReadOnlyList<string>> EndsAsync(string begin, string end)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            var log = Log;
            var ends = log.Where(line => line.Contains(end, StringComparison.Ordinal)).ToList();
            if (ends.Count > 1 && ends.Count == log.Count(line => line.Contains(begin, StringComparison.Ordinal)))
                return ends;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
            Assert.False(patience.IsCancellationRequested, $"Sessions did not end as \"{end}\": {string.Join('\n', log)}");
        }
    }

    /// <summary>Starts it.</summary>
    /// <returns>The process that ends only with the server; null when it goes on in the background.</returns>
    private protected abstract Task<ServerProcess?> StartAsync();

    private protected abstract Task StopAsync();

    private protected void Name(params string[] domains) => dnsmasq = Dnsmasq.Start(DnsPort, domains);

    private protected async Task MakeCertificateAsync(string key, string certificate) => await ServerProcess.RunAsync(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "30", "-subj", "/CN=" + Dnsmasq.Exchanger);

    private protected static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // As polite as what it waits for, since the log is judged.
    private async Task GreetsAsync(ServerProcess? server)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var cancellationToken = patience.Token;
        await Ports.OpenAsync(IPAddress.Loopback, DnsPort, cancellationToken);
        while (true)
        {
            Assert.False(server is { HasExited: true }, $"The server ended: {string.Join('\n', server?.Output ?? [])}");
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, SmtpPort, cancellationToken);
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                Assert.StartsWith("220", await reader.ReadLineAsync(cancellationToken), StringComparison.Ordinal);
                await client.GetStream().WriteAsync("QUIT\r\n"u8.ToArray(), cancellationToken);
                Assert.StartsWith("221", await reader.ReadLineAsync(cancellationToken), StringComparison.Ordinal);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            }
        }
    }

    private Dictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["Dns:Servers:0"] = Invariant($"127.0.0.1:{DnsPort}"),
        ["Smtp:Port"] = SmtpPort.ToString(CultureInfo.InvariantCulture),
        ["Smtp:AllowPrivateAddresses"] = "true",
        ["Egresses:0:Name"] = "eg-1",
        ["Egresses:0:Address"] = "127.0.0.1",
        ["Egresses:0:HeloName"] = "probe.example.org",
        ["Egresses:0:MailFrom"] = "probe@example.org",
        ["Retries:Schedule"] = "3s,3s,3s",
    };
}

/// <summary>Verdicts as lines, so that a difference is seen at once.</summary>
internal static class Lines
{
    public static string Of(IEnumerable<KeyValuePair<string, string>> verdicts) => string.Join('\n', verdicts.Select(pair => $"{pair.Key} {pair.Value}"));

    public static string Of(Dictionary<string, (string Verdict, int Attempts)> answers) =>
        Of(answers.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Verdict)));
}
