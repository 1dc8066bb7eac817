using System.Collections.Immutable;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Egresses;

/// <inheritdoc cref="IEgressRosterGrain"/>
[GrainType("egress-roster"), KeepAlive]
internal sealed partial class EgressRosterGrain(
    [PersistentState("egress-roster")] IPersistentState<EgressRosterState> state,
    TimeProvider clock,
    ILogger<EgressRosterGrain> logger) : Grain, IEgressRosterGrain
{
    /// <summary>So old the times may be that an heir finds: much less than an egress is waited for.</summary>
    private static readonly TimeSpan RememberEvery = TimeSpan.FromMinutes(5);

    /// <summary>A configuration has at most 256 egresses; so many silos with their own share a roster.</summary>
    private const int MaxEgresses = 4_096;

    private readonly SortedDictionary<string, SeenEgress> seen = new(StringComparer.Ordinal);
    private EgressHealth health = new([]);
    private long revision;
    private DateTimeOffset rememberedAt = DateTimeOffset.MinValue;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Who was there when this was stored may have been seen until just now. Taken for away, it would be waited for as long as that is ago.
        var now = clock.GetUtcNow();
        var stored = state.State.Seen.Select(egress => egress.At).DefaultIfEmpty().Max();
        foreach (var egress in state.State.Seen)
        {
            var latest = egress.At + RememberEvery < now ? egress.At + RememberEvery : now;
            seen[egress.Egress.Name] = stored - egress.At < EgressRoster.AbsentAfter ? egress with { At = latest } : egress;
        }

        health = new EgressHealth(state.State.Health.Select(record => record.ToRecord()));

        // More than an older activation can have given: it gave fewer than one a tick.
        revision = now.UtcTicks;
        return Task.CompletedTask;
    }

    public async ValueTask<EgressRoster> SeeAsync(ImmutableArray<Egress> own)
    {
        var now = clock.GetUtcNow();
        var isNew = false;
        foreach (var egress in own)
        {
            isNew |= !seen.ContainsKey(egress.Name);
            if (seen.Count < MaxEgresses || seen.ContainsKey(egress.Name))
                seen[egress.Name] = new SeenEgress(egress, now);
        }

        foreach (var (name, _) in seen.Where(one => now - one.Value.At >= EgressRoster.GoneAfter).ToArray())
        {
            _ = seen.Remove(name);
            LogGone(name);
        }

        if (isNew || now - rememberedAt >= RememberEvery)
            await RememberAsync(now);
        return RosterAt(now);
    }

    public async ValueTask<EgressRoster> BlockedAsync(string egress, string provider, DateTimeOffset at)
    {
        if (health.Blocked(egress, provider, at))
            LogRests(egress);
        var now = clock.GetUtcNow();
        await RememberAsync(now);
        return RosterAt(now);
    }

    private EgressRoster RosterAt(DateTimeOffset now) =>
        new([.. seen.Values.Select(egress => new KnownEgress(egress.Egress, egress.At, health.Stand(egress.Egress.Name, now)))], ++revision);

    // What cannot be stored now is known all the same; the next report tries again.
    private async Task RememberAsync(DateTimeOffset now)
    {
        state.State.Seen = [.. seen.Values];
        state.State.Health = [.. health.Remember().Select(HealthState.Of)];
        try
        {
            await state.WriteStateAsync();
            rememberedAt = now;
        }
        catch (Exception failure) when (failure is not Orleans.Storage.InconsistentStateException)
        {
            LogNotStored(failure);
        }
    }
}
