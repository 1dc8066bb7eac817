using EmailVerify.Sandbox.Counting;

namespace EmailVerify.Scenarios.Batches;

/// <summary>What no verifier may ever do, whatever happens to it.</summary>
internal static class Politeness
{
    /// <summary>Sees that no mail was sent, nobody talked before the banner, and each session said goodbye.</summary>
    public static void AssertPolite(CountersSnapshot counted)
    {
        Assert.Equal(0, counted.Total.MissingQuits);
        AssertHarmless(counted);
    }

    /// <summary>The same of a service that was killed, which says no goodbye.</summary>
    public static void AssertHarmless(CountersSnapshot counted)
    {
        Assert.True(counted.Total.Sessions > 0);
        Assert.Equal(0, counted.Total.ForbiddenCommands);
        Assert.Equal(0, counted.Total.EarlyTalkers);
        Assert.Equal(0, counted.Total.PipelinedRecipientPairs);
    }
}
