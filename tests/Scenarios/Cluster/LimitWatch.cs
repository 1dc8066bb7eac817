using System.Globalization;
using EmailVerify.Core.Domains;
using EmailVerify.Sandbox.Counting;
using EmailVerify.Scenarios.Batches;

namespace EmailVerify.Scenarios.Cluster;

/// <summary>Counts with the mail hosts what comes from all silos together, and holds it to what each provider allows an egress.</summary>
/// <param name="world">Whose it is.</param>
internal sealed class LimitWatch(ClusterWorld world) : IAsyncDisposable
{
    /// <summary>What a provider calls a minute.</summary>
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly List<(TimeSpan From, TimeSpan Until, IReadOnlyDictionary<string, CounterSnapshot> Providers)> looks = [];
    private readonly CancellationTokenSource stop = new();
    private Task looking = Task.CompletedTask;

    /// <summary>Begins to count.</summary>
    public void Begin() => looking = Task.Run(LookOnAsync);

    /// <summary>Sees that no limit was broken. Sessions have ended by now.</summary>
    /// <param name="egresses">From how many egresses a provider was asked: each of its domains is one's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was seen, in words.</returns>
    public async Task<string> AssertKeptAsync(IReadOnlyDictionary<string, int> egresses, CancellationToken cancellationToken)
    {
        await stop.CancelAsync();
        await looking;
        var counted = await LookAsync(world.FinalCountersAsync, cancellationToken);
        Politeness.AssertHarmless(counted);
        var broken = new List<string>();
        foreach (var (name, most) in counted.Providers)
        {
            var policy = ProviderCatalog.Default.PolicyOf(name);
            var from = egresses.GetValueOrDefault(name, 1);
            Hold("sessions at once", most.MaxConcurrentSessions, policy.Sessions * from);
            Hold("RCPT in a session", most.MaxRecipientsInSession, policy.RecipientsPerSession);
            Hold("RCPT in a second", most.MaxRecipientsInSecond, ((long)Math.Ceiling(policy.HighestRate) + 1) * from);
            Hold("sessions in a minute", MostInAMinute(name), policy.SessionsPerMinute * from);

            void Hold(string what, long seen, long allowed)
            {
                if (seen > allowed)
                    broken.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: {seen} {what} of {allowed}"));
            }
        }

        Assert.Empty(broken);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{counted.Total.Recipients} RCPT in {counted.Total.Sessions} sessions at {counted.Providers.Count} providers; at one at most {counted.Providers.Values.Max(one => one.MaxConcurrentSessions)} sessions at once, {counted.Providers.Values.Max(one => one.MaxRecipientsInSecond)} RCPT in a second, {counted.Providers.Keys.Max(MostInAMinute)} sessions in a minute");
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    // A look is somewhere between its beginning and its end: where all of two is within a minute, so is what came between them.
    private long MostInAMinute(string provider)
    {
        var most = 0L;
        var first = 0;
        for (var last = 0; last < looks.Count; last++)
        {
            while (looks[last].Until - looks[first].From >= Minute)
                first++;
            most = Math.Max(most, SessionsAt(last) - (first == 0 && looks[last].Until < Minute ? 0 : SessionsAt(first)));
        }

        return most;

        long SessionsAt(int look) => looks[look].Providers.TryGetValue(provider, out var counted) ? counted.Sessions : 0;
    }

    private async Task<CountersSnapshot> LookAsync(Func<CancellationToken, Task<CountersSnapshot>> count, CancellationToken cancellationToken)
    {
        var from = world.Now;
        var counted = await count(cancellationToken);
        looks.Add((from, world.Now, counted.Providers));
        return counted;
    }

    private async Task LookOnAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = await LookAsync(world.CountersAsync, stop.Token);
                await Task.Delay(BetweenLooks, TimeProvider.System, stop.Token);
            }
            catch (OperationCanceledException)
            {
                // It is told to end.
            }
        }
    }
}
