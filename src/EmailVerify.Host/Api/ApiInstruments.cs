using System.Diagnostics.Metrics;

namespace EmailVerify.Host.Api;

/// <summary>What is measured at the front door. Never an address, a domain or a customer as a label.</summary>
internal sealed class ApiInstruments : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "EmailVerify.Api";

    // Cached answers take some 100 µs, live ones up to the longest wait of 25 s.
    private static readonly double[] Seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 15, 25, 30];

    private readonly Meter meter;
    private readonly Counter<long> requests;
    private readonly Histogram<double> durations;
    private readonly Counter<long> lookups;

    public ApiInstruments(IMeterFactory factory)
    {
        meter = factory.Create(MeterName);
        requests = meter.CreateCounter<long>(
            "emailverify.api.requests", "{request}", "Requests by operation and outcome: ok, accepted, not_modified, or the code of the problem.");
        durations = meter.CreateHistogram(
            "emailverify.api.request.duration", "s", "Time from the first byte of a request to the end of its answer, by operation.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        lookups = meter.CreateCounter<long>(
            "emailverify.api.verdicts", "{verdict}", "Verdicts told to callers, by where they came from: live, cache, syntax, dns, test.");
    }

    /// <summary>Counts one request.</summary>
    public void Answered(string operation, string outcome, TimeSpan took)
    {
        requests.Add(1, new KeyValuePair<string, object?>("operation", operation), new KeyValuePair<string, object?>("outcome", outcome));
        durations.Record(took.TotalSeconds, new KeyValuePair<string, object?>("operation", operation));
    }

    /// <summary>Counts one verdict.</summary>
    public void Told(string source) => lookups.Add(1, new KeyValuePair<string, object?>("source", source));

    public void Dispose() => meter.Dispose();
}
