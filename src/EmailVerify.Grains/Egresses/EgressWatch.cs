using System.Collections.Immutable;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Grains.Lanes;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Egresses;

/// <summary>The egresses of all silos, as this one knows them.</summary>
public interface IEgresses
{
    /// <summary>Gets them as they stood some seconds ago at most.</summary>
    EgressRoster Roster { get; }

    /// <summary>Gets a value indicating whether those of other silos are among them, as far as it can be known.</summary>
    bool AreKnown { get; }
}

/// <summary>
/// Tells the roster which egresses this silo has, and keeps what it answers, so that no question has to ask for it. While the roster cannot be asked, what was known last holds.
/// Grains come to a silo as soon as the others see it, which is before the roster has answered it once. Knowing its own egresses alone it would ask each domain from one of these, beside the one
/// that the domain's hosts know.
/// </summary>
internal sealed partial class EgressWatch : IEgresses, ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>How soon it asks again as long as they are not known.</summary>
    private static readonly TimeSpan LookSoon = TimeSpan.FromSeconds(1);

    /// <summary>How long after its start it is content with its own: to ask nobody for ever is worse.</summary>
    private static readonly TimeSpan LongestUnknown = TimeSpan.FromMinutes(1);

    // Before anything is asked, and as long as anything is.
    private const int Stage = ServiceLifecycleStage.Active;

    private readonly ImmutableArray<Egress> own;
    private readonly IGrainFactory grains;
    private readonly ISiloStatusOracle silos;
    private readonly TimeProvider clock;
    private readonly ILogger<EgressWatch> logger;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private volatile EgressRoster roster;
    private volatile bool areKnown;
    private Task looking = Task.CompletedTask;

    public EgressWatch(LanePlan plan, IGrainFactory grains, ISiloStatusOracle silos, TimeProvider clock, ILogger<EgressWatch> logger)
    {
        (own, this.grains, this.silos, this.clock, this.logger) = (plan.Egresses, grains, silos, clock, logger);
        roster = WithOwn(EgressRoster.Empty);
    }

    /// <inheritdoc/>
    public EgressRoster Roster => roster;

    /// <inheritdoc/>
    public bool AreKnown => areKnown || IsAlone;

    private bool IsAlone => silos.GetApproximateSiloStatuses(onlyActive: true).Count <= 1;

    private IEgressRosterGrain Grain => grains.GetGrain<IEgressRosterGrain>(IEgressRosterGrain.Key);

    /// <summary>Tells all silos that a provider blocked an egress.</summary>
    public async Task BlockedAsync(string egress, string provider, DateTimeOffset at)
    {
        try
        {
            Take(await Grain.BlockedAsync(egress, provider, at));
        }
        catch (Exception failure)
        {
            // The lane remembers the block and tells it again when it begins anew.
            LogNotAsked(failure);
        }
    }

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(EgressWatch), Stage, StartAsync, StopAsync);

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        await LookAsync();
        looking = LookOnAsync(began);
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await stop.CancelAsync();
        await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task LookOnAsync(long began)
    {
        while (true)
        {
            await Task.Delay(areKnown ? LookEvery : LookSoon, clock, stop.Token);
            await LookAsync();
            if (areKnown || clock.GetElapsedTime(began) < LongestUnknown)
                continue;
            areKnown = true;
            LogOwnAlone();
        }
    }

    private async Task LookAsync()
    {
        try
        {
            // A silo that hangs is asked for longer than a start may take.
            Take(await Grain.SeeAsync(own).AsTask().WaitAsync(LookEvery, clock));
            areKnown = true;
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            if (areKnown)
                LogNotAsked(failure);
            else
                LogNotKnown(failure);
        }
    }

    // Answers to calls that were under way together come in any order.
    private void Take(EgressRoster answer)
    {
        lock (gate)
        {
            if (answer.Revision > roster.Revision)
                roster = WithOwn(answer);
        }
    }

    // Whatever others know: what this silo has is there as long as it runs.
    private EgressRoster WithOwn(EgressRoster others)
    {
        var all = others.All.ToDictionary(egress => egress.Egress.Name, StringComparer.Ordinal);
        foreach (var egress in own)
            all[egress.Name] = KnownEgress.Here(egress, all.GetValueOrDefault(egress.Name)?.Standing);
        return new EgressRoster([.. all.Values.OrderBy(egress => egress.Egress.Name, StringComparer.Ordinal)], others.Revision);
    }

    [LoggerMessage(EventId = 3006, Level = LogLevel.Warning, Message = "The roster of egresses could not be asked; what was known last holds")]
    private partial void LogNotAsked(Exception exception);

    [LoggerMessage(EventId = 3009, Level = LogLevel.Warning, Message = "The roster of egresses could not be asked yet: no mail server is asked until the egresses of the other silos are known, for a minute at most")]
    private partial void LogNotKnown(Exception exception);

    [LoggerMessage(EventId = 3010, Level = LogLevel.Warning, Message = "The roster of egresses does not answer: mail servers are asked from this silo's own egresses alone until it does")]
    private partial void LogOwnAlone();
}
