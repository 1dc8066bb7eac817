using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;
using static EmailVerify.Core.Tests.Verdicts.JudgedBefore;

namespace EmailVerify.Core.Tests.Verdicts;

/// <summary>Somebody else's host in a provider's route has none of the provider's trust, when it is asked and when it is judged again.</summary>
public sealed class RejudgeStrangerTests
{
    private const string Own = "gmail-smtp-in.l.google.com";
    private const string Other = "mx.stranger.example";

    private static readonly Egress Us = new("eg-1", null, "probe.example", "verify@probe.example");
    private static readonly ProviderPolicy Google = ProviderCatalog.Default.PolicyOf("google");
    private static readonly Rejudge Rejudge = new(ReplyRules.Default, ProviderCatalog.Default, Freshness.Default);

    [Theory]
    [InlineData(Own, Own, null, null, VerdictReason.AcceptedEmail)]
    [InlineData(Other, Own, null, null, VerdictReason.AcceptAll)]
    [InlineData(Other, Own, null, Own, VerdictReason.AcceptAll)] // its greeting said so
    [InlineData(Other, "mx2.stranger.example", null, null, VerdictReason.AcceptAll)]
    [InlineData(Other, "mx2.stranger.example", Own, Own, VerdictReason.AcceptedEmail)]
    [InlineData(Other, null, Own, Own, VerdictReason.AcceptedEmail)]
    [InlineData(Other, null, Own, null, VerdictReason.AcceptedEmail)] // as an older version kept it
    public void Of_AnAcceptance_IsBelievedAsItIsWhenTheHostIsAsked(string asked, string? beside, string? canonical, string? readAs, VerdictReason expected)
    {
        var address = EmailAddress.Parse("jane@gmail.com");
        ImmutableArray<string> names = beside is null || string.Equals(beside, asked, StringComparison.Ordinal) ? [asked] : [beside, asked];
        var route = new Route.Exchangers([.. names.Select(name => new Exchanger(name, 10, [IPAddress.Loopback]) { CanonicalName = string.Equals(name, asked, StringComparison.Ordinal) ? canonical : null })], Google.Name);
        var trace = new ProbeTrace(FoundAt, SmtpStage.Rcpt, asked, IPAddress.Loopback, Us.Name, null, TimeSpan.Zero) { ReadAs = readAs };
        var outcome = new ProbeOutcome.Answered(trace, SmtpReply.Of(250, "ok"), new ReplyFinding(ReplyMeaning.MailboxExists, "code/accepted"), []);
        var live = AttemptOf.Ended(new LaneAnswer.Ended(0, outcome, names), address, route, Google, CatchAllBelief.None, Us);

        // Rules of old did not understand it.
        var seen = live.Evidence! with { Meaning = ReplyMeaning.Other, Rule = "code/no-evidence" };
        var verification = Verified(VerdictReason.UnexpectedReply, seen) with { Email = address.Canonical };
        var again = Rejudge.Of(verification with { Verdict = verification.Verdict! with { Provider = Google.Name, Exchanger = asked } }, FoundAt.AddDays(1));

        Assert.Equal(expected, Reason(live.Judgement));
        Assert.Equal(expected, again is Rejudgement.Changed changed ? changed.After.Verdict!.Reason : Assert.IsType<Rejudgement.WouldAskAgain>(again).Cause);
    }

    [Fact]
    public void Of_AStrangersReply_IsReadByItsOwnName()
    {
        var yandex = ProviderCatalog.Default.PolicyOf("yandex").AnyHost()!;
        var reply = SmtpReply.Of(550, "5.7.1 Policy rejection on the target address");
        var (own, foreign) = (Read(yandex), Read(Other));
        Assert.NotEqual(own.Meaning, foreign.Meaning);

        var seen = Seen(550, reply.Text, foreign.Meaning, foreign.Rule) with { Exchanger = Other, Route = [yandex, Other], Reply = new ReplyEvidence(550, "5.7.1", reply.Text) };
        var verification = Verified(Reason(ReplyVerdict.Of(SmtpStage.Rcpt, reply, foreign)), seen);

        Assert.IsType<Rejudgement.Unchanged>(Rejudge.Of(verification with { Verdict = verification.Verdict! with { Provider = "yandex", Exchanger = Other } }, FoundAt.AddDays(1)));

        ReplyFinding Read(string host) => ReplyRules.Default.Read(new ReplyContext(SmtpStage.Rcpt, reply, host));
    }

    private static VerdictReason Reason(Judgement judgement) => (judgement as Judgement.Final ?? ((Judgement.Again)judgement).Last).Reason;
}
