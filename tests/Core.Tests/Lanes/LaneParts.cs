using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Tests.Lanes;

/// <summary>What lanes in tests are made of, and how they are heard out.</summary>
internal static class LaneParts
{
    /// <summary>What a provider is asked with.</summary>
    public static SessionSetup SetupOf(ProviderPolicy policy) =>
        new(new Egress("eg-1", null, "mail.example.org", "probe@example.org"), policy, TlsMode.Opportunistic, new ProbeTimeouts());

    /// <summary>Reads all answers of a group.</summary>
    public static async Task<List<LaneAnswer>> DrainAsync(LaneGroup group)
    {
        var answers = new List<LaneAnswer>();
        await foreach (var answer in group.Answers.ReadAllAsync(TestContext.Current.CancellationToken))
            answers.Add(answer);
        return answers;
    }
}
