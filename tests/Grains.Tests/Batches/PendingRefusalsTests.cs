using System.Net;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Grains.Batches;

namespace EmailVerify.Grains.Tests.Batches;

public sealed class PendingRefusalsTests
{
    private static readonly LaneAnswer.Ended Refusal = new(
        0,
        new ProbeOutcome.Answered(
            new ProbeTrace(DateTimeOffset.UnixEpoch, SmtpStage.Rcpt, "mx", IPAddress.Loopback, "eg", null, TimeSpan.Zero),
            SmtpReply.Of(550, "5.1.1 User unknown"),
            new ReplyFinding(ReplyMeaning.NoSuchMailbox, "test"),
            []),
        ["mx"]);

    [Fact]
    public void AfterAnswer_AnAcceptance_GivesBackWhatWaitsAndTakesNoMore()
    {
        var refusals = new PendingRefusals<int>(4);
        Assert.True(refusals.TryAdd(1, Refusal));
        Assert.Empty(refusals.AfterAnswer(accepted: false));

        Assert.Equal([(1, Refusal)], refusals.AfterAnswer(accepted: true));
        Assert.False(refusals.TryAdd(2, Refusal));
        Assert.Empty(refusals.AtEnd());
    }

    [Fact]
    public void AfterAnswer_TheLast_GivesBackAll()
    {
        var refusals = new PendingRefusals<int>(3);
        Assert.True(refusals.TryAdd(1, Refusal));
        Assert.Empty(refusals.AfterAnswer(accepted: false));
        Assert.True(refusals.TryAdd(2, Refusal));
        Assert.Empty(refusals.AfterAnswer(accepted: false));

        // Nobody is left who could tell more.
        Assert.False(refusals.TryAdd(3, Refusal));
        Assert.Equal([1, 2], refusals.AfterAnswer(accepted: false).Select(one => one.Row));
    }

    [Fact]
    public void AtEnd_WhereRowsWereNotAnswered_GivesBackAll()
    {
        var refusals = new PendingRefusals<int>(3);
        Assert.True(refusals.TryAdd(1, Refusal));

        Assert.Equal([1], refusals.AtEnd().Select(one => one.Row));
        Assert.Empty(refusals.AtEnd());
    }
}
