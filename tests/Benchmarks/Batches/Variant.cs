namespace EmailVerify.Benchmarks.Batches;

/// <summary>A mail internet, and what is promised there.</summary>
/// <param name="Name">For a person.</param>
/// <param name="RoundTrip">The round trip of its network.</param>
/// <param name="Tls">Whether its hosts offer STARTTLS.</param>
/// <param name="MostProcessor">The most processor time of the service for an address, in microseconds; null for no bound.</param>
/// <param name="LeastRate">The least addresses a second; null for no bound.</param>
/// <param name="FloorSessions">How many sessions the bare client holds at once: enough to keep its core busy.</param>
internal sealed record Variant(string Name, TimeSpan RoundTrip, bool Tls, double? MostProcessor, double? LeastRate, int FloorSessions)
{
    public static readonly IReadOnlyList<Variant> All =
    [
        new("no TLS, 0 ms", TimeSpan.Zero, Tls: false, MostProcessor: 130, LeastRate: null, FloorSessions: 64),
        new("TLS, 0 ms", TimeSpan.Zero, Tls: true, MostProcessor: 220, LeastRate: null, FloorSessions: 64),
        new("no TLS, 40 ms", TimeSpan.FromMilliseconds(40), Tls: false, MostProcessor: null, LeastRate: 4_000, FloorSessions: 1_000),
    ];
}
