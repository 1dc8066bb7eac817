using System.Diagnostics.Metrics;
using EmailVerify.Core;
using EmailVerify.Core.Exports;

namespace EmailVerify.Host.Exports;

/// <summary>What is measured of exports.</summary>
internal sealed class ExportInstruments : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "EmailVerify.Exports";

    private readonly Meter meter;
    private readonly Counter<long> ended;
    private readonly Counter<long> rows;

    public ExportInstruments(IMeterFactory factory)
    {
        meter = factory.Create(MeterName);
        ended = meter.CreateCounter<long>("emailverify.exports.ended", "{export}", "Exports that have ended, by outcome: completed or failed.");
        rows = meter.CreateCounter<long>("emailverify.exports.rows", "{row}", "Rows that were written into files of exports.");
    }

    /// <summary>Counts rows that were stored.</summary>
    public void Written(long count) => rows.Add(count);

    /// <summary>Counts an export that has ended.</summary>
    public void Ended(Export export) => ended.Add(1, new KeyValuePair<string, object?>("outcome", Words.Of(export.Status)));

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();
}
