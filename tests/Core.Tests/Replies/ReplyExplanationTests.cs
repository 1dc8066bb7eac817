using CsCheck;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Replies;

public sealed class ReplyExplanationTests
{
    [Fact]
    public void Explain_TheCorpus_FindsWhatReadFinds() => Assert.All(CorpusReplies.All, reply =>
    {
        foreach (var echo in CorpusReplies.Echoes)
        {
            var context = reply with { Reply = reply.Reply with { Text = string.Format(System.Globalization.CultureInfo.InvariantCulture, echo, reply.Reply.Text) }, Ours = CorpusReplies.Ours };
            Assert.Equal(ReplyRules.Default.Read(context), ReplyRules.Default.Explain(context).Finding);
        }
    });

    [Fact]
    public void Explain_WhateverTheReply_FindsWhatReadFinds() =>
        Gen.Select(Gen.Int[-5, 1000], Gen.String, Gen.OneOf(Enum.GetValues<SmtpStage>()), Gen.OneOf<string?>(null, "mx.yandex.ru", "gmail-smtp-in.l.google.com")).Sample((code, text, stage, mx) =>
        {
            var context = new ReplyContext(stage, new SmtpReply(code, null, text), mx);
            return ReplyRules.Default.Explain(context).Finding == ReplyRules.Default.Read(context);
        });

    [Fact]
    public void Explain_ARunnerUp_IsAnotherRuleThatHolds() => Assert.All(CorpusReplies.All, reply =>
    {
        var explanation = ReplyRules.Default.Explain(reply);
        Assert.NotEqual(explanation.Finding.Rule, explanation.RunnerUp?.Rule, StringComparer.Ordinal);
        if (explanation.Finding.Rule is "code/no-evidence")
            Assert.Null(explanation.RunnerUp);
    });

    [Fact]
    public void Explain_Names_AreCutOutAndOursAreNotShown()
    {
        var explanation = Explain("<jane@target.example>: User unknown. Ask postmaster@other.example or https://help.example/a, client [192.0.2.7]");

        Assert.Equal(
            [new("recipient", null), new("address", "postmaster@other.example"), new("link", "https://help.example/a"), new("us", null)],
            explanation.CutOut);
        Assert.Equal("@recipient user unknown . ask @address or @link client @us", explanation.Text);
    }

    [Fact]
    public void Explain_Reply_NamesClassesProviderAndTheRunnerUp()
    {
        var explanation = ReplyRules.Default.Explain(new ReplyContext(SmtpStage.Rcpt, new SmtpReply(550, new EnhancedCode(5, 1, 1), "No such user"), "mx.yandex.ru"));

        Assert.Equal((ReplyMeaning.NoSuchMailbox, "yandex"), (explanation.Finding.Meaning, explanation.Provider));
        Assert.Contains("mailbox", explanation.Classes, StringComparer.Ordinal);
        Assert.Equal(ReplyMeaning.NoSuchMailbox, explanation.RunnerUp?.Meaning);
    }

    [Fact]
    public void Explain_BeforeRcpt_SaysOfTheRunnerUpTooWhatItCouldMeanThere()
    {
        var explanation = ReplyRules.Default.Explain(new ReplyContext(SmtpStage.Connect, new SmtpReply(550, new EnhancedCode(5, 1, 1), "No such user"), null));

        Assert.Equal((ReplyMeaning.PolicyBlocked, ReplyMeaning.PolicyBlocked), (explanation.Finding.Meaning, explanation.RunnerUp?.Meaning));
    }

    [Fact]
    public void Explain_Success_IsDecidedByTheCode()
    {
        var explanation = ReplyRules.Default.Explain(new ReplyContext(SmtpStage.Rcpt, new SmtpReply(250, null, "user unknown"), null));

        Assert.Equal((ReplyMeaning.MailboxExists, "", null), (explanation.Finding.Meaning, explanation.Text, explanation.RunnerUp));
    }

    private static ReplyExplanation Explain(string text) =>
        ReplyRules.Default.Explain(new ReplyContext(SmtpStage.Rcpt, new SmtpReply(550, null, text), null, CorpusReplies.Ours));
}
