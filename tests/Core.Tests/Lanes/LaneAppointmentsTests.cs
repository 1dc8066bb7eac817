using System.Net;
using CsCheck;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;

namespace EmailVerify.Core.Tests.Lanes;

public sealed class LaneAppointmentsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly LaneAppointments appointments = new();

    [Fact]
    public void Next_WhateverThePaceAndTheHosts_NeverNamesMoreThanFit() =>
        Gen.Select(Gen.Int[100, 5_000], Gen.Int[100, 5_000], Gen.Int[0, 30].Array[1, 300]).Sample((pace, sessionPace, hosts) =>
        {
            var own = new LaneAppointments();
            var times = hosts.Select(host => own.Next(HostsOf(host), Start, null, TimeSpan.FromMilliseconds(pace), TimeSpan.FromMilliseconds(sessionPace), 20)).Order().ToArray();
            var mostAtOnce = Math.Clamp(Math.Max(pace, sessionPace) / pace, 1, 20);
            return times[0] == Start + Lane.Patience && Enumerable.Range(0, times.Length).All(from =>
                times.Count(time => time >= times[from] && time < times[from].AddMinutes(1)) <= (60_000 / pace) + mostAtOnce + 1);
        });

    [Fact]
    public void Next_OfOneHost_ComeTogetherAsManyAsFitBetweenTwoSessions()
    {
        var times = Enumerable.Range(0, 9).Select(_ => Next(1, Second, 3 * Second)).ToArray();

        Assert.Equal([30, 30, 30, 33, 33, 33, 36, 36, 36], times);
    }

    [Fact]
    public void Next_OfMoreThanASessionCarries_TakesAnother()
    {
        var times = Enumerable.Range(0, 4).Select(_ => Next(1, Second, 3 * Second, perSession: 2)).ToArray();

        Assert.Equal([30, 30, 33, 33], times);
    }

    [Fact]
    public void Next_AfterARest_IsNotBeforeItsEnd()
    {
        _ = Next(1, Second, 3 * Second);
        var until = Start.AddMinutes(10);
        Assert.Equal(until, appointments.Next(HostsOf(1), Start, until, Second, 3 * Second, 20));
        Assert.Equal(until.AddSeconds(3), appointments.Next(HostsOf(2), Start, until, Second, 3 * Second, 20));
    }

    [Fact]
    public void Next_ForEver_IsWithinADay()
    {
        var last = 0.0;
        for (var times = 0; times < 2_000; times++)
            last = Next(times, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));

        Assert.Equal(LaneAppointments.Longest.TotalSeconds, last);
    }

    [Fact]
    public void Next_WithoutLimits_StillSpreads()
    {
        var times = Enumerable.Range(0, 1_000).Select(_ => appointments.Next(HostsOf(1), Start, null, TimeSpan.Zero, TimeSpan.Zero, int.MaxValue)).ToArray();

        Assert.Equal(1_000, times.Distinct().Count());
        Assert.True(times[^1] < Start.AddMinutes(1));
    }

    [Fact]
    public void Arrived_WhereTheOnesWithAppointmentsStayAway_ForgetsThem()
    {
        for (var times = 0; times < 1_000; times++)
            _ = Next(1, Second, Second);
        appointments.Arrived(Start.AddSeconds(40));
        Assert.Equal(1_030, Next(1, Second, Second, at: 40));
        appointments.Arrived(Start.AddSeconds(60));
        Assert.Equal(1_031, Next(1, Second, Second, at: 60));

        appointments.Arrived(Start.AddSeconds(91));
        Assert.Equal(121, Next(1, Second, Second, at: 91));
    }

    private static HostSet HostsOf(int number) => new([new Exchanger($"mx-{number}", 0, [IPAddress.Loopback])], null);

    private double Next(int host, TimeSpan pace, TimeSpan sessionPace, int perSession = 20, int at = 0) =>
        (appointments.Next(HostsOf(host), Start.AddSeconds(at), null, pace, sessionPace, perSession) - Start).TotalSeconds;
}
