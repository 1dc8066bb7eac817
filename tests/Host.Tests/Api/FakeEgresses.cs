using EmailVerify.Core.Lanes;
using EmailVerify.Grains.Egresses;
using EmailVerify.Grains.Lanes;

namespace EmailVerify.Host.Tests.Api;

/// <summary>The egresses of a plan, all on this silo.</summary>
internal sealed class FakeEgresses(LanePlan plan, TimeProvider clock) : IEgresses
{
    public EgressHealth Health { get; } = new([]);

    public DateTimeOffset SeenAt { get; set; } = DateTimeOffset.MaxValue;

    public bool AreKnown => true;

    public EgressRoster Roster => new([.. plan.Egresses.Select(egress => new KnownEgress(egress, SeenAt, Health.Stand(egress.Name, clock.GetUtcNow())))], 1);
}
