namespace EmailVerify.Core.Lanes;

/// <summary>The answer of a regime to "may I?".</summary>
/// <param name="IsGranted">Whether it may be done now.</param>
/// <param name="NotBefore">When to ask again; null when only the end of another session can change the answer.</param>
/// <param name="Cause">What stands in the way.</param>
public readonly record struct Clearance(bool IsGranted, DateTimeOffset? NotBefore, Obstacle Cause)
{
    /// <summary>It may be done.</summary>
    public static readonly Clearance Granted = new(true, null, Obstacle.None);

    /// <summary>Not before a time.</summary>
    public static Clearance Wait(DateTimeOffset until, Obstacle cause) => new(false, until, cause);

    /// <summary>Not before a session ends.</summary>
    public static readonly Clearance Full = new(false, null, Obstacle.Sessions);
}

/// <summary>What stands in the way of a session.</summary>
public enum Obstacle
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>As many sessions are open as the provider allows.</summary>
    Sessions,

    /// <summary>As many sessions were opened in the last minute as the provider allows.</summary>
    SessionRate,

    /// <summary>The provider's rate, which we keep of our own accord: its turn is far off.</summary>
    Pace,

    /// <summary>We were told to slow down and keep still for a moment.</summary>
    RateLimit,

    /// <summary>We were blocked: the circuit is open.</summary>
    Block,

    /// <summary>A defect of ours.</summary>
    Defect,
}
