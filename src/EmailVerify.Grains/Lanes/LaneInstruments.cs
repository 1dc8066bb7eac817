using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EmailVerify.Core.Lanes;

namespace EmailVerify.Grains.Lanes;

/// <summary>The gauges of lanes, meter <c>EmailVerify.Lanes</c>. Tags: <c>lane</c>, never a domain.</summary>
internal static class LaneInstruments
{
    private static readonly Meter Meter = new("EmailVerify.Lanes");
    private static readonly ConcurrentDictionary<Lane, string> Lanes = new();

    static LaneInstruments()
    {
        _ = Meter.CreateObservableGauge("emailverify.lane.sessions", () => Measure(look => look.Sessions), "{session}", "SMTP sessions open now");
        _ = Meter.CreateObservableGauge("emailverify.lane.waiting", () => Measure(look => look.Waiting), "{address}", "Addresses waiting in a lane");
    }

    public static void Add(Lane lane, string key) => Lanes[lane] = key;

    public static void Remove(Lane lane) => Lanes.TryRemove(lane, out _);

    private static IEnumerable<Measurement<int>> Measure(Func<(int Sessions, int Waiting), int> figure) =>
        Lanes.Select(pair => new Measurement<int>(figure(pair.Key.Look()), new KeyValuePair<string, object?>("lane", pair.Value)));
}
