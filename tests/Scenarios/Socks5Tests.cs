using System.Net.Http.Json;
using System.Text.Json;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Sandbox;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>The whole service behind real SOCKS5 proxies, against the small internet in a process of its own.</summary>
[Trait("Pace", "slow")]
public sealed class Socks5Tests
{
    private const string Direct = "127.0.0.2";
    private const string Proxied = "127.0.0.3";
    private const string Password = "p@ss:w%rd/é";

    private static readonly (string, string) Credentials = ("verify", Password);
    private static readonly string PasswordInUrl = Uri.EscapeDataString(Password);

    private readonly int port = Ports.Free();

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Verify_ByTwoEgresses_ComesFromTheAddressOfEachDomains()
    {
        using var data = new Folder("data");
        await using var sandbox = await SandboxProcess.StartAsync(Ends);
        await using var proxy = await Socks5Server.MicrosocksAsync(port, Proxied, Credentials, Ends);
        var settings = Settings(sandbox, $"socks5://verify:{PasswordInUrl}@127.0.0.1:{port}");
        settings["Retries:Schedule"] = "2s,4s,8s";
        settings["Egresses:1:Name"] = "direct";
        settings["Egresses:1:Address"] = Direct;
        settings["Egresses:1:HeloName"] = settings["Egresses:0:HeloName"];
        settings["Egresses:1:MailFrom"] = settings["Egresses:0:MailFrom"];
        await using var service = await Service.StartAsync(data.Path, settings, Ends);

        // Those with one domain at hosts of their own: so the host tells whose session it was.
        var personas = SandboxInternet.Personas
            .Where(persona => persona is { BlocksCaller: false, InOrder: false, Domains.Count: 1 } && persona.Examples.Count > 1 && persona.Hosts.Count > 0
                && persona.Examples.All(example => example.Reason is "accepted_email" or "rejected_email" && example.Address.EndsWith("@" + persona.Domains[0].Name, StringComparison.Ordinal)))
            .Take(12).ToList();
        var sessions = new SortedDictionary<string, long>(StringComparer.Ordinal) { [Direct] = 0, [Proxied] = 0 };
        var egressOf = personas.ToDictionary(persona => persona.Name, persona => EgressOf(persona.Domains[0].Name), StringComparer.Ordinal);
        await Task.WhenAll(personas.SelectMany(persona => persona.Examples, async (persona, example) =>
        {
            var answer = await service.VerifyAsync(example.Address, Ends);
            Assert.Equal($"{example.Address} {example.Status}/{example.Reason}", $"{example.Address} {answer.Verdict()}");
            Assert.All(answer.GetProperty("evidence").EnumerateArray(), one => Assert.Equal(egressOf[persona.Name], one.GetProperty("egress").GetString()));
        }));

        // Nobody is shown the password.
        foreach (var path in (string[])["/v1/egresses", "/v1/settings"])
            Assert.DoesNotContain("p%40ss", await service.Client.GetStringAsync(new Uri(path, UriKind.Relative), Ends), StringComparison.Ordinal);
        Assert.Equal($"socks5://***@127.0.0.1:{port}", (await service.Client.GetFromJsonAsync<JsonElement>(new Uri("/v1/egresses", UriKind.Relative), Ends)).GetProperty("egresses")
            .EnumerateArray().Single(one => one.GetProperty("name").GetString() is "proxied").GetProperty("proxy").GetString());
        await service.Process.TerminateAsync(Ends);
        Assert.DoesNotContain(service.Process.Output, line => line.Contains("p%40ss", StringComparison.Ordinal) || line.Contains(Password, StringComparison.Ordinal));

        var counted = await sandbox.FinalCountersAsync(Ends);
        foreach (var persona in personas)
            sessions[egressOf[persona.Name] is "direct" ? Direct : Proxied] += persona.Hosts.Sum(host => counted.Hosts.GetValueOrDefault(host.Name)?.Sessions ?? 0);
        Assert.Equal(sessions, counted.Clients);
        Assert.All(sessions.Values, count => Assert.NotEqual(0, count));
        Assert.Equal((0, 0), (counted.Total.EarlyTalkers, counted.Total.MissingQuits));
    }

