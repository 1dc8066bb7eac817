namespace EmailVerify.Core.Verdicts;

/// <summary>What a test key's question is answered with. Closed.</summary>
public abstract record TestAnswer
{
    private TestAnswer()
    {
    }

    /// <summary>A verdict.</summary>
    /// <param name="Verdict">The verdict, its source <see cref="VerdictSource.Test"/>. It is never fresh, so that each question behaves alike.</param>
    /// <param name="After">How long the answer takes, as a slow mail server's would.</param>
    public sealed record Settled(Verdict Verdict, TimeSpan After) : TestAnswer;

    /// <summary>Put off, to be asked again.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="For">How long.</param>
    public sealed record PutOff(VerdictReason Cause, TimeSpan For) : TestAnswer;

    /// <summary>The question is refused at the door, as one beyond the quota is.</summary>
    public sealed record QuotaExceeded : TestAnswer;
}
