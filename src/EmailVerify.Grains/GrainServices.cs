using EmailVerify.Core.Batches;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Grains.Batches;
using EmailVerify.Grains.Domains;
using EmailVerify.Grains.Egresses;
using EmailVerify.Grains.Emails;
using EmailVerify.Grains.Lanes;
using EmailVerify.Grains.Retries;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Serialization;

namespace EmailVerify.Grains;

/// <summary>What the grains need beside the ports of Core.</summary>
public static class GrainServices
{
    /// <summary>Adds the grains' services to a silo, and wakes retries and batches when it has started.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="plan">How lanes are made.</param>
    public static ISiloBuilder AddVerificationGrains(this ISiloBuilder silo, LanePlan plan)
    {
        silo.Services
            .AddSingleton(plan)
            .AddSingleton<EgressWatch>()
            .AddSingleton<IEgresses>(services => services.GetRequiredService<EgressWatch>())
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<EgressWatch>())
            .AddSingleton<EgressSilos>()
            .AddPlacementFilter<EgressPlacementStrategy, EgressPlacementDirector>(ServiceLifetime.Singleton)
            .AddSingleton<LaneDirectory>()
            .AddSingleton<LiveLanes>()
            .AddSingleton<ILiveLanes>(services => services.GetRequiredService<LiveLanes>())
            .AddSingleton(new SessionSlots(plan.MaxSessions))
            .AddSingleton<SharedLimits>()
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<LiveLanes>())
            .AddSingleton<ICatchAllRegister, CatchAllRegister>()
            .AddSingleton<DecoyProber>()
            .AddSingleton<ChunkWorkshop>()
            .AddSingleton<WorkWatch>()
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<WorkWatch>())
            .AddKeyedSingleton<IEmailProber, LiveProber>(EmailKey.Live)
            .AddKeyedSingleton<IEmailProber, TestProber>(EmailKey.Test)

            // What a store says by the type of its exception must be heard on every silo.
            .Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add(nameof(EmailVerify)));
        _ = silo.UseSiloMetadata(new Dictionary<string, string>(StringComparer.Ordinal) { [EgressSilos.MetadataKey] = string.Join(',', plan.Egresses.Select(egress => egress.Name)) });
        return silo.AddStartupTask(WakeRetriesAsync).AddStartupTask(WakeBatchesAsync);
    }

    private static Task WakeRetriesAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var grains = services.GetRequiredService<IGrainFactory>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        return Task.WhenAll(RetryKey.All.Select(key => grains.GetGrain<IRetryGrain>(key).WakeAsync(now).AsTask()));
    }

    // A batch's reminder would wake it within a minute; a start need not wait for that.
    private static async Task WakeBatchesAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var grains = services.GetRequiredService<IGrainFactory>();
        foreach (var id in await services.GetRequiredService<IBatchStore>().OpenAsync(cancellationToken))
            grains.GetGrain<IBatchGrain>(id).WakeAsync().AsTask().Ignore();
    }
}
