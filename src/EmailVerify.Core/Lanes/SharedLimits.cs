using System.Net;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Lanes;

/// <summary>
/// The limits that hosts of different names have in common, over all lanes of a process: those behind one address, and those that greet as one operator's. Each name has a regime of its own,
/// and a list may know thousands of names for one server. An address is proof, so what it objects to holds for all behind it. A greeting is none: who calls itself Google shares sessions with
/// others that do, not with Google's own lane, and closes nothing.
/// </summary>
public sealed class SharedLimits
{
    /// <summary>The most that are remembered, some MB. Where as many are in use, further hosts have the limits of their names alone.</summary>
    public const int Most = 20_000;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<(string Egress, object Whose), SharedLimit> limits = [];
    private DateTimeOffset sweepAt;

    /// <summary>Gets the limit of an address. A machine need not be spared by itself: a whole internet for tests stands behind its loopback addresses.</summary>
    /// <param name="setup">What its hosts are asked with, by their names.</param>
    /// <param name="address">The address.</param>
    /// <param name="now">The time.</param>
    /// <param name="takenOverAt">When an earlier process' work was taken over, or null where there was none.</param>
    internal SharedLimit? At(SessionSetup setup, IPAddress address, DateTimeOffset now, DateTimeOffset? takenOverAt = null)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return IPAddress.IsLoopback(address) ? null : Get(setup.Egress.Name, address, setup.Policy, now, takenOverAt);
    }

    /// <summary>Gets the limit of those that greet as an operator's.</summary>
    internal SharedLimit? Of(SessionSetup setup, ProviderPolicy seen, DateTimeOffset now, DateTimeOffset? takenOverAt = null) => Get(setup.Egress.Name, seen.Name, seen, now, takenOverAt);

    private SharedLimit? Get(string egress, object whose, ProviderPolicy policy, DateTimeOffset now, DateTimeOffset? takenOverAt)
    {
        lock (gate)
        {
            if (!limits.TryGetValue((egress, whose), out var limit))
            {
                if (limits.Count >= Most && now >= sweepAt)
                {
                    sweepAt = now + SweepEvery;
                    foreach (var (idle, _) in limits.Where(pair => pair.Value.IsIdle(now)).ToArray())
                        _ = limits.Remove(idle);
                }

                if (limits.Count >= Most)
                    return null;
                limits.Add((egress, whose), limit = new SharedLimit(policy, now, takenOverAt));
            }

            limit.UsedAt = now;
            return limit;
        }
    }
}
