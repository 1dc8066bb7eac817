using CsCheck;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Domains;

public sealed class CatchAllFindingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly DecoyObservation Refused = new(DecoyShape.Digits, ReplyMeaning.NoSuchMailbox);
    private static readonly DecoyObservation Accepted = new(DecoyShape.Digits, ReplyMeaning.MailboxExists);
    private static readonly DecoyObservation SecondAccepted = new(DecoyShape.FirstLast, ReplyMeaning.MailboxExists);
    private static readonly DecoyObservation SecondRefused = new(DecoyShape.FirstLast, ReplyMeaning.NoSuchMailbox);

    [Fact]
    public void With_DecoyRefusedAsNoSuchMailbox_RefusesDecoysForAWeek() =>
        Assert.Equal(new(CatchAllState.RefusesDecoys, Now, Now.AddDays(7), 1), CatchAllFinding.None.With([Refused], Now));

    [Fact]
    public void With_BothShapesAccepted_AcceptsDecoys() =>
        Assert.Equal(new(CatchAllState.AcceptsDecoys, Now, Now.AddDays(7), 2), CatchAllFinding.None.With([Accepted, SecondAccepted], Now));

    [Fact]
    public void With_OneOfTwoAccepted_AnswersBothWaysForADay() =>
        Assert.Equal(new(CatchAllState.AnswersBothWays, Now, Now.AddDays(1), 2), CatchAllFinding.None.With([Accepted, SecondRefused], Now));

    [Fact]
    public void With_OneShapeAcceptedAlone_SettlesNothing() => Assert.Same(CatchAllFinding.None, CatchAllFinding.None.With([Accepted, Accepted], Now));

    [Fact]
    public void With_AnswersThatAreNoEvidence_ChangesNothing()
    {
        var finding = CatchAllFinding.None.With([Refused], Now);
        var meanings = Enum.GetValues<ReplyMeaning>().Except([ReplyMeaning.MailboxExists, ReplyMeaning.NoSuchMailbox]);

        Assert.Same(finding, finding.With([.. meanings.Select(meaning => new DecoyObservation(DecoyShape.Digits, meaning))], Now.AddHours(1)));
        Assert.Same(finding, finding.With([], Now));
    }

    [Fact]
    public void With_SecondRefusal_RefreshesAndCounts() =>
        Assert.Equal(new(CatchAllState.RefusesDecoys, Now.AddDays(3), Now.AddDays(10), 2), CatchAllFinding.None.With([Refused], Now).With([Refused], Now.AddDays(3)));

    [Fact]
    public void With_RefusalAfterFreshAcceptance_IsAContradiction() =>
        Assert.Equal(CatchAllState.AnswersBothWays, CatchAllFinding.None.With([Accepted, SecondAccepted], Now).With([Refused], Now.AddDays(1)).State);

    [Fact]
    public void With_RefusalAfterDecay_StartsAfresh() =>
        Assert.Equal(
            new(CatchAllState.RefusesDecoys, Now.AddDays(7), Now.AddDays(14), 1),
            CatchAllFinding.None.With([Accepted, SecondAccepted], Now).With([Refused], Now.AddDays(7)));

    [Fact]
    public void With_OneAcceptedAfterRefusal_IsAContradiction() =>
        Assert.Equal(CatchAllState.AnswersBothWays, CatchAllFinding.None.With([Refused], Now).With([Accepted], Now.AddDays(1)).State);

    [Fact]
    public void With_OneAcceptedAfterAcceptance_StaysAccepting() =>
        Assert.Equal(CatchAllState.AcceptsDecoys, CatchAllFinding.None.With([Accepted, SecondAccepted], Now).With([Accepted], Now.AddDays(1)).State);

    [Fact]
    public void With_RefusalsAfterAContradiction_NeitherEndNorProlongIt()
    {
        var both = CatchAllFinding.None.With([Accepted, SecondRefused], Now);
        var later = both.With([Refused], Now.AddHours(23));

        Assert.Equal(CatchAllState.AnswersBothWays, later.State);
        Assert.Equal(both.FreshUntil, later.FreshUntil);
        Assert.Equal(CatchAllState.RefusesDecoys, later.With([Refused], Now.AddHours(24)).State);
    }

    [Fact]
    public void With_AcceptanceAfterAContradiction_ProlongsIt() =>
        Assert.Equal(Now.AddDays(1.5), CatchAllFinding.None.With([Accepted, SecondRefused], Now).With([Accepted], Now.AddDays(.5)).FreshUntil);

    [Fact]
    public void At_AfterItsTime_IsUnknown()
    {
        var finding = CatchAllFinding.None.With([Refused], Now);

        Assert.Equal(CatchAllState.RefusesDecoys, finding.At(Now.AddDays(7).AddTicks(-1)));
        Assert.Equal(CatchAllState.Unknown, finding.At(Now.AddDays(7)));
        Assert.Equal(CatchAllState.Unknown, CatchAllFinding.None.At(Now));
    }

    [Fact]
    public void With_WhateverWasSeen_NeverRefusesWhileAnAcceptanceIsFresh()
    {
        var observation = Gen.Select(Gen.Enum<DecoyShape>(), Gen.Enum<ReplyMeaning>(), (shape, meaning) => new DecoyObservation(shape, meaning));
        Gen.Select(observation.Array[0, 3], Gen.Int[0, 300]).Array[1, 12].Sample(acts =>
        {
            var finding = CatchAllFinding.None;
            var now = Now;
            foreach (var (observations, hours) in acts)
            {
                now = now.AddHours(hours);
                var before = finding.At(now);
                finding = finding.With(observations, now);
                var accepted = observations.Any(seen => seen.Meaning is ReplyMeaning.MailboxExists);
                if (accepted && finding.At(now) is CatchAllState.RefusesDecoys)
                    return false;
                if (before is CatchAllState.AcceptsDecoys or CatchAllState.AnswersBothWays && finding.At(now) is CatchAllState.RefusesDecoys)
                    return false;
            }

            return true;
        });
    }
}
