using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Lanes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Hosting;
using Orleans.TestingHost;

namespace EmailVerify.Grains.Tests.World;

/// <summary>Everything outside the grains. It outlives clusters.</summary>
internal sealed class Fakes
{
    public static readonly Egress Egress = new("eg-1", null, "mail.example.org", "probe@example.org");

    public Fakes() => Sessions = new FakeSessions(Time.Clock);

    public FakeTime Time { get; } = new();

    public FakeStore Store { get; } = new();

    public FakeSessions Sessions { get; }

    public FakeResolver Dns { get; } = new();

    public FakeGrainStorage Storage { get; } = new();

    public LanePlan Plan { get; init; } = new([Egress], TlsMode.Opportunistic, new ProbeTimeouts(), Enforce: true);

    public Settlement Settlement { get; init; } = new(RetrySchedule.Default, Freshness.Default, "rules-1");

    /// <summary>Gets which silos, by their number, have the egresses of the plan; the others have none.</summary>
    public Func<int, bool> HasEgresses { get; init; } = static _ => true;

    /// <summary>Gets what is put in place of the fakes.</summary>
    public Action<ISiloBuilder> Also { get; init; } = static _ => { };

    public void AddTo(ISiloBuilder silo, int number = 0)
    {
        _ = silo.UseInMemoryReminderService().AddVerificationGrains(HasEgresses(number) ? Plan : Plan with { Egresses = [] });
        silo.Services
            .AddSingleton<TimeProvider>(Time.Clock)
            .AddSingleton<IVerificationStore>(Store)
            .AddSingleton<IRetryStore>(Store)
            .AddSingleton<IDomainStore>(Store)
            .AddSingleton(NoBatches.Store)
            .AddSingleton<ISessions>(Sessions)
            .AddSingleton<IResolver>(Dns)
            .AddSingleton(ProviderCatalog.Default)
            .AddSingleton(Settlement)
            .AddSingleton(new Decoys(new byte[32]))
            .AddSingleton(new RouteFinder(Dns, AddressPolicy.PrivateToo, ProviderCatalog.Default, new Random(1), Time.Clock))
            .AddGrainStorage("Default", (_, _) => Storage)
            .UseTimeProviderForBackgroundAreas(TimeProvider.System);
        Also(silo);
    }
}
