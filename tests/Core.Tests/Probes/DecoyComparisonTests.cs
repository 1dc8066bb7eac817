using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Probes;

public sealed class DecoyComparisonTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(40);

    [Theory]
    [InlineData("ok", "ok", Signs.IdenticalAnswer)]
    [InlineData("2.1.5 Recipient <jane@a.example> OK id=7f3a", "2.1.5 Recipient <tavjo42gizj@a.example> ok id=91bb", Signs.IdenticalAnswer)]
    [InlineData("jane is welcome", "tavjo42gizj is welcome", Signs.IdenticalAnswer)]
    [InlineData("2.1.5 ok", "2.1.0 ok", Signs.DifferingAnswer)]
    [InlineData("2.1.5 ok", "ok", Signs.DifferingAnswer)]
    [InlineData("recipient ok", "recipient ok, will see", Signs.DifferingAnswer)]
    [InlineData("local mailbox", "relayed further", Signs.DifferingAnswer)]
    public void With_AnAcceptedDecoy_ComparesTheWords(string target, string decoy, Signs sign) =>
        Assert.Equal(sign, new DecoyComparison(SmtpReply.Of(250, target), "jane@a.example", Soon).With(SmtpReply.Of(250, decoy), "tavjo42gizj@a.example", Soon));

    [Fact]
    public void With_ARefusedDecoy_ComparesTheTimeOnly()
    {
        var comparison = new DecoyComparison(SmtpReply.Of(250, "ok"), "jane@a.example", Soon);

        Assert.Equal(Signs.None, comparison.With(SmtpReply.Of(550, "ok"), "x@a.example", Soon + TimeSpan.FromMilliseconds(999)));
        Assert.Equal(Signs.DecoysDelayed, comparison.With(SmtpReply.Of(550, "no"), "x@a.example", TimeSpan.FromSeconds(5)));
        Assert.Equal(Signs.DecoysDelayed | Signs.IdenticalAnswer, comparison.With(SmtpReply.Of(250, "ok"), "x@a.example", TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Together_OneInOtherWords_IsNotIdentical()
    {
        Assert.Equal(Signs.DifferingAnswer, DecoyComparison.Together(Signs.IdenticalAnswer | Signs.DifferingAnswer));
        Assert.Equal(Signs.IdenticalAnswer | Signs.DecoysDelayed, DecoyComparison.Together(Signs.IdenticalAnswer | Signs.DecoysDelayed));
    }

    [Fact]
    public void OfRefusal_HeldBack_IsATarpit()
    {
        Assert.Equal(Signs.None, DecoyComparison.OfRefusal(TimeSpan.FromSeconds(1.9)));
        Assert.Equal(Signs.RefusalDelayed, DecoyComparison.OfRefusal(TimeSpan.FromSeconds(2)));
    }
}
