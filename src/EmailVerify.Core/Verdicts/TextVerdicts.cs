namespace EmailVerify.Core.Verdicts;

/// <summary>The verdicts that the text of an address decides, without a question to anyone.</summary>
public static class TextVerdicts
{
    /// <summary>No mailbox by RFC 5321 or 6531. Certain for as long as the grammar holds.</summary>
    /// <param name="now">When it was found.</param>
    /// <param name="fresh">How long it may be served again.</param>
    /// <param name="rules">The version of the reply rules that are loaded.</param>
    public static Verdict InvalidEmail(DateTimeOffset now, TimeSpan fresh, string rules) =>
        new(VerdictStatus.Undeliverable, VerdictReason.InvalidEmail, 0, null, null, null, null, null, now, now + fresh, VerdictSource.Syntax, rules);

    /// <summary>An address literal, which is never probed: nothing is known of the mailbox.</summary>
    /// <param name="now">When it was found.</param>
    /// <param name="rules">The version of the reply rules that are loaded.</param>
    public static Verdict AddressLiteral(DateTimeOffset now, string rules) =>
        new(VerdictStatus.Unknown, VerdictReason.AddressLiteral, 50, null, null, null, null, null, now, now, VerdictSource.Syntax, rules);
}
