using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>One sentence for a person, for each way that a verification stands.</summary>
internal static class Explanations
{
    /// <summary>Explains how a verification stands, and adds what the doctor knows that may be why.</summary>
    /// <param name="view">The verification.</param>
    /// <param name="domain">The domain of the address, or null where the text has none.</param>
    /// <param name="known">What the doctor knows, or null.</param>
    /// <returns>Null where it does not stand at all.</returns>
    public static string? Of(in VerificationView view, string? domain, string? known)
    {
        var text = view.Verification switch
        {
            { Verdict: { } verdict } => Of(verdict.Reason, domain, view.InSandbox),
            { Pending: { } pending } => Of(pending, domain),
            _ => null,
        };
        return known is null ? text : $"{text} {known}";
    }

    /// <summary>Explains a verdict.</summary>
    /// <param name="reason">Its reason.</param>
    /// <param name="domain">The domain of the address, or null where the text has none.</param>
    /// <param name="inSandbox">Whether the world that was asked is the sandbox.</param>
    public static string Of(VerdictReason reason, string? domain, bool inSandbox = false)
    {
        var of = domain ?? "the domain";
        return reason switch
        {
            VerdictReason.AcceptedEmail => $"The mail server of {of} accepts mail for this mailbox and refuses mailboxes that do not exist.",
            VerdictReason.AcceptAll => $"The mail server of {of} accepts every mailbox, so it does not tell whether this one exists.",
            VerdictReason.RejectedEmail => $"The mail server of {of} said that this mailbox does not exist.",
            VerdictReason.MailboxDisabled => $"The mail server of {of} said that this mailbox is disabled.",
            VerdictReason.MailboxFull => $"The mail server of {of} said that this mailbox is full.",
            VerdictReason.InvalidDomain => $"There is no mail server that takes mail for {of}.",
            VerdictReason.NullMx => $"{of} declares that it takes no mail.",
            VerdictReason.InvalidEmail => "The text is not an email address.",
            VerdictReason.Smtputf8Unsupported => $"The address needs international mail (SMTPUTF8), which no mail server of {of} offers.",
            VerdictReason.Disposable => $"Mail would be accepted, and {of} gives out throw-away mailboxes.",
            VerdictReason.AddressLiteral => "The address names a machine by its number instead of a domain, and such addresses are not asked about.",
            VerdictReason.DnsError when inSandbox => $"Where mail for {of} goes is not told here: the domain is not in the sandbox, or one that the sandbox keeps broken.",
            VerdictReason.DnsError => $"The DNS did not tell where mail for {of} goes.",
            VerdictReason.UnexpectedReply => $"The mail server of {of} gave a reply that says nothing about the mailbox.",
            VerdictReason.BlockedByPolicy => $"The mail server of {of} refused us, not the mailbox.",
            VerdictReason.RateLimited => $"The mail server of {of} may not be asked as fast as needed, and gave no answer until the last try.",
            VerdictReason.Greylisted => $"The mail server of {of} put us off as strangers until the last try.",
            VerdictReason.TemporaryFailure => $"The mail server of {of} could not answer until the last try.",
            VerdictReason.NoConnect => $"No mail server of {of} can be connected to.",
            VerdictReason.Timeout => $"The mail server of {of} did not answer in time.",
            VerdictReason.NoEgress => "No sender identity could ask: none is set (EmailVerify:Egresses:0:HeloName and EmailVerify:Egresses:0:MailFrom), all of them rest after refusals, or the proxy of the one that asks here cannot be used.",
            VerdictReason.ProviderUnverifiable => $"{of} is not asked, by the wish of its owner or of the operator of this installation.",
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a reason."),
        };
    }

    /// <summary>Explains what is waited for.</summary>
    public static string Of(Pending pending, string? domain)
    {
        var of = domain ?? "the domain";
        return pending.Cause switch
        {
            null => $"The mail server of {of} is being asked.",
            VerdictReason.Greylisted => $"The mail server of {of} puts strangers off; it is asked again.",
            VerdictReason.RateLimited => $"The mail server of {of} may not be asked any faster; it is asked again.",
            VerdictReason.NoConnect => $"No mail server of {of} could be connected to; it is tried again.",
            VerdictReason.Timeout => $"The mail server of {of} did not answer in time; it is asked again.",
            VerdictReason.DnsError => $"The DNS did not tell where mail for {of} goes; it is asked again.",
            VerdictReason.NoEgress => $"Our sender identities rest after refusals, or the proxy that they connect through cannot be used; the mail server of {of} is asked when one may again.",
            VerdictReason.BlockedByPolicy => $"The mail server of {of} refused us, not the mailbox; it is asked again.",
            VerdictReason.UnexpectedReply => $"The mail server of {of} gave a reply that says nothing about the mailbox; it is asked again.",
            VerdictReason.AcceptAll => $"The mail server of {of} answered, and whether it would say the same of any mailbox is not known yet; it is asked again.",
            _ => $"The mail server of {of} could not answer for now; it is asked again.",
        };
    }
}
