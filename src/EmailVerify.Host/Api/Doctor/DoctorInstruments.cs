using System.Diagnostics.Metrics;
using EmailVerify.Core.Doctor;

namespace EmailVerify.Host.Api.Doctor;

/// <summary>What is measured of the doctor's last look.</summary>
internal sealed class DoctorInstruments(IMeterFactory factory) : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "EmailVerify.Doctor";

    private readonly Meter meter = factory.Create(MeterName);

    /// <summary>Measures what a desk found last: nothing before its first look, and no check that was skipped.</summary>
    public void Watch(DoctorDesk desk) => meter.CreateObservableGauge(
        "emailverify.doctor.check", () => Observe(desk.Last), "{state}", "How a check of the doctor ended: 0 ok, 1 warning, 2 failed; by check and egress.");

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private static IEnumerable<Measurement<int>> Observe(DoctorReport? report) =>
        from check in report?.Checks ?? []
        where check.State is not CheckState.Skipped
        select new Measurement<int>(
            check.State switch
            {
                CheckState.Ok => 0,
                CheckState.Warning => 1,
                _ => 2,
            },
            new KeyValuePair<string, object?>("check", check.Id),
            new KeyValuePair<string, object?>("egress", check.Subject ?? string.Empty));
}
