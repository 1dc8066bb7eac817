using System.Diagnostics;
using System.Globalization;
using EmailVerify.Benchmarks;
using EmailVerify.Sandbox;
using EmailVerify.Sandbox.Personas;
using EmailVerify.Scenarios.Batches;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>One large file of everything that the small internet has, with all limits on: what a customer reads is true of 99 rows in 100, and no mailbox is called dead.</summary>
[Trait("Pace", "slow")]
public sealed class BatchPersonaTests(ITestOutputHelper output)
{
    private const int Rows = 20_000;
    private const int LoadDomains = 1_000;

    /// <summary>Every so many-th row repeats an address of a persona.</summary>
    private const int RepeatedEvery = 8;

    private const double LeastRight = 0.99;

    /// <summary>Those that are silent until a step's time is over, in each of four tries.</summary>
    private static readonly string[] Silent = ["silence", "drip", "hang-at-rcpt"];

    [Fact(Timeout = 300_000)]
    public Task Batch_TwentyThousandRowsOfEveryPersona_TellsTheTruthPolitely() => Task.WhenAll(
        RunAsync(FileOf(Rows, ExamplesOf(persona => !persona.BlocksCaller && !IsSilent(persona))), TestContext.Current.CancellationToken),

        // Whoever blocks us makes us rest at its provider, which others share: those are asked by an installation of their own.
        RunAsync([.. ExamplesOf(persona => persona.BlocksCaller).Select(one => (one.Address, one))], TestContext.Current.CancellationToken));

    [Fact(Timeout = 600_000)]
    [Trait("Pace", "long")]
    public Task Batch_WithSilentPersonas_TellsTheTruthPolitely() => RunAsync(FileOf(1_000, ExamplesOf(IsSilent)), TestContext.Current.CancellationToken);

    private async Task RunAsync((string Email, Example Truth)[] rows, CancellationToken cancellationToken)
    {
        using var data = new Folder("batch-personas");
        await using var sandbox = await SandboxProcess.StartAsync(cancellationToken);
        var settings = new Dictionary<string, string>(sandbox.Settings, StringComparer.Ordinal) { ["Retries:Schedule"] = "2s,4s,8s" };
        await using var service = await Service.StartAsync(data.Path, settings, cancellationToken);
        await VerifyAsync(new BatchCustomer(service), rows, cancellationToken);
        await service.Process.TerminateAsync(cancellationToken);
        Assert.Equal(0, service.Process.ExitCode);
        var counted = await sandbox.FinalCountersAsync(cancellationToken);
        output.WriteLine($"{counted.Total}, {counted.DnsQueries} DNS questions");
        Politeness.AssertPolite(counted);
    }

    private static bool IsSilent(Persona persona) => Silent.Contains(persona.Name, StringComparer.Ordinal);

    private static Example[] ExamplesOf(Func<Persona, bool> takes) => [.. SandboxInternet.Personas.Where(takes).SelectMany(persona => persona.Examples)];

    // All examples first; then load domains, a quarter of them without a mailbox, and between them the examples again with the domain in capitals.
    private static (string Email, Example Truth)[] FileOf(int rows, Example[] examples) =>
    [
        .. examples.Select(one => (one.Address, one)),
        .. Enumerable.Range(0, rows - examples.Length).Select(at => at % RepeatedEvery == 0 ? Repeated(examples[at / RepeatedEvery % examples.Length]) : Load(at)),
    ];

    private static (string Email, Example Truth) Repeated(Example example)
    {
        var at = example.Address.LastIndexOf('@');
        return (example.Address[..(at + 1)] + example.Address[(at + 1)..].ToUpperInvariant(), example);
    }

    private static (string Email, Example Truth) Load(int number)
    {
        var email = LoadAddresses.Of((number % LoadDomains) + 1, number / LoadDomains, exists: number / LoadDomains % 4 != 3);
        var truth = LoadAddresses.TruthOf(email).Split('/');
        return (email, new Example { Address = email, Status = truth[0], Reason = truth[1], Exists = truth[0] is not "undeliverable" });
    }

    private async Task VerifyAsync(BatchCustomer customer, (string Email, Example Truth)[] rows, CancellationToken cancellationToken)
    {
        // :: Step 1: in and through.
        string[] file = [.. rows.Select(row => row.Email)];
        var began = Stopwatch.GetTimestamp();
        var batch = await customer.UploadAsync(file, cancellationToken);
        var uploaded = Stopwatch.GetElapsedTime(began);
        var end = await customer.UntilAsync(batch, look => look.Status is not ("queued" or "running"), cancellationToken);
        var completed = Stopwatch.GetElapsedTime(began);
        output.WriteLine($"{file.Length} rows: uploaded after {uploaded.TotalSeconds:0.0} s, {end.Status} after {completed.TotalSeconds:0.0} s: {end}");
        Assert.Equal(("completed", file.Length), (end.Status, end.Total));

        // :: Step 2: each row once, in order, and true.
        var results = await customer.ResultsAsync(batch, after: 0, cancellationToken);
        RowResult.AssertWhole(file, results);
        var wrong = results.Where(result => !IsRight(result)).ToList();
        foreach (var result in wrong.Where(result => result.DuplicateOf is null).Take(40))
            output.WriteLine($"    {result.Input}: {Expected(rows[result.Row - 1].Truth)}, not {result.Verdict}");
        var unique = results.Where(result => result.DuplicateOf is null).ToList();
        var right = unique.Count(IsRight);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {right} of {unique.Count} unique rows right ({100.0 * right / unique.Count:0.00} %), {results.Count - unique.Count} repeated"));
        Assert.True(right >= LeastRight * unique.Count);
        Assert.DoesNotContain(results, result => result.Status is "undeliverable" && rows[result.Row - 1].Truth.Exists);
        Assert.All(results.Where(result => result.DuplicateOf is not null), result => Assert.Equal(results[(int)result.DuplicateOf!.Value - 1].Verdict, result.Verdict));
        foreach (var status in (string[])["deliverable", "undeliverable", "risky", "unknown"])
            Assert.Equal(results.Count(result => string.Equals(result.Status, status, StringComparison.Ordinal)), end.Count(status));

        bool IsRight(RowResult result) => rows[result.Row - 1].Truth.Accepts(result.Status!, result.Reason!);
    }

    private static string Expected(Example truth) => string.Join(" or ", [$"{truth.Status}/{truth.Reason}", .. truth.Or]);
}
