using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Lanes;

/// <summary>What a provider that no data name has in common with others: it is only a name, and may be one of many for the same server. Guarded by its lane.</summary>
/// <param name="limits">The limits.</param>
/// <param name="setup">What it is asked with by its name.</param>
internal sealed class LaneShare(SharedLimits limits, SessionSetup setup)
{
    private ProviderPolicy? operatedBy;
    private Promise ofBatch;
    private Promise inPerson;

    /// <summary>Says until when it was sent away, or null.</summary>
    public Clearance? Wait(DateTimeOffset now, bool interactive) => PromiseTo(interactive) is { At: var until, Cause: var cause } && now < until ? Clearance.Wait(until, cause) : null;

    /// <summary>Asks to open a session.</summary>
    /// <param name="address">Whom it is to connect to.</param>
    /// <param name="now">The time.</param>
    /// <param name="interactive">Whether it is for those who wait in person.</param>
    /// <returns>Where it is counted, until it leaves each; null when it has to wait.</returns>
    public List<SharedLimit>? TryEnter(IPAddress address, DateTimeOffset now, bool interactive)
    {
        var entered = new List<SharedLimit>(2);
        if (TryEnter(entered, limits.At(setup, address, now), now, interactive) && (operatedBy is null || TryEnter(entered, limits.Of(setup, operatedBy, now), now, interactive)))
            return entered;
        foreach (var limit in entered)
            limit.Leave(now);
        return null;
    }

    /// <summary>Its hosts greet as an operator's: from now on its sessions are counted with all that do.</summary>
    public void Recognise(ProviderPolicy seen)
    {
        if (!seen.Software)
            operatedBy ??= seen;
    }

    /// <summary>A session is open: it is counted where it came to, and with those that greet alike.</summary>
    /// <returns>False when there are enough of these.</returns>
    public bool TryStay(List<SharedLimit> entered, IPAddress address, ProviderPolicy? seen, DateTimeOffset now, bool interactive)
    {
        if (limits.At(setup, address, now) is { } at && !entered.Contains(at))
        {
            at.Enter(now);
            entered.Add(at);
        }

        return seen is not { Software: false } || TryEnter(entered, limits.Of(setup, seen, now), now, interactive);
    }

    /// <summary>An objection to us, by the server at an address. Safe for many callers.</summary>
    public void Hear(IPAddress address, EmailAddress recipient, ProbeOutcome objection, DateTimeOffset now) => limits.At(setup, address, now)?.Hear(recipient, objection, now);

    private bool TryEnter(List<SharedLimit> entered, SharedLimit? limit, DateTimeOffset now, bool interactive)
    {
        if (limit is null || entered.Contains(limit))
            return true;
        ref var promise = ref PromiseTo(interactive);
        var wasPromised = promise.By == limit && promise.At <= now;
        var clearance = limit.TryEnter(now, interactive, wasPromised);
        if (wasPromised)
            promise = default;
        if (clearance is { IsGranted: false, NotBefore: { } until })
        {
            promise = new Promise(limit, until, clearance.Cause);

            // Where there is no place for people there is none for a batch.
            if (interactive && ofBatch.At < until)
                ofBatch = ofBatch with { At = until, Cause = clearance.Cause };
            return false;
        }

        entered.Add(limit);
        return true;
    }

    private ref Promise PromiseTo(bool interactive) => ref interactive ? ref inPerson : ref ofBatch;

    private record struct Promise(SharedLimit? By, DateTimeOffset At, Obstacle Cause);
}
