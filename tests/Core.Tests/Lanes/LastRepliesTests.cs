using System.Collections.Immutable;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Lanes;

public sealed class LastRepliesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private static readonly Egress Egress = new("eg-1", System.Net.IPAddress.Parse("192.0.2.1"), "mail.example.org", "probe@example.org");
    private readonly LastReplies replies = new();

    [Fact]
    public void Note_Reply_HoldsNoAddressAndNothingOfOurs()
    {
        Note(Answered(550, "5.1.1 <jane.doe@b.example> unknown, asked by mail.example.org [192.0.2.1] for probe@example.org; try joe@c.example", ReplyMeaning.NoSuchMailbox));
        var shown = Assert.Single(replies.Look());
        Assert.Equal((550, "5.1.1", "no_such_mailbox", "mx.b.example"), (shown.Code, shown.Enhanced, shown.Meaning, shown.Exchanger));
        Assert.DoesNotContain("jane", shown.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('@', shown.Text!);
        Assert.DoesNotContain("192.0.2.1", shown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Note_SameKind_IsKeptOnceWithTheNewest()
    {
        Note(Answered(250, "first", ReplyMeaning.MailboxExists));
        Note(Answered(250, "too soon", ReplyMeaning.MailboxExists, after: 0.5));
        Note(Answered(550, "no", ReplyMeaning.NoSuchMailbox, after: 0.6));
        Note(Answered(250, "later", ReplyMeaning.MailboxExists, after: 2));
        Assert.Equal(["later", "no"], replies.Look().Select(one => one.Text!), StringComparer.Ordinal);
    }

    [Fact]
    public void Note_ManyKinds_KeepsTheLastFew()
    {
        for (var code = 500; code < 510; code++)
            Note(Answered(code, "x", ReplyMeaning.Other));
        Assert.Equal([509, 508, 507, 506, 505], replies.Look().Select(one => one.Code!.Value));
    }

    [Fact]
    public void Note_NoReply_TellsWhy()
    {
        Note(new ProbeOutcome.Lost(Trace(0) with { Exchanger = null }, LossCause.NoConnect));
        var shown = Assert.Single(replies.Look());
        Assert.Equal((null, null, "no_connect", null), (shown.Code, shown.Text, shown.Meaning, shown.Exchanger));
    }

    private static ProbeOutcome.Answered Answered(int code, string text, ReplyMeaning meaning, double after = 0) =>
        new(Trace(after), SmtpReply.Of(code, text), new ReplyFinding(meaning, "test"), ImmutableArray<DecoyAnswer>.Empty);

    private static ProbeTrace Trace(double after) => new(Start.AddSeconds(after), SmtpStage.Rcpt, "mx.b.example", null, "eg-1", null, TimeSpan.Zero);

    private void Note(ProbeOutcome outcome) => replies.Note("b.example", Egress, EmailAddress.Parse("jane.doe@b.example"), outcome);
}
