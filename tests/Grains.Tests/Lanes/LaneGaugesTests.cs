using System.Diagnostics.Metrics;
using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Grains.Lanes;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Lanes;

/// <summary>A collection that runs beside no other: gauges are of the whole process, and lanes of many clusters have the same keys.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class LaneGaugesTests : IAsyncLifetime
{
    private readonly Fakes fakes = new();
    private readonly string domain = Cluster.Domain();
    private Cluster cluster = null!;

    public async ValueTask InitializeAsync() => cluster = await Cluster.StartAsync(fakes);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task Gauges_ShowSessionsOfEachLane()
    {
        var gate = fakes.Sessions.Hold("hang@" + domain);
        var lane = cluster.LaneOf("x@" + domain);
        var asking = AskAsync(lane);
        await gate.Reached;
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        using var listener = new MeterListener { InstrumentPublished = (instrument, one) => { if (instrument.Meter.Name is "EmailVerify.Lanes") one.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => seen[$"{instrument.Name} {tags[0].Value}"] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal((1, 0), (seen["emailverify.lane.sessions " + lane.GetPrimaryKeyString()], seen["emailverify.lane.waiting " + lane.GetPrimaryKeyString()]));

        gate.Open();
        await asking;
        await cluster.Silos.DeactivateAsync(lane);
        seen.Clear();
        listener.RecordObservableInstruments();
        Assert.DoesNotContain(seen.Keys, key => key.EndsWith(lane.GetPrimaryKeyString(), StringComparison.Ordinal));
    }

    private async Task AskAsync(ILaneGrain lane)
    {
        var route = new Route.Exchangers([new Exchanger("mx." + domain, 10, [IPAddress.Loopback])], domain);
        await foreach (var some in lane.AskAsync(new LaneQuestions([new LaneQuestion(0, EmailAddress.Parse("hang@" + domain), route, AskDecoys: false, Interactive: true)]), CancellationToken.None))
            Assert.Single(some.Answers);
    }
}
