using System.Net;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Doctor;

public sealed class DoctorReportTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 30, 3, 12, 0, TimeSpan.Zero);

    [Fact]
    public void Verdict_OfWarnings_IsAble() => Assert.Equal(DoctorVerdict.Able, Report(Check("clock", CheckState.Warning), Check("egress", CheckState.Ok)).Verdict);

    [Fact]
    public void Verdict_OfAFailureThatLeavesTheWork_IsDegraded() => Assert.Equal(DoctorVerdict.Degraded, Report(Check("spf", CheckState.Failed, "eg-1")).Verdict);

    [Fact]
    public void Verdict_OneEgressOfTwoStopped_IsDegraded() =>
        Assert.Equal(DoctorVerdict.Degraded, Report(Stopped("port_25", "eg-1"), Check("port_25", CheckState.Ok, "eg-2")).Verdict);

    [Fact]
    public void Verdict_AllEgressesStopped_IsUnableAndSaidOnce()
    {
        var report = Report(Stopped("port_25", "eg-1"), Stopped("port_25", "eg-2"), Check("port_25", CheckState.Skipped, "eg-3"));
        Assert.Equal(DoctorVerdict.Unable, report.Verdict);
        Assert.Equal("eg-1", Assert.Single(report.MostlyUnknown).Subject);
    }

    // The proxy's check stands in the place of the port's: together they say whether anybody can be asked.
    [Fact]
    public void Verdict_DeadProxies_StopOnlyTheirEgresses()
    {
        var one = Report(Stopped("proxy", "eg-1"), Check("port_25", CheckState.Ok, "eg-2"));
        Assert.Equal(DoctorVerdict.Degraded, one.Verdict);
        Assert.Empty(one.MostlyUnknown);
        Assert.NotNull(one.BearingOn(VerdictReason.NoEgress));

        var both = Report(Stopped("proxy", "eg-1"), Stopped("port_25", "eg-2"));
        Assert.Equal(DoctorVerdict.Unable, both.Verdict);
        Assert.Equal("proxy", Assert.Single(both.MostlyUnknown).Id);
    }

    [Fact]
    public void MostlyUnknown_OfADeadDatabase_IsEmpty()
    {
        var report = Report(Stopped("database"), Check("egress", CheckState.Ok));
        Assert.Equal(DoctorVerdict.Unable, report.Verdict);
        Assert.Empty(report.MostlyUnknown);
    }

    [Fact]
    public void MostlyUnknown_OfSkippedChecks_IsEmpty() => Assert.Empty(Report(Check("port_25", CheckState.Skipped)).MostlyUnknown);

    [Theory]
    [InlineData(VerdictReason.NoConnect, "port_25")]
    [InlineData(VerdictReason.Timeout, "port_25")]
    [InlineData(VerdictReason.BlockedByPolicy, "block_lists")]
    [InlineData(VerdictReason.DnsError, "resolver")]
    [InlineData(VerdictReason.NoEgress, "egress")]
    [InlineData(VerdictReason.Greylisted, null)]
    [InlineData(VerdictReason.AcceptAll, null)]
    [InlineData(null, null)]
    public void BearingOn_Reason_IsTheCheckThatMayBeWhy(VerdictReason? reason, string? id)
    {
        var report = Report(Check("egress", CheckState.Failed), Check("resolver", CheckState.Failed), Check("helo", CheckState.Warning), Check("block_lists", CheckState.Failed), Check("port_25", CheckState.Failed));
        Assert.Equal(id is null ? null : $"At 2026-11-30 03:12Z the doctor saw: Seen by {id}.", report.BearingOn(reason));
    }

    [Fact]
    public void BearingOn_WhatIsFine_IsNothing() => Assert.Null(Report(Check("port_25", CheckState.Ok), Check("resolver", CheckState.Skipped)).BearingOn(VerdictReason.NoConnect));

    [Fact]
    public void BearingOn_AFailureBehindAWarning_IsTheFailure() =>
        Assert.Contains("of eg-2: Seen by spf.", Report(Check("helo", CheckState.Warning, "eg-1"), Check("spf", CheckState.Failed, "eg-2")).BearingOn(VerdictReason.BlockedByPolicy), StringComparison.Ordinal);

    [Theory]
    [InlineData("192.0.2.7", "7.2.0.192.bl.example")]
    [InlineData("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example")]
    public void ReverseName_OfAnAddress_HasItsWidestPartLast(string address, string expected) => Assert.Equal(expected, ReverseName.Under(IPAddress.Parse(address), "bl.example"));

    private static DoctorReport Report(params Check[] checks) => new(At, [.. checks]);

    private static Check Check(string id, CheckState state, string? subject = null) => new(id, state, $"Seen by {id}.", "Why.") { Subject = subject };

    private static Check Stopped(string id, string? subject = null) => Check(id, CheckState.Failed, subject) with { StopsWork = true };
}
