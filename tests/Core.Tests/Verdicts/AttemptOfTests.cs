using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Verdicts;

/// <summary>What a provider's word is worth: its refusals count by their words, its 2xx by itself only where the data trust it.</summary>
public sealed class AttemptOfTests
{
    private static readonly Egress Us = new("eg-1", null, "probe.example", "verify@probe.example");
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 10, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Untruthful() => [.. ProviderCatalog.Default.Policies.Where(policy => !policy.TellsTheTruth && !policy.Software).Select(policy => policy.Name)];

    [Theory]
    [MemberData(nameof(Untruthful))]
    public void Ended_AcceptedByAProviderThatMayNotTellTheTruth_IsBelievedBesideARefusedDecoyOnly(string provider)
    {
        Assert.Equal("risky/accept_all", Verdict(provider, 250, "ok", CatchAllState.Unknown));
        Assert.Equal("risky/accept_all", Verdict(provider, 250, "ok", CatchAllState.AcceptsDecoys));
        Assert.Equal("risky/accept_all", Verdict(provider, 250, "ok", CatchAllState.AnswersBothWays));
        Assert.Equal("deliverable/accepted_email", Verdict(provider, 250, "ok", CatchAllState.RefusesDecoys));
    }

    [Theory]
    [MemberData(nameof(Untruthful))]
    public void Ended_RefusedByAProviderThatMayNotTellTheTruth_CountsByItsWords(string provider)
    {
        Assert.Equal("undeliverable/rejected_email", Verdict(provider, 550, "5.1.1 User unknown", CatchAllState.Unknown));
        Assert.Equal("risky/accept_all", Verdict(provider, 550, "5.1.1 User unknown", CatchAllState.AcceptsDecoys));
        Assert.Equal("unknown/blocked_by_policy", Verdict(provider, 550, "5.7.1 Your address 192.0.2.9 is blocked by our policy", CatchAllState.RefusesDecoys));
    }

    [Theory]
    [InlineData("yahoo", 552, "1 Requested mail action aborted, mailbox not found", "undeliverable/rejected_email")]
    [InlineData("yahoo", 554, "30 Sorry, this mailbox is disabled", "undeliverable/mailbox_disabled")]
    [InlineData("mail_ru", 550, "Message was not accepted -- invalid mailbox", "undeliverable/rejected_email")]
    public void Ended_RefusalInTheProvidersOwnWords_Counts(string provider, int code, string text, string verdict) =>
        Assert.Equal(verdict, Verdict(provider, code, text, CatchAllState.Unknown));

    [Fact]
    public void Ended_AcceptedAtAConsumerDomainOfATruthfulProvider_NeedsNoDecoy()
    {
        Assert.Equal("deliverable/accepted_email", Verdict("google", 250, "ok", CatchAllState.Unknown, "gmail.com"));
        Assert.Equal("risky/accept_all", Verdict("google", 250, "ok", CatchAllState.Unknown, "workspace.example"));
    }

    [Theory]
    [InlineData("yahoo", 421, "4.7.0 [TSS04] Messages are deferred", 120)]
    [InlineData("yahoo", 421, "4.7.0 [TSS05] Messages are deferred", 240)]
    [InlineData("icloud", 421, "4.7.1 [HCM1] Not taken now", 15)]
    [InlineData("netease", 421, "HL:ICC, more at once than may be", 60)]
    [InlineData("qq", 550, "Connection frequency limited", 60)]
    [InlineData("mimecast", 451, "Internal resources are temporarily unavailable", 1)]
    [InlineData("example.com", 421, "4.7.0 [TSS04] Messages are deferred", null)]
    public void Ended_PutOffWithoutATime_NamesThePauseOfTheProvider(string provider, int code, string text, int? minutes)
    {
        var again = Assert.IsType<Judgement.Again>(Judged(provider, code, text, CatchAllState.Unknown, "somewhere.example").Judgement);

        Assert.Null(again.Named);
        Assert.Equal(minutes, again.Usual?.TotalMinutes);
    }

    [Fact]
    public void Ended_PutOffWithATime_NamesThatAlone()
    {
        var again = Assert.IsType<Judgement.Again>(Judged("yahoo", 421, "4.7.0 [TSS04] Deferred, come back in 20 minutes", CatchAllState.Unknown, "somewhere.example").Judgement);

        Assert.Equal((TimeSpan.FromMinutes(20), null), (again.Named, again.Usual));
    }

    private static string Verdict(string provider, int code, string text, CatchAllState decoys, string domain = "somewhere.example")
    {
        var judgement = Judged(provider, code, text, decoys, domain).Judgement;
        var final = judgement as Judgement.Final ?? ((Judgement.Again)judgement).Last;
        return $"{Words.Of(final.Status)}/{Words.Of(final.Reason)}";
    }

    private static AttemptResult.Judged Judged(string provider, int code, string text, CatchAllState decoys, string domain)
    {
        var policy = ProviderCatalog.Default.PolicyOf(provider);
        var host = policy.AnyHost() ?? "mx.example.com";
        var reply = SmtpReply.Of(code, text);
        var finding = ReplyRules.Default.Read(new ReplyContext(SmtpStage.Rcpt, reply, host));
        var outcome = new ProbeOutcome.Answered(new ProbeTrace(Now, SmtpStage.Rcpt, host, IPAddress.Loopback, Us.Name, null, TimeSpan.Zero), reply, finding, [new DecoyAnswer(SmtpReply.Of(250, "ok"), new ReplyFinding(ReplyMeaning.MailboxExists, "test"))]);
        var route = new Route.Exchangers([new Exchanger(host, 10, [IPAddress.Loopback])], provider);
        return AttemptOf.Ended(new LaneAnswer.Ended(0, outcome, [host]), EmailAddress.Parse("ada@" + domain), route, policy, CatchAllBelief.Of(decoys), Us);
    }
}
