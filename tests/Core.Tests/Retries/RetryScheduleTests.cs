using CsCheck;
using EmailVerify.Core.Retries;

namespace EmailVerify.Core.Tests.Retries;

public sealed class RetryScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 6)]
    [InlineData(2, 15)]
    [InlineData(3, 60)]
    [InlineData(4, 240)]
    public void Next_NothingNamed_FollowsTheSteps(int tries, int minutes) =>
        Assert.Equal(Now.AddMinutes(minutes), RetrySchedule.Default.Next(tries, null, Now));

    [Fact]
    public void Next_AfterTheLastTry_IsNull() => Assert.Null(RetrySchedule.Default.Next(RetrySchedule.Default.Tries, TimeSpan.FromMinutes(10), Now));

    [Theory]
    [InlineData(10, 360)]
    [InlineData(600, 600)]
    [InlineData(200_000, 86_400)]
    public void Next_PauseNamed_IsBelievedWithinBounds(int namedSeconds, int expectedSeconds) =>
        Assert.Equal(Now.AddSeconds(expectedSeconds), RetrySchedule.Default.Next(3, TimeSpan.FromSeconds(namedSeconds), Now));

    [Theory]
    [InlineData(1, 1, 6)]
    [InlineData(1, 30, 30)]
    [InlineData(2, 30, 30)]
    [InlineData(3, 30, 60)]
    [InlineData(1, 240, 240)]
    [InlineData(1, 1440, 240)]
    public void Next_PauseOfTheProviderOnly_IsKeptBetweenTheStepAndTheLongest(int tries, int usualMinutes, int expectedMinutes) =>
        Assert.Equal(Now.AddMinutes(expectedMinutes), RetrySchedule.Default.Next(tries, null, Now, TimeSpan.FromMinutes(usualMinutes)));

    [Fact]
    public void Next_PauseNamedAndPauseOfTheProvider_IsTheNamed() =>
        Assert.Equal(Now.AddMinutes(10), RetrySchedule.Default.Next(1, TimeSpan.FromMinutes(10), Now, TimeSpan.FromMinutes(120)));

    [Fact]
    public void LastAt_FromTheFirstTry_IsTheSumOfTheSteps() => Assert.Equal(Now.AddMinutes(6 + 15 + 60 + 240), RetrySchedule.Default.LastAt(1, Now));

    [Fact]
    public void Next_WhateverIsNamed_IsNeitherBeforeTheFirstStepNorAfterADay() =>
        Gen.Int[-1_000_000, 1_000_000].Sample(seconds =>
        {
            var next = RetrySchedule.Default.Next(1, TimeSpan.FromSeconds(seconds), Now)!.Value - Now;
            return next >= RetrySchedule.Default.Steps[0] && next <= RetrySchedule.Longest;
        });

    [Fact]
    public void Next_NoTryBehindUs_IsADefect() => Assert.Throws<ArgumentOutOfRangeException>(() => RetrySchedule.Default.Next(0, null, Now));
}
