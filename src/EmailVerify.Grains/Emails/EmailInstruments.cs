using System.Diagnostics.Metrics;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Grains.Emails;

/// <summary>The instruments of interactive attempts, meter <c>EmailVerify.Emails</c>. Tags: <c>reason</c>; never an address or a domain.</summary>
internal static class EmailInstruments
{
    private static readonly Meter Meter = new("EmailVerify.Emails");

    private static readonly Histogram<double> Attempts = Meter.CreateHistogram(
        "emailverify.attempt.duration",
        "s",
        "How long one attempt to verify an address took",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120] });

    public static void Attempted(AttemptResult result, TimeSpan took)
    {
        var reason = result switch
        {
            AttemptResult.Judged { Judgement: Judgement.Final final } => Words.Of(final.Reason),
            AttemptResult.Judged { Judgement: Judgement.Again again } => Words.Of(again.Cause),
            AttemptResult.Deferred deferred => Words.Of(deferred.Cause),
            AttemptResult.Given given => Words.Of(given.Verdict.Reason),
            _ => throw new ArgumentOutOfRangeException(nameof(result), result, "Not a result."),
        };
        var kind = result is AttemptResult.Given or AttemptResult.Judged { Judgement: Judgement.Final } ? "final" : "again";
        Attempts.Record(took.TotalSeconds, new("reason", reason), new("kind", kind));
    }
}
