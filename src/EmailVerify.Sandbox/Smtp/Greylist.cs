using EmailVerify.Sandbox.Personas;

namespace EmailVerify.Sandbox.Smtp;

/// <summary>Puts strangers off, as postgrey does: by client address, sender and recipient.</summary>
internal sealed class Greylist(GreylistScript terms, TimeProvider clock)
{
    /// <summary>More than any test needs; beyond it the oldest memories are dropped all at once.</summary>
    private const int MostRemembered = 100_000;

    private readonly Lock gate = new();
    private readonly Dictionary<(string Client, string Sender, string Recipient), DateTimeOffset> seen = [];
    private readonly Dictionary<(string Client, string Sender), int> passed = [];

    public bool LetsThrough(string client, string sender, string recipient)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            if (terms.WhitelistsAfter > 0 && passed.GetValueOrDefault((client, sender)) >= terms.WhitelistsAfter)
                return true;
            if (seen.Count >= MostRemembered)
                seen.Clear();
            if (!seen.TryAdd((client, sender, recipient), now) && terms.Seconds > 0
                && now - seen[(client, sender, recipient)] >= TimeSpan.FromSeconds(terms.Seconds))
            {
                passed[(client, sender)] = passed.GetValueOrDefault((client, sender)) + 1;
                return true;
            }

            return false;
        }
    }
}
