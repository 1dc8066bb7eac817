using System.Collections.Immutable;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Lanes;

/// <summary>
/// What a lane was told last, for who wants to know why it is slow: the newest reply of each kind, since the last five of a thousand like "250 OK" would tell nothing. Safe for many sessions, and cheap
/// beside a RCPT: a kind that was heard within the last second is not masked anew.
/// </summary>
internal sealed class LastReplies
{
    /// <summary>How many are kept.</summary>
    public const int Most = 5;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly List<LaneReply> kept = new(Most + 1);

    /// <summary>Notes how a question ended. Nothing of its address is kept: what is ours in the reply, and any address, is masked before.</summary>
    public void Note(string provider, Egress egress, EmailAddress recipient, ProbeOutcome outcome)
    {
        var (reply, meaning) = outcome switch
        {
            ProbeOutcome.Answered(_, var answer, var finding, _) => (answer, Words.Of(finding.Meaning)),
            ProbeOutcome.Refused(_, var refusal, var finding) => (refusal, Words.Of(finding.Meaning)),
            ProbeOutcome.Lost(_, var cause) => (null, Words.Of(cause)),
            _ => (default(SmtpReply), string.Empty),
        };
        var at = outcome.Trace.At;
        if (meaning.Length == 0 || IsFresh(provider, reply?.Code, meaning, at))
            return;
        var shown = reply is null ? null : new ReplyMask(recipient.Canonical, egress.MailFrom, egress.HeloName, egress.Address?.ToString()).Apply(reply);
        lock (gate)
        {
            _ = kept.RemoveAll(one => IsOfKind(one, provider, reply?.Code, meaning));
            kept.Insert(0, new LaneReply(at, provider, outcome.Trace.Exchanger, shown?.Code, shown?.Enhanced, shown?.Text, meaning));
            if (kept.Count > Most)
                kept.RemoveAt(Most);
        }
    }

    /// <summary>Gets what is kept, newest first.</summary>
    public ImmutableArray<LaneReply> Look()
    {
        lock (gate)
            return [.. kept];
    }

    private bool IsFresh(string provider, int? code, string meaning, DateTimeOffset at)
    {
        lock (gate)
            return kept.Exists(one => IsOfKind(one, provider, code, meaning) && at - one.At < Soon);
    }

    private static bool IsOfKind(LaneReply one, string provider, int? code, string meaning) =>
        one.Code == code && string.Equals(one.Meaning, meaning, StringComparison.Ordinal) && string.Equals(one.Provider, provider, StringComparison.Ordinal);
}