    [Fact]
    public async Task Verify_WithoutPasswordAndADeadHost_TellsTheTruth()
    {
        using var data = new Folder("data");
        await using var sandbox = await SandboxProcess.StartAsync(Ends);
        await using var proxy = await Socks5Server.MicrosocksAsync(port, Proxied, credentials: null, Ends);
        await using var service = await Service.StartAsync(data.Path, Settings(sandbox, $"socks5://localhost:{port}"), Ends);

        // STARTTLS is spoken with the mail host, over the connection that the proxy made.
        var accepted = await service.VerifyAsync("ada@postfix.test", Ends);
        Assert.Equal("deliverable/accepted_email", accepted.Verdict());
        Assert.StartsWith("TLS", accepted.GetProperty("evidence")[0].GetProperty("tls").GetString(), StringComparison.Ordinal);

        // That a host refuses is said by the proxy, and is the host's deed.
        var dead = SandboxInternet.Personas.First(persona => persona.Hosts.Count > 0 && persona.Hosts.All(host => host.Address is "dead") && persona.Examples.Count > 0).Examples[0];
        var answer = await service.VerifyAsync(dead.Address, Ends);
        Assert.Equal(("unknown/no_connect", "no_connect"), (answer.Verdict(), RuleOf(answer)));

        // The doctor knocks through the proxy, too.
        var report = await ExamineAsync(service);
        Assert.Equal("ok", Of(report, "port_25").GetProperty("state").GetString());
        Assert.Equal([Proxied], (await sandbox.CountersAsync(Ends)).Clients.Keys, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Verify_WhileTheProxyIsDown_WaitsAndConcludesNothing()
    {
        using var data = new Folder("data");
        await using var sandbox = await SandboxProcess.StartAsync(Ends);
        var settings = Settings(sandbox, $"socks5://verify:{PasswordInUrl}@127.0.0.1:{port}");
        settings["Retries:Schedule"] = "1s,15s";
        await using var service = await Service.StartAsync(data.Path, settings, Ends);

        var report = await ExamineAsync(service);
        Assert.Equal("unable", report.GetProperty("verdict").GetString());
        Assert.Contains("cannot be connected to", Of(report, "proxy").GetProperty("seen").GetString(), StringComparison.Ordinal);
        var (_, waiting) = await service.PutOffAsync("ada@postfix.test", Ends);
        Assert.Equal("proxy_failed", RuleOf(waiting));
        await using var proxy = await Socks5Server.MicrosocksAsync(port, Proxied, Credentials, Ends);
        Assert.Equal("deliverable/accepted_email", (await service.VerifyAsync("ada@postfix.test", Ends)).Verdict());
    }

    [Fact]
    public async Task Verify_ThroughDante_TellsTheTruth()
    {
        using var data = new Folder("data");
        await using var sandbox = await SandboxProcess.StartAsync(Ends);
        await using var proxy = await Socks5Server.DanteAsync(port, "127.0.0.0/8", Ends);
        await using var service = await Service.StartAsync(data.Path, Settings(sandbox, $"socks5://127.0.0.1:{port}"), Ends);
        Assert.Equal("deliverable/accepted_email", (await service.VerifyAsync("ada@postfix.test", Ends)).Verdict());
        Assert.Equal("undeliverable/rejected_email", (await service.VerifyAsync("adda@postfix.test", Ends)).Verdict());
        Assert.Equal(["127.0.0.1"], (await sandbox.CountersAsync(Ends)).Clients.Keys, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Verify_ThroughDanteThatDoesNotAllowIt_IsNoWordAboutTheDomain()
    {
        await using var proxy = await Socks5Server.DanteAsync(port, "192.0.2.0/24", Ends);
        await AssertConcludesNothingAsync($"socks5://127.0.0.1:{port}", "does not allow connections to mail hosts");
    }

    [Fact]
    public async Task Verify_WithAWrongPassword_IsNoWordAboutTheDomain()
    {
        await using var proxy = await Socks5Server.MicrosocksAsync(port, Proxied, ("verify", "another"), Ends);
        await AssertConcludesNothingAsync($"socks5://verify:{PasswordInUrl}@127.0.0.1:{port}", "does not accept our user name and password");
    }

    private static async Task AssertConcludesNothingAsync(string proxy, string seen)
    {
        using var data = new Folder("data");
        await using var sandbox = await SandboxProcess.StartAsync(Ends);
        await using var service = await Service.StartAsync(data.Path, Settings(sandbox, proxy), Ends);
        var answer = await service.VerifyAsync("ada@postfix.test", Ends);
        Assert.Equal(("unknown/no_egress", "proxy_failed"), (answer.Verdict(), RuleOf(answer)));
        Assert.Contains(seen, Of(await ExamineAsync(service), "proxy").GetProperty("seen").GetString(), StringComparison.Ordinal);
        Assert.Empty((await sandbox.CountersAsync(Ends)).Clients);
    }

    private static Dictionary<string, string> Settings(SandboxProcess sandbox, string proxy) => new(sandbox.Settings, StringComparer.Ordinal)
    {
        ["Egresses:0:Name"] = "proxied",
        ["Egresses:0:Socks5"] = proxy,
        ["Retries:Schedule"] = "1s",
    };

    private static string EgressOf(string domain) => new EgressRoster([Named("direct"), Named("proxied")], 1).For(domain, TimeProvider.System.GetUtcNow()).Egress!;

    private static KnownEgress Named(string name) => KnownEgress.Here(new Egress(name, null, "probe.sandbox.test", "probe@sandbox.test"));

    private static string? RuleOf(JsonElement answer) => answer.GetProperty("evidence").EnumerateArray().Last().GetProperty("rule").GetString();

    private static JsonElement Of(JsonElement report, string id) => report.GetProperty("checks").EnumerateArray().Single(check => id.Equals(check.GetProperty("id").GetString(), StringComparison.Ordinal));

    private static async Task<JsonElement> ExamineAsync(Service service)
    {
        using var response = await service.Client.PostAsync(new Uri("/v1/doctor", UriKind.Relative), JsonContent.Create(new { }), Ends);
        return await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ends);
    }
}
