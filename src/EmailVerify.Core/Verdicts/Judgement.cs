namespace EmailVerify.Core.Verdicts;

/// <summary>What is concluded from one attempt. Closed.</summary>
public abstract record Judgement
{
    private Judgement()
    {
    }

    /// <summary>It is known, or asking again would tell no more.</summary>
    public sealed record Final(VerdictStatus Status, VerdictReason Reason, int Score) : Judgement;

    /// <summary>Nobody told us yet: ask again. After the last try <paramref name="Last"/> holds.</summary>
    /// <param name="Cause">What put us off.</param>
    /// <param name="Named">The pause that the reply named, or null.</param>
    /// <param name="Last">What holds when there is no further try.</param>
    public sealed record Again(VerdictReason Cause, TimeSpan? Named, Final Last) : Judgement
    {
        /// <summary>Gets the pause that the provider's data name for such a reply; null where they name none.</summary>
        public TimeSpan? Usual { get; init; }

        /// <summary>Gets after how many refusals in all, each in a session of its own, the mailbox is believed not to exist; 0 where it was not refused. Said less often it stays in doubt, also to the last try.</summary>
        public int BelievedAfter { get; init; }

        /// <summary>Gets after how many acceptances in all <see cref="Last"/> holds although another try may tell more; 0 where it holds after the last try only.</summary>
        public int EnoughAfter { get; init; }
    }
}
