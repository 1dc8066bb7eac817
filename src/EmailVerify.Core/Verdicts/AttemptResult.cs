namespace EmailVerify.Core.Verdicts;

/// <summary>How an attempt to verify one address ended. Closed.</summary>
public abstract record AttemptResult
{
    private AttemptResult()
    {
    }

    /// <summary>It was judged.</summary>
    /// <param name="Judgement">What was concluded.</param>
    /// <param name="Source">What decided.</param>
    public sealed record Judged(Judgement Judgement, VerdictSource Source) : AttemptResult
    {
        /// <summary>Gets who operates the exchanger; null when no route was found.</summary>
        public string? Provider { get; init; }

        /// <summary>Gets whether the domain accepts any local part; null when not known.</summary>
        public bool? AcceptAll { get; init; }

        /// <summary>Gets what was seen; null when no mail server was asked.</summary>
        public Evidence? Evidence { get; init; }
    }

    /// <summary>Nothing was asked, and nothing may be before a time.</summary>
    /// <param name="NotBefore">The time.</param>
    /// <param name="Cause">What stands in the way.</param>
    /// <param name="Tries">How many tries it costs: none, but under test keys and where a defect of ours is met.</param>
    public sealed record Deferred(DateTimeOffset NotBefore, VerdictReason Cause, int Tries = 0) : AttemptResult
    {
        /// <summary>Gets a value indicating whether our own limits stand in the way: the host was not asked, so the wait says nothing about it and counts toward no end.</summary>
        public bool IsOurs { get; init; }
    }

    /// <summary>The verdict was given without asking: under a test key.</summary>
    /// <param name="Verdict">The verdict.</param>
    public sealed record Given(Verdict Verdict) : AttemptResult;

    /// <summary>The verdict was found for another question about the address meanwhile.</summary>
    /// <param name="By">The verification that has it.</param>
    public sealed record Found(Verification By) : AttemptResult;
}
