using System.Net;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Core.Tests.Probes;

/// <summary>Millions of replies are read in a session's own way, from the reply to its meaning: it allocates nothing, but where a finding tells more than its rule does.</summary>
public sealed class GreetingAllocationTests
{
    private static readonly Egress Us = new("eg-1", IPAddress.Parse("192.0.2.7"), "probe.example", "verify@probe.example");

    [Theory]
    [InlineData(SmtpStage.Rcpt, 250, "Recipient ok", "ada@target.example", ReplyMeaning.MailboxExists)]
    [InlineData(SmtpStage.Rcpt, 550, "5.1.1 <ada@target.example>: Recipient address rejected: User unknown in local recipient table", "ada@target.example", ReplyMeaning.NoSuchMailbox)]
    [InlineData(SmtpStage.Rcpt, 452, "4.2.2 The email account that you tried to reach is over quota", "ada@target.example", ReplyMeaning.MailboxFull)]
    [InlineData(SmtpStage.Rcpt, 450, "4.2.0 Greylisted, see http://postgrey.example/help/target.example.html", "ada@target.example", ReplyMeaning.Greylisted)]
    [InlineData(SmtpStage.Mail, 550, "verify@probe.example: sender rejected", null, ReplyMeaning.SenderRejected)]
    public void Read_OfAReply_AllocatesNothing(SmtpStage stage, int code, string text, string? recipient, ReplyMeaning meaning)
    {
        var greeting = Make(Us);
        var reply = SmtpReply.Of(code, text);
        Assert.Equal(meaning, greeting.Read(stage, reply, recipient).Meaning);

        Assert.Equal(0, Allocation.Of(() => _ = greeting.Read(stage, reply, recipient)));
    }

    [Fact]
    public void Read_OfAPauseThatTheTextNames_AllocatesTheFindingOnly()
    {
        var greeting = Make(Us);
        var reply = SmtpReply.Of(450, "4.2.0 Greylisted, try again in 300 seconds");

        Assert.InRange(Allocation.Of(() => _ = greeting.Read(SmtpStage.Rcpt, reply, "ada@target.example")), 1, 64);
    }

    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData(null)]
    public void Shown_WithoutOurAddress_AllocatesNothing(string? address)
    {
        var greeting = Make(Us with { Address = address is null ? null : IPAddress.Parse(address) });
        var reply = SmtpReply.Of(550, "5.1.1 User unknown");

        Assert.Equal(0, Allocation.Of(() => _ = greeting.Shown(reply)));
    }

    private static Greeting Make(Egress egress)
    {
        var clock = new FakeTimeProvider();
        var conversation = new Conversation(new TranscriptChannel(new Queue<TranscriptLine>(), Pieces.Whole, clock), new StepTimer(clock), clock);
        var recognition = new Recognition(ProviderCatalog.Default, new Exchanger("mx1.target.example", 10, []));
        return new Greeting(conversation, "mx1.target.example", recognition, egress, new ProbeTimeouts(), ReplyRules.Default.Read);
    }
}
