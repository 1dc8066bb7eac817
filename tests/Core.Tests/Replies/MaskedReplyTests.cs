using System.Globalization;
using CsCheck;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Replies;

/// <summary>Evidence is judged again: a masked text must say what the text said.</summary>
public sealed class MaskedReplyTests
{
    private const string Domain = "target.example";

    [Fact]
    public void Read_TheCorpusMasked_SaysTheSame() => Assert.All(CorpusReplies.All, reply =>
    {
        foreach (var echo in CorpusReplies.Echoes)
            AssertSaysTheSame(reply with { Reply = reply.Reply with { Text = string.Format(CultureInfo.InvariantCulture, echo, reply.Reply.Text) }, Ours = CorpusReplies.Ours });
    });

    // An egress without an address of its own is known by that of its connection, to the session alone: the session hides it, and evidence is made of what it lets out.
    [Fact]
    public void Read_OurAddressHiddenByTheSession_SaysTheSame() => Assert.All(CorpusReplies.All, reply =>
    {
        foreach (var echo in CorpusReplies.Echoes)
        {
            var context = reply with { Reply = reply.Reply with { Text = string.Format(CultureInfo.InvariantCulture, echo, reply.Reply.Text) }, Ours = CorpusReplies.Ours };
            AssertSaysTheSame(context, (CorpusReplies.Ours with { Address = null }).Apply(CorpusReplies.Ours.WithoutAddress(context.Reply)));
        }
    });

    [Fact]
    public void Read_AnyEchoesMasked_SayTheSame() =>
        Gen.Select(Gen.OneOf([.. CorpusReplies.All]), Gen.OneOf(CorpusReplies.Echoes), Gen.OneOf(CorpusReplies.Echoes), Gen.OneOf(". ", "; ", "\n", " ")).Sample((reply, one, other, between) =>
        {
            var text = string.Format(CultureInfo.InvariantCulture, one, reply.Reply.Text) + between + string.Format(CultureInfo.InvariantCulture, other, "");
            AssertSaysTheSame(reply with { Reply = reply.Reply with { Text = text }, Ours = CorpusReplies.Ours });
        });

    [Fact]
    public void Read_ARecipientWithAnyNameMasked_SaysTheSame() =>
        Gen.Select(
            Gen.OneOf("spam", "full", "unknown", "no.such.user", "blocked", "relay"),
            Gen.OneOf("unknown.example", "full.club", "blocked.club", "spamhaus.org"),
            Gen.OneOf("{0}: User unknown", "<{0}>: not today", "mailbox {0} is full", "{0} relay access denied", "{1} is not served here", "<{2}> does not exist", "no '{2}' at {1}", "https://x.example/?u={0}&b=1 disabled"),
            Gen.OneOf(450, 550)).Sample((local, domain, text, code) =>
            {
                var ours = CorpusReplies.Ours with { Recipient = $"{local}@{domain}" };
                var reply = new SmtpReply(code, null, string.Format(CultureInfo.InvariantCulture, text, ours.Recipient, domain, local));
                var masked = reply with { Text = ours.Apply(reply).Text };
                return ReplyRules.Default.Read(new ReplyContext(SmtpStage.Rcpt, reply, null, ours))
                    .Equals(ReplyRules.Default.Read(new ReplyContext(SmtpStage.Rcpt, masked, null, ReplyMask.OfEvidence(domain))));
            });

    [Theory]
    [InlineData("<probe@egress.example>: Sender address rejected: User unknown in local recipient table")]
    [InlineData("egress.example not found in the DNS")]
    [InlineData("No such user. Read https://help.example/why?from=192.0.2.7&what=1")]
    [InlineData("Recipient rejected, https://help.example/why?from=mail.egress.example")]
    [InlineData("No such user, https://check.spamhaus.org/query/ip/192.0.2.7")]
    [InlineData("target.example does not exist")]
    [InlineData("<full@other.example> blocked <jane@target.example>")]
    public void Read_NamesMasked_AreStillNames(string text) =>
        AssertSaysTheSame(new ReplyContext(SmtpStage.Rcpt, new SmtpReply(550, null, text), null, CorpusReplies.Ours));

    [Fact]
    public void Read_ADecoysAddressMasked_IsTheRecipient()
    {
        var decoy = CorpusReplies.Ours with { Recipient = "qz81xk@target.example" };
        var reply = new SmtpReply(550, null, "qz81xk@target.example: not here");
        var masked = CorpusReplies.Ours.Apply(reply);

        Assert.Equal("<address>: not here", masked.Text);
        Assert.Equal(
            ReplyRules.Default.Read(new ReplyContext(SmtpStage.Rcpt, reply, null, decoy)),
            ReplyRules.Default.Read(new ReplyContext(SmtpStage.Rcpt, new SmtpReply(550, null, masked.Text), null, ReplyMask.OfDecoyEvidence(Domain))));
    }

    [Fact]
    public void Read_WordsInBrackets_AreNamesOnlyInEvidence()
    {
        var reply = new SmtpReply(550, null, "<sender> unknown");

        Assert.Equal("@sender unknown", ReplyRules.Default.Explain(new ReplyContext(SmtpStage.Rcpt, reply, null, ReplyMask.OfEvidence(Domain))).Text);
        Assert.Equal("sender unknown", ReplyRules.Default.Explain(new ReplyContext(SmtpStage.Rcpt, reply, null, CorpusReplies.Ours)).Text);
    }

    private static void AssertSaysTheSame(ReplyContext context) => AssertSaysTheSame(context, CorpusReplies.Ours.Apply(context.Reply));

    private static void AssertSaysTheSame(ReplyContext context, ReplyEvidence masked)
    {
        if (masked.Text.Length >= ReplyMask.MaxText - 1)
            return;
        EnhancedCode? enhanced = EnhancedCode.TryParse(masked.Enhanced, out var code, out _) ? code : null;
        var again = ReplyRules.Default.Read(context with { Reply = new SmtpReply(masked.Code, enhanced, masked.Text), Ours = ReplyMask.OfEvidence(Domain) });
        var before = ReplyRules.Default.Read(context);
        Assert.True(before == again, $"{context.Reply.Text} was {before}, and masked is {again}: {masked.Text}");
    }
}
