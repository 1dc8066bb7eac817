namespace EmailVerify.Core.Domains;

/// <summary>Whether a provider's answer to RCPT tells if the mailbox exists. In the order of trust.</summary>
public enum RcptTruth
{
    /// <summary>It accepts and decides after DATA: its 2xx says nothing by itself. Its refusals count by their words.</summary>
    No,

    /// <summary>Each customer of it decides: directory or callout, or everything is accepted. What a host is that no data name.</summary>
    PerTenant,

    /// <summary>It refuses unknown mailboxes at RCPT, wherever there is no catch-all.</summary>
    Yes,
}
