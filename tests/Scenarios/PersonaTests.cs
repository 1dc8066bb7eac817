using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EmailVerify.Core.Domains;
using EmailVerify.Sandbox;
using EmailVerify.Sandbox.Counting;
using EmailVerify.Sandbox.Personas;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>Every persona of the small internet, asked over HTTP of the real service, which asks the small internet in a process of its own.</summary>
[Trait("Pace", "slow")]
public sealed class PersonaTests
{
    /// <summary>Those that are silent until a step's time is over, in each of four tries: about four and a half minutes.</summary>
    private static readonly string[] Silent = ["silence", "drip", "hang-at-rcpt"];

    /// <summary>How many RCPTs may be spent for each that is needed.</summary>
    private const double MostOverLeast = 1.1;

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Verify_EveryPersona_TellsTheTruthPolitely() =>
        await AskAsync([.. SandboxInternet.Personas.Where(persona => !Silent.Contains(persona.Name, StringComparer.Ordinal))]);

    [Fact]
    [Trait("Pace", "long")]
    public async Task Verify_SilentPersonas_TellsTheTruthPolitely() =>
        await AskAsync([.. SandboxInternet.Personas.Where(persona => Silent.Contains(persona.Name, StringComparer.Ordinal))]);

    private static async Task AskAsync(IReadOnlyCollection<Persona> personas)
    {
        using var data = new Folder("data");
        await using var sandbox = await SandboxProcess.StartAsync(Ends);
        var settings = new Dictionary<string, string>(sandbox.Settings, StringComparer.Ordinal) { ["Retries:Schedule"] = "2s,4s,8s" };
        await using var service = await Service.StartAsync(data.Path, settings, Ends);

        // Whoever blocks us makes us rest at its provider, which others share: those come last.
        var began = Stopwatch.GetTimestamp();
        var answers = await AnswersAsync(service, personas.Where(persona => !persona.BlocksCaller));
        answers.AddRange(await AnswersAsync(service, personas.Where(persona => persona.BlocksCaller)));
        Print($"{answers.Count} addresses of {personas.Count} personas in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");

        var wrong = answers.Where(answer => !answer.IsRight).ToList();
        Assert.True(wrong.Count == 0, Table(wrong));
        Assert.DoesNotContain(answers, answer => answer.Example.Exists && string.Equals(answer.Status, "undeliverable", StringComparison.Ordinal));
        Assert.Empty(answers.GroupBy(answer => answer.Persona).SelectMany(Unnamed));

        await service.Process.TerminateAsync(Ends);
        Assert.Equal(0, service.Process.ExitCode);
        var counted = await sandbox.FinalCountersAsync(Ends);
        Print($"{counted.Total}, {counted.DnsQueries} DNS questions");
        AssertPolite(counted);
        AssertSparing(personas, counted);
    }

    // Over all of them, for a session that ends early or a decoy that two wanted at once costs one more here and there.
    private static void AssertSparing(IEnumerable<Persona> personas, CountersSnapshot counted)
    {
        var spent = personas
            .Where(persona => persona is { LeastRcpts: not null, BlocksCaller: false })
            .Select(persona => (persona.Name, Least: persona.LeastRcpts!.Value, Rcpts: persona.Hosts.Sum(host => counted.Hosts.GetValueOrDefault(host.Name)?.Recipients ?? 0)))
            .ToList();
        var (least, rcpts) = (spent.Sum(one => one.Least), spent.Sum(one => one.Rcpts));
        foreach (var (name, own, asked) in spent.Where(one => one.Rcpts != one.Least))
            Print($"    {name}: {asked} RCPTs, not {own}");
        Print($"{rcpts} RCPTs where {least} are the least");
        Assert.True(rcpts <= MostOverLeast * least);
    }

    private static IEnumerable<string> Unnamed(IGrouping<Persona, Answer> answers)
    {
        var named = answers.SelectMany(answer => answer.Signs).ToHashSet(StringComparer.Ordinal);
        return answers.Key.Signs.Where(sign => !named.Contains(sign)).Select(sign => $"{answers.Key.Name}: {sign} is not among {string.Join(", ", named)}");
    }

    private static async Task<List<Answer>> AnswersAsync(Service service, IEnumerable<Persona> personas) =>
    [
        .. (await Task.WhenAll(personas.SelectMany(persona => persona.InOrder ? [AskAsync(service, persona, persona.Examples)] : persona.Examples.Select(example => AskAsync(service, persona, [example])))))
            .SelectMany(static answers => answers),
    ];

    private static async Task<List<Answer>> AskAsync(Service service, Persona persona, IReadOnlyList<Example> inOrder)
    {
        var answers = new List<Answer>(inOrder.Count);
        foreach (var example in inOrder)
            answers.Add(new Answer(persona, example, await service.VerifyAsync(example.Address, Ends)));
        return answers;
    }

    private static void AssertPolite(CountersSnapshot counted)
    {
        Assert.True(counted.Total.Sessions > 0);
        Assert.Equal(0, counted.Total.ForbiddenCommands);
        Assert.Equal(0, counted.Total.EarlyTalkers);
        Assert.Equal(0, counted.Total.MissingQuits);
        Assert.Equal(0, counted.Total.PipelinedRecipientPairs);
        Assert.All(counted.Providers, provider =>
        {
            var policy = PolicyOf(provider.Key);
            Assert.InRange(provider.Value.MaxConcurrentSessions, 1, policy.Sessions);
            Assert.InRange(provider.Value.MaxRecipientsInSession, 0, policy.RecipientsPerSession);
        });
    }

    // The small internet counts under names of its own; whose hosts these are to us says the product's data.
    private static ProviderPolicy PolicyOf(string counted)
    {
        var host = SandboxInternet.Personas.First(persona => string.Equals(persona.Provider ?? persona.Name, counted, StringComparison.Ordinal)).Hosts[0];
        return ProviderCatalog.Default.PolicyOf(ProviderCatalog.Default.NameOf(host.Name));
    }

    private static string Table(IEnumerable<Answer> wrong) => wrong.Aggregate(
        new StringBuilder("persona | address | expected | got | evidence\n"),
        (table, answer) => table.AppendLine(CultureInfo.InvariantCulture, $"{answer.Persona.Name} | {answer.Example.Address} | {answer.Expected} | {answer.Verdict} | {answer.Evidence}"),
        table => table.ToString());

    private static void Print(FormattableString text) => TestContext.Current.TestOutputHelper!.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed record Answer(Persona Persona, Example Example, JsonElement Json)
    {
        public string Status => Json.GetProperty("status").GetString()!;

        public string Verdict => Json.Verdict();

        public IEnumerable<string> Signs => Json.GetProperty("evidence").EnumerateArray()
            .SelectMany(tried => tried.TryGetProperty("signs", out var signs) ? signs.EnumerateArray().Select(sign => sign.GetString()!) : []);

        public bool IsRight => Example.Accepts(Status, Json.GetProperty("reason").GetString()!);

        public string Expected => string.Join(" or ", [$"{Example.Status}/{Example.Reason}", .. Example.Or]);

        public string Evidence => string.Join(
            "; ",
            Json.GetProperty("evidence").EnumerateArray().Select(tried =>
                $"{tried.GetProperty("stage")} {tried.GetProperty("exchanger")} {tried.GetProperty("meaning")} {tried.GetProperty("rule")} {tried.GetProperty("reply").GetRawText()} {tried.GetProperty("decoys").GetRawText()}"));
    }
}
