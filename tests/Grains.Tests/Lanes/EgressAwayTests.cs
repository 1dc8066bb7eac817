using EmailVerify.Core.Batches;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Egresses;
using EmailVerify.Grains.Lanes;
using EmailVerify.Grains.Tests.Batches;
using EmailVerify.Grains.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace EmailVerify.Grains.Tests.Lanes;

/// <summary>An egress of another silo that was there a moment ago and is not now.</summary>
public sealed class EgressAwayTests
{
    private static readonly Egress Other = new("eg-2", null, "mail2.example.org", "probe@example.org");

    [Fact]
    public async Task Verify_LongerThanAShortSchedule_IsPutOffAndThenAskedByAnother()
    {
        var fakes = new Fakes { Settlement = new(new RetrySchedule([TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(8)]), Freshness.Default, "rules-1") };
        await using var cluster = await Cluster.StartAsync(fakes);
        await LeaveAsync(cluster);
        var address = $"ok@{DomainServedBy("eg-2")}";

        var pending = (await cluster.VerifyAsync(address)).Verification;
        Assert.Equal((VerdictReason.NoEgress, 0), (pending.Pending?.Cause, pending.Attempts));
        await fakes.Time.PassAsync(TimeSpan.FromMinutes(25), TimeSpan.FromSeconds(10));
        Assert.Equal(VerdictReason.NoEgress, (await cluster.VerifyAsync(address)).Verification.Pending?.Cause);

        await fakes.Time.UntilAsync(() => fakes.Sessions.TimesAsked(address) > 0, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10));
        Assert.Equal(VerdictReason.AcceptedEmail, (await cluster.VerifyAsync(address)).Verification.Verdict?.Reason);
    }

    // The roster's silo died, and its heir finds times as old as when they were stored last.
    [Fact]
    public async Task Roster_FoundByAnHeir_TakesNobodyForAwayWhoWasThereUntilThen()
    {
        var fakes = new Fakes();
        await using (var cluster = await Cluster.StartAsync(fakes))
        {
            var roster = cluster.Grains.GetGrain<IEgressRosterGrain>(IEgressRosterGrain.Key);
            for (var report = 0; report < 12; report++)
            {
                _ = await roster.SeeAsync([Other]);
                await fakes.Time.PassAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5));
            }
        }

        await using var heir = await Cluster.StartAsync(fakes);
        var egresses = heir.Service<IEgresses>();
        Assert.False(egresses.Roster.Find(Other.Name)?.IsAbsent(fakes.Time.Now));
        await fakes.Time.UntilAsync(() => egresses.Roster.Find(Other.Name)?.IsAbsent(fakes.Time.Now) is true, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    // Two silos have begun to work, and the second knows its own egresses alone: from one of these it would ask what another is known for.
    [Fact]
    public async Task Start_BesideAnother_FindsNoLaneUntilTheRosterHasAnswered()
    {
        var fakes = Deaf();
        await using var cluster = await Cluster.StartAsync(fakes);
        Assert.NotNull(cluster.Service<LaneDirectory>().Find("d.example", "d.example").Lane);

        _ = await cluster.Silos.StartAdditionalSiloAsync();
        var second = cluster.ServiceOf<LaneDirectory>(1);
        Assert.Equal((null, true), (second.Find("d.example", "d.example").Lane, second.Find("d.example", "d.example").IsAway));

        fakes.Storage.FailsToRead = static _ => false;
        await fakes.Time.UntilAsync(() => second.IsReady, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        Assert.NotNull(second.Find("d.example", "d.example").Lane);
    }

    [Fact]
    public async Task Start_BesideAnotherAndWithoutTheRosterForAMinute_IsContentWithItsOwn()
    {
        var fakes = Deaf();
        await using var cluster = await Cluster.StartAsync(fakes);
        _ = await cluster.Silos.StartAdditionalSiloAsync();
        var second = cluster.ServiceOf<LaneDirectory>(1);
        await fakes.Time.PassAsync(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(1));
        Assert.False(second.IsReady);
        await fakes.Time.UntilAsync(() => second.IsReady, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Batch_OnASiloThatKnowsNoOthersYet_WritesNoRowAndGoesOnAfterwards()
    {
        var egresses = new LateEgresses();
        await using var world = await BatchWorld.StartAsync(new Fakes { Also = silo => silo.Services.AddSingleton<IEgresses>(services => egresses.Of(services.GetRequiredService<EgressWatch>())) });
        var grain = await world.BeginAsync([.. Enumerable.Range(0, 10).Select(static at => $"ok{at}@{Cluster.Domain()}")]);
        await world.Time.UntilAsync(() => egresses.TimesLooked > 2, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(30));
        var counts = (await world.FindAsync(grain)).Counts;
        Assert.Equal((0, 0), (counts.Done, counts.Retrying));

        egresses.AreKnownNow = true;
        Assert.Equal(10, (await world.EndAsync(grain)).Counts.Deliverable);
    }

    [Fact]
    public async Task Batch_WithRowsOfTheOthers_GoesOnWithTheseAndEndsInTheEnd()
    {
        await using var world = await BatchWorld.StartAsync();
        await LeaveAsync(world.Cluster);
        var (here, away) = (DomainServedBy("eg-1"), DomainServedBy("eg-2"));

        // Many more than the chunks that are open at once.
        var emails = Enumerable.Range(0, 20 * ChunkRows.PerChunk).Select(at => at % ChunkRows.PerChunk == 0 ? $"ok{at}@{away}" : at % ChunkRows.PerChunk == 1 ? $"ok{at}@{here}" : "no address").ToArray();
        var grain = await world.BeginAsync(emails);
        var most = await world.UntilAsync(grain, batch => batch.Counts.Done == emails.Length - 20);
        Assert.Equal((BatchStatus.Running, 20), (most.Status, most.Counts.Retrying));

        var ended = await world.EndAsync(grain, TimeSpan.FromMinutes(40), TimeSpan.FromSeconds(1));
        Assert.Equal((emails.Length, 40), (ended.Counts.Done, ended.Counts.Deliverable));
    }

    private static Fakes Deaf()
    {
        var fakes = new Fakes();
        fakes.Storage.FailsToRead = static grain => grain.StartsWith("egress-roster/", StringComparison.Ordinal);
        return fakes;
    }

    // It tells the roster once, and never again.
    private static async Task LeaveAsync(Cluster cluster)
    {
        _ = await cluster.Grains.GetGrain<IEgressRosterGrain>(IEgressRosterGrain.Key).SeeAsync([Other]);
        var egresses = cluster.Service<IEgresses>();
        await cluster.Time.UntilAsync(() => egresses.Roster.Find(Other.Name)?.IsAbsent(cluster.Time.Now) is true, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    private static string DomainServedBy(string egress)
    {
        var roster = new EgressRoster([KnownEgress.Here(Fakes.Egress), KnownEgress.Here(Other)], 1);
        return Enumerable.Range(0, 100).Select(_ => Cluster.Domain()).First(domain => string.Equals(roster.For(domain, default).Egress, egress, StringComparison.Ordinal));
    }

    private sealed class LateEgresses : IEgresses
    {
        private EgressWatch? watch;

        public bool AreKnownNow { get; set; }

        public int TimesLooked { get; private set; }

        public bool AreKnown
        {
            get
            {
                TimesLooked++;
                return AreKnownNow;
            }
        }

        public EgressRoster Roster => watch!.Roster;

        public LateEgresses Of(EgressWatch real)
        {
            watch = real;
            return this;
        }
    }
}
