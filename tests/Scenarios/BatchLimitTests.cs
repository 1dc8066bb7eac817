using System.Diagnostics;
using System.Globalization;
using EmailVerify.Benchmarks;
using EmailVerify.Core.Domains;
using EmailVerify.Sandbox.Counting;
using EmailVerify.Scenarios.Batches;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>A file with many rows at large providers and some at small hosts: the large ones count whether we keep to their limits, and the small ones wait for nobody.</summary>
[Trait("Pace", "slow")]
public sealed class BatchLimitTests(ITestOutputHelper output)
{
    private const string Limiting = "rate-limit";

    /// <summary>What <see cref="Limiting"/> takes in a second before it objects.</summary>
    private const int TakenInSecond = 4;

    private const int RowsAtLimiting = 60;

    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(22);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a rate-limit reply silences us at least.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(8);

    /// <summary>From the first RCPT above what the host takes, which is in its next second at times, to the last.</summary>
    private static readonly TimeSpan SoonHeard = TimeSpan.FromSeconds(2);

    private static readonly (string Domain, string Provider, int Rows)[] Large =
    [
        ("gmail.com", "google", 120), ("outlook.com", "outlook", 60), ("hotmail.com", "outlook", 40), ("yahoo.com", "yahoo", 60), ("icloud.com", "icloud", 90), ("contoso.test", "microsoft365", 90),
    ];

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Batch_AtLargeProvidersAndSmallHosts_KeepsToTheLimitsAndHoldsNobodyUp()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        // :: Step 1: the file.
        using var data = new Folder("batch-limits");
        await using var sandbox = await SandboxProcess.StartAsync(cancellationToken);
        await using var service = await Service.StartAsync(data.Path, sandbox.Settings, cancellationToken);
        var customer = new BatchCustomer(service);
        string[] large = [.. Large.SelectMany(one => MadeUp(one.Domain, one.Rows)), .. MadeUp("rate-limit.test", RowsAtLimiting)];
        string[] small = [.. LoadAddresses.Across(1, 60, 4), .. MadeUp("postfix.test", 4), .. MadeUp("exim.test", 4)];
        string[] file = [.. large, .. small];
        var began = Stopwatch.GetTimestamp();
        var batch = await customer.UploadAsync(file, cancellationToken);

        // :: Step 2: what is counted meanwhile.
        var asked = new List<(TimeSpan At, long Recipients)>();
        TimeSpan? smallEnded = null;
        while (Stopwatch.GetElapsedTime(began) < Watched)
        {
            asked.Add((Stopwatch.GetElapsedTime(began), (await sandbox.CountersAsync(cancellationToken)).Providers.TryGetValue(Limiting, out var limiting) ? limiting.Recipients : 0));
            if (smallEnded is null && (await customer.ResultsAsync(batch, after: large.Length, cancellationToken)).Count == small.Length)
                smallEnded = Stopwatch.GetElapsedTime(began);
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }

        var results = await customer.ResultsAsync(batch, after: 0, cancellationToken);
        var largeEnded = results.Count(result => result.Row <= large.Length);
        output.WriteLine($"{small.Length} rows at small hosts ended after {smallEnded?.TotalSeconds:0.0} s, {largeEnded} of {large.Length} at large ones within {Watched.TotalSeconds:0} s");
        Assert.NotNull(smallEnded);
        Assert.All(results.Where(result => result.Row > large.Length && result.Input.EndsWith(".load.test", StringComparison.Ordinal)), result => Assert.Equal(LoadAddresses.TruthOf(result.Input), result.Verdict));
        Assert.True(largeEnded < large.Length, "The large providers were as fast: nothing was shown.");

        // :: Step 3: who was asked how.
        _ = await customer.SteerAsync(batch, "cancel", cancellationToken);
        await service.Process.TerminateAsync(cancellationToken);
        var counted = await sandbox.FinalCountersAsync(cancellationToken);
        Politeness.AssertPolite(counted);
        foreach (var provider in Large.Select(one => one.Provider).Distinct(StringComparer.Ordinal))
            AssertWithin(provider, counted.Providers[provider], ProviderCatalog.Default.PolicyOf(provider));
        AssertFalls(asked);
    }

    private static IEnumerable<string> MadeUp(string domain, int rows) =>
        Enumerable.Range(1, rows).Select(number => string.Create(CultureInfo.InvariantCulture, $"somebody.made.up.{number}@{domain}"));

    private void AssertWithin(string name, CounterSnapshot counted, ProviderPolicy policy)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {counted.Recipients} RCPT, {counted.Sessions} sessions; at once {counted.MaxConcurrentSessions} of {policy.Sessions}, in a session {counted.MaxRecipientsInSession} of {policy.RecipientsPerSession}, in a second {counted.MaxRecipientsInSecond} of {policy.HighestRate} ({policy.CautiousRate} to begin with)"));
        Assert.True(counted.Recipients > 0);
        Assert.InRange(counted.MaxConcurrentSessions, 1, policy.Sessions);
        Assert.InRange(counted.MaxRecipientsInSession, 1, policy.RecipientsPerSession);
        Assert.InRange(counted.MaxRecipientsInSecond, 1, (long)Math.Ceiling(policy.HighestRate) + 1);
        Assert.InRange(counted.Sessions, 1, policy.SessionsPerMinute);
    }

    // The objection comes with the first command above what the host takes. From there on it is silent, and then no second is as full as the first was.
    private void AssertFalls(List<(TimeSpan At, long Recipients)> asked)
    {
        var objection = asked.FindIndex(one => one.Recipients > TakenInSecond);
        Assert.True(objection >= 0, "The limiting host never had to object: nothing was shown.");
        var still = asked.FindIndex(objection, one => asked.TrueForAll(other => other.At < one.At || other.At > one.At + Silence || other.Recipients == one.Recipients));
        Assert.True(still >= 0 && asked[still].At - asked[objection].At < SoonHeard, "It was asked on after its objection.");
        var most = asked.Skip(still).Max(one => asked.Last(other => other.At <= one.At + TimeSpan.FromSeconds(1)).Recipients - one.Recipients);
        output.WriteLine($"{Limiting}: {asked[still].Recipients} RCPT until it was heard, {(asked[still].At - asked[objection].At).TotalMilliseconds:0} ms after the first objection; then at most {most} in a second, {asked[^1].Recipients} in all");
        Assert.InRange(most, 0, TakenInSecond);
    }
}
