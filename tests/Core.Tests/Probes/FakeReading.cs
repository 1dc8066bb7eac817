using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Probes;

/// <summary>Reads replies by their words, just well enough to tell whom they are about.</summary>
internal static class FakeReading
{
    public static ReplyFinding Read(ReplyContext context)
    {
        var text = context.Reply.Text;
        var meaning = context.Reply.Code switch
        {
            >= 250 and < 252 when context.Stage is SmtpStage.Rcpt => ReplyMeaning.MailboxExists,
            < 400 => ReplyMeaning.Other,
            _ when text.Contains("blocked", StringComparison.Ordinal) => ReplyMeaning.PolicyBlocked,
            _ when text.Contains("too many", StringComparison.Ordinal) => ReplyMeaning.RateLimited,
            _ when text.Contains("greylisted", StringComparison.Ordinal) => ReplyMeaning.Greylisted,
            _ when text.Contains("no mail here", StringComparison.Ordinal) => ReplyMeaning.RelayOrDomainRejected,
            _ when text.Contains("no such user", StringComparison.Ordinal) => ReplyMeaning.NoSuchMailbox,
            < 500 => ReplyMeaning.TemporaryFailure,
            _ => ReplyMeaning.Other,
        };
        return new ReplyFinding(meaning, "fake");
    }
}
