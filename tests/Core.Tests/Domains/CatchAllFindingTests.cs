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

    private static readonly Gen<DecoyObservation> Observation =
        Gen.Select(Gen.Enum<DecoyShape>(), Gen.Enum<ReplyMeaning>(), (shape, meaning) => new DecoyObservation(shape, meaning));

    private static readonly Gen<CatchAllFinding> Known = Gen.Select(Observation.Array[0, 3], Gen.Int[0, 300]).Array[0, 8].Select(acts =>
        acts.Aggregate((Finding: CatchAllFinding.None, At: Now), (known, act) => (known.Finding.With(act.Item1, known.At.AddHours(act.Item2)), known.At.AddHours(act.Item2))).Finding);

    [Fact]
    public void With_DecoyRefusedAsNoSuchMailbox_RefusesDecoysForAWeek() =>
        Assert.Equal(
            new(CatchAllState.RefusesDecoys, Now, Now.AddDays(7), 1) { Digits = new(0, 1) },
            CatchAllFinding.None.With([Refused], Now));

    [Fact]
    public void With_BothShapesAccepted_AcceptsDecoys() =>
        Assert.Equal(
            new(CatchAllState.AcceptsDecoys, Now, Now.AddDays(7), 2) { Digits = new(1, 0), FirstLast = new(1, 0) },
            CatchAllFinding.None.With([Accepted, SecondAccepted], Now));

    [Fact]
    public void With_OneOfTwoAccepted_AnswersBothWaysForADay() =>
        Assert.Equal(
            new(CatchAllState.AnswersBothWays, Now, Now.AddDays(1), 2) { Digits = new(1, 0), FirstLast = new(0, 1) },
            CatchAllFinding.None.With([Accepted, SecondRefused], Now));

    [Fact]
    public void With_OneShapeAcceptedAlone_SettlesNothingUntilTheOtherIs()
    {
        var one = CatchAllFinding.None.With([Accepted, Accepted], Now);

        Assert.Equal(CatchAllState.Unknown, one.At(Now));
        Assert.Equal((DecoyShape.FirstLast, DecoyShape.FirstLast), (one.ShapeToAskNext, one.MissingShape));
        Assert.Null(CatchAllFinding.None.MissingShape);
        Assert.Equal(CatchAllState.AcceptsDecoys, one.With([SecondAccepted], Now.AddHours(1)).State);
        Assert.Equal(CatchAllState.AnswersBothWays, one.With([SecondRefused], Now.AddHours(1)).State);
    }

    [Fact]
    public void With_AnswersThatAreNoEvidence_ChangesNothing()
    {
        var finding = CatchAllFinding.None.With([Refused], Now);
        var meanings = Enum.GetValues<ReplyMeaning>().Except([ReplyMeaning.MailboxExists, ReplyMeaning.NoSuchMailbox]);

        Assert.Same(finding, finding.With([.. meanings.Select(meaning => new DecoyObservation(DecoyShape.Digits, meaning))], Now.AddHours(1)));
        Assert.Same(finding, finding.With([], Now));
    }

    [Fact]
    public void With_SecondRefusal_RefreshesAndCounts()
    {
        var later = CatchAllFinding.None.With([Refused], Now).With([SecondRefused], Now.AddDays(3));

        Assert.Equal((CatchAllState.RefusesDecoys, Now.AddDays(10), 2), (later.State, later.FreshUntil, later.Samples));
        Assert.Equal(new DecoyTally(0, 1), later.FirstLast);
        Assert.Equal(Math.Pow(2, -3.0 / 7), later.Digits.Refused, 12);
    }

    [Fact]
    public void With_RefusalAfterFreshAcceptance_IsAContradiction() =>
        Assert.Equal(CatchAllState.AnswersBothWays, CatchAllFinding.None.With([Accepted, SecondAccepted], Now).With([Refused], Now.AddDays(1)).State);

    [Fact]
    public void With_OneAcceptedAfterRefusal_IsAContradiction() =>
        Assert.Equal(CatchAllState.AnswersBothWays, CatchAllFinding.None.With([Refused], Now).With([Accepted], Now.AddDays(1)).State);

    [Fact]
    public void With_OneAcceptedAfterAcceptance_StaysAccepting() =>
        Assert.Equal(CatchAllState.AcceptsDecoys, CatchAllFinding.None.With([Accepted, SecondAccepted], Now).With([Accepted], Now.AddDays(1)).State);

    // One look a day, as a domain in use has.
    [Fact]
    public void With_RefusalsDayAfterDay_LetAnOldAcceptanceBeForgotten()
    {
        var finding = CatchAllFinding.None.With([Accepted, SecondRefused], Now);
        var days = 0;
        for (; finding.State is CatchAllState.AnswersBothWays; days++)
            finding = finding.With([Refused], Now.AddDays(days + 1));

        Assert.Equal(CatchAllState.RefusesDecoys, finding.State);
        Assert.InRange(days, 3, 10);
    }

    // Three of ten is no directory.
    [Fact]
    public void With_ThreeRefusedOfTen_AnswersBothWays()
    {
        var finding = CatchAllFinding.None;
        for (var at = 0; at < 10; at++)
            finding = finding.With([at % 2 == 0 ? new(DecoyShape.Digits, Told(at)) : new(DecoyShape.FirstLast, Told(at))], Now.AddHours(at));

        Assert.Equal(CatchAllState.AnswersBothWays, finding.State);
        Assert.InRange(finding.ChanceAt(Now.AddHours(9)), 0.6, 0.8);
        Assert.Null(finding.BeliefAt(Now.AddHours(9)).OnlyShape);

        static ReplyMeaning Told(int at) => at is 1 or 4 or 8 ? ReplyMeaning.NoSuchMailbox : ReplyMeaning.MailboxExists;
    }

    [Fact]
    public void BeliefAt_OneShapeAcceptedAndTheOtherRefused_IsAPartialCatchAll()
    {
        Assert.Equal(DecoyShape.Digits, CatchAllFinding.None.With([Accepted, SecondRefused], Now).BeliefAt(Now).OnlyShape);
        Assert.Equal(DecoyShape.FirstLast, CatchAllFinding.None.With([SecondAccepted, Refused], Now).BeliefAt(Now).OnlyShape);
        Assert.Null(CatchAllFinding.None.With([Refused], Now).BeliefAt(Now).OnlyShape);
    }

    [Fact]
    public void BeliefAt_OneShapeRefusedAndTheOtherNeverTried_LeavesTheOtherOpen()
    {
        var one = CatchAllFinding.None.With([Refused], Now);

        Assert.Equal(DecoyShape.FirstLast, one.BeliefAt(Now).Untried);
        Assert.True(one.BeliefAt(Now).LeavesOpen(DecoyShape.FirstLast));
        Assert.False(one.BeliefAt(Now).LeavesOpen(DecoyShape.Digits));
        Assert.Null(one.With([SecondRefused], Now.AddHours(1)).BeliefAt(Now.AddHours(1)).Untried);
        Assert.Equal(DecoyShape.Digits, CatchAllFinding.None.With([SecondRefused], Now).BeliefAt(Now).Untried);
        Assert.Null(CatchAllFinding.None.With([Accepted, SecondAccepted], Now).BeliefAt(Now).Untried);
        Assert.All(Enum.GetValues<DecoyShape>(), shape => Assert.True(CatchAllBelief.None.LeavesOpen(shape)));
    }

    [Fact]
    public void At_AfterItsTime_IsUnknown()
    {
        var finding = CatchAllFinding.None.With([Refused], Now);

        Assert.Equal(CatchAllState.RefusesDecoys, finding.At(Now.AddDays(7).AddTicks(-1)));
        Assert.Equal(CatchAllState.Unknown, finding.At(Now.AddDays(7)));
        Assert.Equal(CatchAllState.Unknown, CatchAllFinding.None.At(Now));
        Assert.Equal(CatchAllBelief.None, CatchAllFinding.None.BeliefAt(Now));
    }

    [Theory]
    [InlineData(CatchAllState.RefusesDecoys, 0.0227)]
    [InlineData(CatchAllState.AcceptsDecoys, 0.964)]
    [InlineData(CatchAllState.AnswersBothWays, 0.488)]
    public void ChanceAt_OfWhatAnOlderVersionStored_FollowsFromItsState(CatchAllState state, double chance) =>
        Assert.Equal(chance, new CatchAllFinding(state, Now, Now.AddDays(7), 1).ChanceAt(Now), 3);

    [Fact]
    public void BeliefAt_OfAnswersBothWaysThatAnOlderVersionStored_InventsNoShape()
    {
        Assert.Null(new CatchAllFinding(CatchAllState.AnswersBothWays, Now, Now.AddDays(1), 2).BeliefAt(Now).OnlyShape);
        Assert.Null(CatchAllBelief.Of(CatchAllState.AnswersBothWays).OnlyShape);
    }

    // It counted each renewal of months.
    [Fact]
    public void With_AnAcceptanceAfterRefusalsThatAnOlderVersionCounted_IsAContradiction() =>
        Assert.Equal(CatchAllState.AnswersBothWays, new CatchAllFinding(CatchAllState.RefusesDecoys, Now, Now.AddDays(7), 40).With([Accepted], Now).State);

    [Fact]
    public void ChanceAt_WithAge_GoesBackToThePrior() => Known.Sample(finding =>
    {
        var chances = Enumerable.Range(0, 60).Select(days => Math.Abs(finding.ChanceAt(finding.ObservedAt.AddDays(days)) - CatchAllFinding.Prior)).ToList();
        return chances.Zip(chances.Skip(1)).All(pair => pair.Second <= pair.First + 1e-12) && chances[^1] < 0.2;
    });

    [Fact]
    public void With_AnAcceptance_NeverLowersTheChance_AndARefusalNeverRaisesIt() => Gen.Select(Known, Gen.Enum<DecoyShape>(), Gen.Int[0, 2_000]).Sample((finding, shape, hours) =>
    {
        var now = (finding.Samples == 0 ? Now : finding.ObservedAt).AddHours(hours);
        var before = finding.ChanceAt(now);
        return finding.With([new(shape, ReplyMeaning.MailboxExists)], now).ChanceAt(now) >= before
            && finding.With([new(shape, ReplyMeaning.NoSuchMailbox)], now).ChanceAt(now) <= before;
    });

    // In doubt it leans to accepting, for a wrong "refuses decoys" makes a verdict wrong.
    [Fact]
    public void With_WhateverWasSeen_AnAcceptanceIsNeverFollowedByRefusesDecoysWithinADay() => Gen.Select(Known, Observation.Array[0, 3], Gen.Int[0, 24]).Sample((finding, after, hours) =>
    {
        var now = (finding.Samples == 0 ? Now : finding.ObservedAt).AddHours(hours);
        var accepted = finding.With([Accepted], now);
        return accepted.Samples > 12 || (accepted.State is not CatchAllState.RefusesDecoys && accepted.With(after, now.AddHours(1)).State is not CatchAllState.RefusesDecoys);
    });

    [Theory]
    [InlineData(550, CatchAllState.RefusesDecoys)]
    [InlineData(450, CatchAllState.Unknown)]
    public void With_ADecoyThatWasOnlyPutOff_LearnsNothing(int code, CatchAllState state)
    {
        var seen = DecoyObservation.Of(DecoyShape.Digits, SmtpReply.Of(code, "words"), new ReplyFinding(ReplyMeaning.NoSuchMailbox, "test"));

        Assert.Equal(state, CatchAllFinding.None.With([seen], Now).At(Now));
    }
}
