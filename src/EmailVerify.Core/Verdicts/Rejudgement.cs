namespace EmailVerify.Core.Verdicts;

/// <summary>What today's rules say of a verification that was judged before. Closed.</summary>
public abstract record Rejudgement
{
    private Rejudgement()
    {
    }

    /// <summary>The same.</summary>
    public sealed record Unchanged : Rejudgement;

    /// <summary>Something else.</summary>
    /// <param name="After">The verification as it would be: its verdict, its evidence as it is read today, and what it said before.</param>
    /// <param name="Rule">The rule that decides today, or the cause where no reply came: <c>syntax</c>, <c>silence</c> …</param>
    public sealed record Changed(Verification After, string Rule) : Rejudgement;

    /// <summary>Today it would not have ended: a mail server would be asked once more, which judging again never does. The verdict stays.</summary>
    /// <param name="Cause">What would have put us off; of a text that is an address today, the reason that it was not asked about.</param>
    /// <param name="Rule">The rule that says so, or <c>syntax</c>.</param>
    public sealed record WouldAskAgain(VerdictReason Cause, string Rule) : Rejudgement;

    /// <summary>Nothing is kept that could be judged: it is pending, was answered under a test key or by the DNS, or has no evidence.</summary>
    /// <param name="Why">For a person.</param>
    public sealed record NoEvidence(string Why) : Rejudgement;
}
