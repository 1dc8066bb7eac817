namespace EmailVerify.Grains;

/// <summary>Whether a call failed because a grain could not be reached: its silo died, hangs or goes, or it begins anew elsewhere. Nothing is concluded from that, and it costs no try.</summary>
internal static class Unreachable
{
    /// <summary>Says whether a failure is one of these.</summary>
    public static bool Is(Exception failure) => failure is OrleansException or TimeoutException or EnumerationAbortedException;
}
