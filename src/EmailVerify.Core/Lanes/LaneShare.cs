using System.Net;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Lanes;

/// <summary>What a provider that no data name has in common with others: it is only a name, and may be one of many for the same server. Guarded by its lane.</summary>
/// <param name="limits">The limits.</param>
/// <param name="setup">What it is asked with by its name.</param>
/// <param name="takenOverAt">When an earlier activation's work was taken over, or null where there was none.</param>
internal sealed class LaneShare(SharedLimits limits, SessionSetup setup, DateTimeOffset? takenOverAt = null)
{
    private ProviderPolicy? operatedBy;

    /// <summary>Gets the limit of an address. Safe for many callers.</summary>
    public SharedLimit? At(IPAddress address, DateTimeOffset now) => limits.At(setup, address, now, takenOverAt);

    /// <summary>Asks to open a session.</summary>
    /// <param name="entered">Where it is counted, until it leaves each: nowhere when it has to wait.</param>
    /// <param name="address">Whom it is to connect to.</param>
    /// <param name="now">The time.</param>
    /// <param name="interactive">Whether it is for those who wait in person.</param>
    public Clearance TryEnter(List<SharedLimit> entered, IPAddress address, DateTimeOffset now, bool interactive)
    {
        var clearance = TryEnter(entered, At(address, now), now, interactive);
        if (clearance.IsGranted && operatedBy is not null)
            clearance = TryEnter(entered, limits.Of(setup, operatedBy, now, takenOverAt), now, interactive);
        if (!clearance.IsGranted)
            Withdraw(entered, clearance, interactive);
        return clearance;
    }

    /// <summary>A session that was granted is not opened, for another limit refused.</summary>
    public void Withdraw(List<SharedLimit> entered, Clearance refusal, bool interactive)
    {
        foreach (var limit in entered)
            limit.Withdraw(this, refusal, interactive);
        entered.Clear();
    }

    /// <summary>
    /// A session is open: it is counted where it came to, and with those that greet alike. Where its host greets as an operator's, the next one is counted with them before it opens.
    /// </summary>
    /// <returns>False when there are enough of these.</returns>
    public bool TryStay(List<SharedLimit> entered, SharedLimit? at, ProviderPolicy? seen, DateTimeOffset now, bool interactive)
    {
        if (at is not null && !entered.Contains(at))
        {
            at.Enter(now);
            entered.Add(at);
        }

        if (seen is null or { Software: true })
            return true;
        operatedBy = seen;
        return TryEnter(entered, limits.Of(setup, seen, now, takenOverAt), now, interactive).IsGranted;
    }

    private Clearance TryEnter(List<SharedLimit> entered, SharedLimit? limit, DateTimeOffset now, bool interactive)
    {
        if (limit is null || entered.Contains(limit))
            return Clearance.Granted;
        var clearance = limit.TryEnter(this, now, interactive);
        if (clearance.IsGranted)
            entered.Add(limit);
        return clearance;
    }
}
