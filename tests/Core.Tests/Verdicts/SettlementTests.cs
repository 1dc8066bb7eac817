using System.Net;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Verdicts;

public sealed class SettlementTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private static readonly Settlement Settlement = new(RetrySchedule.Default, Freshness.Default, "1");

    private readonly Verification asked = new()
    {
        Id = "ver_1",
        CustomerId = "cus_default",
        AddressHash = new AddressHash(7),
        Email = "jane@example.com",
        CreatedAt = Now,
    };

    [Fact]
    public void Accept_BeforeTheFirstAttempt_IsDueAfterTheProbesDeadline()
    {
        var (accepted, ticket) = Settlement.Accept(asked, Now);

        Assert.Equal(Now + Settlement.ProbeDeadline, ticket.DueAt);
        Assert.Equal(ticket.DueAt, accepted.Pending!.NextAttemptAt);
        Assert.Null(accepted.Pending.Cause);
    }

    [Fact]
    public void Accept_WhereNobodyAsksYet_IsDueSoon()
    {
        var (accepted, ticket) = Settlement.Accept(asked, Now, isBegun: false);
        Assert.Equal((null, Now.AddSeconds(2), Now.AddSeconds(2)), (accepted.Pending!.Cause, accepted.Pending.NextAttemptAt, ticket.DueAt));
    }

    [Fact]
    public void Apply_AVerdict_RemovesTheRow()
    {
        var (accepted, _) = Settlement.Accept(asked, Now);
        var (settled, ticket) = Settlement.Apply(accepted, Judged(Judge.Final(VerdictReason.AcceptedEmail)), Now);

        Assert.Null(ticket);
        Assert.Null(settled.Pending);
        Assert.Equal((VerdictReason.AcceptedEmail, false, false), (settled.Verdict!.Reason, settled.Verdict.MailboxFull, settled.Verdict.MailboxDisabled));
        Assert.Equal(Now.AddDays(14), settled.Verdict.FreshUntil);
        Assert.Equal("mx.example.com", settled.Verdict.Exchanger);
        Assert.Equal(1, settled.Attempts);
    }

    [Fact]
    public void Apply_Greylisted_IsAskedAgainUntilTheLastTryAndThenUnknown()
    {
        var again = Judged(new Judgement.Again(VerdictReason.Greylisted, TimeSpan.FromMinutes(8), Judge.Final(VerdictReason.Greylisted)));
        var (verification, now) = (asked, Now);
        for (var tries = 1; tries < RetrySchedule.Default.Tries; tries++)
        {
            (verification, var ticket) = Settlement.Apply(verification, again, now);
            Assert.Equal((tries, now.AddMinutes(8), "eg-1"), (ticket!.Attempt, ticket.DueAt, ticket.Egress));
            Assert.Equal(ticket.DueAt, verification.Evidence[^1].RetryAt);
            Assert.Equal(Now, verification.Pending!.Since);
            now = ticket.DueAt;
        }

        (verification, var last) = Settlement.Apply(verification, again, now);
        Assert.Null(last);
        Assert.Equal((VerdictStatus.Unknown, VerdictReason.Greylisted), (verification.Verdict!.Status, verification.Verdict.Reason));
        Assert.Equal(verification.Verdict.FoundAt, verification.Verdict.FreshUntil);
        Assert.Equal(RetrySchedule.Default.Tries, verification.Evidence.Length);
    }

    [Fact]
    public void Apply_GreylistedByAnotherEgress_BeginsItsTriesAnewButNotForEver()
    {
        var again = Judged(new Judgement.Again(VerdictReason.Greylisted, null, Judge.Final(VerdictReason.Greylisted)));
        var (verification, ticket, now) = (asked, default(RetryTicket), Now);
        var pauses = new List<TimeSpan>();
        foreach (var egress in new[] { "eg-1", "eg-1", "eg-1", "eg-2", "eg-2", "eg-2", "eg-2" })
        {
            (verification, ticket) = Settlement.Apply(verification, again with { Evidence = again.Evidence! with { Egress = egress } }, now);
            Assert.Equal(egress, ticket!.Egress);
            pauses.Add(ticket.DueAt - now);
            now = ticket.DueAt;
        }

        Assert.Equal([6, 15, 60, 6, 15, 60, 240], pauses.Select(pause => pause.TotalMinutes));
        (verification, ticket) = Settlement.Apply(verification, again with { Evidence = again.Evidence! with { Egress = "eg-2" } }, now);
        Assert.Null(ticket);

        // One that comes and goes with each try.
        (verification, now) = (asked, Now);
        for (var tries = 1; verification.Verdict is null; tries++)
        {
            Assert.InRange(tries, 1, 2 * RetrySchedule.Default.Tries);
            (verification, ticket) = Settlement.Apply(verification, again with { Evidence = again.Evidence! with { Egress = $"eg-{tries}" } }, now);
            now = ticket?.DueAt ?? now;
        }
    }

    [Fact]
    public void Apply_Deferred_CostsNoTry()
    {
        var (deferred, ticket) = Settlement.Apply(asked, new AttemptResult.Deferred(Now.AddMinutes(2), VerdictReason.BlockedByPolicy), Now);

        Assert.Equal((0, Now.AddMinutes(2)), (deferred.Attempts, ticket!.DueAt));
        Assert.Equal(VerdictReason.BlockedByPolicy, deferred.Pending!.Cause);
    }

    [Fact]
    public void Apply_DeferredToNow_DoesNotSpin() =>
        Assert.True(Settlement.Apply(asked, new AttemptResult.Deferred(Now, VerdictReason.RateLimited), Now).Ticket!.DueAt > Now);

    [Fact]
    public void Apply_DeferredBeyondTheEnd_GivesUpNow()
    {
        var (given, ticket) = Settlement.Apply(asked, new AttemptResult.Deferred(Now.AddDays(2), VerdictReason.BlockedByPolicy), Now);

        Assert.Null(ticket);
        Assert.Equal((VerdictStatus.Unknown, VerdictReason.BlockedByPolicy), (given.Verdict!.Status, given.Verdict.Reason));
    }

    [Fact]
    public void Apply_DeferredAtTheLastTry_IsStillTried()
    {
        var again = Judged(new Judgement.Again(VerdictReason.Greylisted, null, Judge.Final(VerdictReason.Greylisted)));
        var (verification, now) = (asked, Now);
        for (var tries = 1; tries < RetrySchedule.Default.Tries; tries++)
            (verification, now) = (Settlement.Apply(verification, again, now).Verification, verification.Pending?.NextAttemptAt ?? now);

        Assert.NotNull(Settlement.Apply(verification, new AttemptResult.Deferred(verification.Pending!.NextAttemptAt.AddSeconds(30), VerdictReason.RateLimited), verification.Pending.NextAttemptAt).Ticket);
    }

    [Fact]
    public void Apply_APauseOfATestKey_IsLongerThanAShortSchedule()
    {
        var hurried = new Settlement(new RetrySchedule([TimeSpan.FromSeconds(2)]), Freshness.Default, "1");

        Assert.Equal(Now.AddSeconds(60), hurried.Apply(asked, new AttemptResult.Deferred(Now.AddSeconds(60), VerdictReason.Greylisted, Tries: 1), Now).Ticket!.DueAt);
    }

    [Fact]
    public void Apply_AlwaysDeferred_EndsWhenItSaidThatItWouldGiveUp()
    {
        var (verification, now) = (asked, Now);
        for (var rounds = 0; verification.Verdict is null; rounds++)
        {
            Assert.InRange(rounds, 0, 100);
            (verification, var ticket) = Settlement.Apply(verification, new AttemptResult.Deferred(now.AddMinutes(10), VerdictReason.RateLimited), now);
            now = ticket?.DueAt ?? now;
        }

        Assert.InRange(now, Now, Settlement.Schedule.GivesUpAt(1, Now));
    }

    [Fact]
    public void Apply_DeferredByOurOwnLimits_OutlastsAScheduleInAHurry()
    {
        var hurried = Settlement with { Schedule = new RetrySchedule([TimeSpan.FromSeconds(2)]) };

        var (waiting, ticket) = hurried.Apply(asked, new AttemptResult.Deferred(Now.AddMinutes(1), VerdictReason.RateLimited) { IsOurs = true }, Now);

        Assert.Equal(Now.AddMinutes(1), ticket!.DueAt);
        Assert.Equal(Now.AddSeconds(64), waiting.Pending!.GivesUpAt);
        Assert.Null(hurried.Apply(asked, new AttemptResult.Deferred(Now.AddMinutes(1), VerdictReason.RateLimited), Now).Ticket);
    }

    // A night without the database, say.
    [Fact]
    public void Apply_DeferredByUsWhenItsTimeHasPassed_IsAskedAllTheSame()
    {
        var (pending, _) = Settlement.Apply(asked, new AttemptResult.Deferred(Now.AddSeconds(2), VerdictReason.TemporaryFailure) { IsOurs = true }, Now);
        var late = pending.Pending!.GivesUpAt.AddHours(1);
        var (waiting, ticket) = Settlement.Apply(pending, new AttemptResult.Deferred(late.AddSeconds(2), VerdictReason.TemporaryFailure) { IsOurs = true }, late);
        Assert.Null(waiting.Verdict);
        Assert.Equal(late.AddSeconds(2), ticket?.DueAt);
    }

    [Fact]
    public void Apply_AlwaysDeferredByOurOwnLimits_EndsWithinADay()
    {
        var (verification, now) = (asked, Now);
        for (var rounds = 0; verification.Verdict is null; rounds++)
        {
            Assert.InRange(rounds, 0, 200);
            (verification, var ticket) = Settlement.Apply(verification, new AttemptResult.Deferred(now.AddMinutes(10), VerdictReason.RateLimited) { IsOurs = true }, now);
            now = ticket?.DueAt ?? now;
        }

        Assert.InRange(now, Now.AddHours(23), Now + RetrySchedule.Longest);
    }

    [Fact]
    public void Apply_EndlessAttempts_KeepBoundedEvidence()
    {
        var generous = new Settlement(new RetrySchedule([.. Enumerable.Repeat(TimeSpan.FromMinutes(1), 40)]), Freshness.Default, "1");
        var verification = asked;
        for (var tries = 0; tries < 40; tries++)
            (verification, _) = generous.Apply(verification, Judged(new Judgement.Again(VerdictReason.Timeout, null, Judge.Final(VerdictReason.Timeout))), Now);

        Assert.Equal(Verification.MaxEvidence, verification.Evidence.Length);
    }

    [Fact]
    public void Apply_ADnsVerdict_CountsNoAttempt() =>
        Assert.Equal(0, Settlement.Apply(asked, new AttemptResult.Judged(Judge.Final(VerdictReason.NullMx), VerdictSource.Dns), Now).Verification.Attempts);

    private static AttemptResult.Judged Judged(Judgement judgement) => new(judgement, VerdictSource.Live)
    {
        Provider = "example.com",
        Evidence = new Evidence(
            Now, SmtpStage.Rcpt, ["mx.example.com"], "mx.example.com", IPAddress.Loopback.ToString(), "eg-1", null, null, null, "test", null, [], TimeSpan.FromSeconds(1)),
    };
}
