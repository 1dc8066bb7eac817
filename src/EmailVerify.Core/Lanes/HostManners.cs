namespace EmailVerify.Core.Lanes;

/// <summary>What sessions have found out about how the hosts of a queue take refusals. Safe for many sessions; it lives as long as somebody asks these hosts.</summary>
internal sealed class HostManners
{
    /// <summary>Who still tells the truth after so many refusals does so for ever: guessers are done with much sooner.</summary>
    private const int Patience = 4;

    private int refusesAfter = -1;
    private int mostErrors = int.MaxValue;

    /// <summary>Gets how many refused RCPTs a session may have before the host stops to be of use: it then accepts everything, objects or cuts.</summary>
    public int MostErrors => Volatile.Read(ref mostErrors);

    /// <summary>Says whether an acceptance after so many refusals in a session has yet to be tried with a decoy.</summary>
    public bool IsUntried(int refusals) => refusals > Volatile.Read(ref refusesAfter) && refusals <= Patience;

    /// <summary>A mailbox, or a decoy, was still refused after so many refusals.</summary>
    public void RefusedAfter(int refusals)
    {
        for (var known = Volatile.Read(ref refusesAfter); refusals > known; known = Volatile.Read(ref refusesAfter))
            _ = Interlocked.CompareExchange(ref refusesAfter, refusals, known);
    }

    /// <summary>After so many refusals the host accepted a decoy, objected to us or cut: the next sessions end before.</summary>
    public void SpoiltAfter(int refusals)
    {
        for (var known = MostErrors; refusals < known; known = MostErrors)
            _ = Interlocked.CompareExchange(ref mostErrors, Math.Max(refusals, 1), known);
    }
}
