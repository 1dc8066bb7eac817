using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Lanes;

/// <summary>Tells one session when a RCPT may go and whether decoys may, and brings home what they met.</summary>
internal sealed class LanePermits(Regime regime, ICatchAllRegister register, Decoys decoys, TimeProvider clock) : ISessionPermits
{
    /// <summary>How long an answer of the register holds for one session: a question for each accepted address of a domain would cost as much as the address.</summary>
    private static readonly TimeSpan SparedFor = TimeSpan.FromSeconds(30);

    private const int MaxSpared = 1_000;

    private LaneQuestion question = null!;
    private bool isGranted;

    /// <summary>The domains that this session need not ask for, and until when: it has asked about decoys there itself, or another session does.</summary>
    private readonly Dictionary<string, DateTimeOffset> spared = new(StringComparer.Ordinal);

    public bool WishesDecoys => question.AskDecoys;

    public ValueTask PaceAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var wait = question.Interactive ? regime.Reserve(now) : regime.TryReserve(now);
        if (wait <= TimeSpan.Zero)
            return ValueTask.CompletedTask;
        return question.Interactive ? new(DelayAsync(wait, cancellationToken)) : StandInLineAsync(wait, now + Regime.LongestTurn, cancellationToken);
    }

    public async ValueTask<string?> DecoyAsync(int number)
    {
        if (regime.IsClosed(clock.GetUtcNow()))
            return null;
        if (number == 0 && !IsSpared(question.Address.Domain))
        {
            isGranted = await register.RequestAsync(question.Address.Domain) is DecoyGrant.Granted;
            Spare(question.Address.Domain);
        }

        return isGranted ? decoys.Make((DecoyShape)number, question.Address.Domain) : null;
    }

    private bool IsSpared(string domain) => spared.TryGetValue(domain, out var until) && clock.GetUtcNow() < until;

    private void Spare(string domain)
    {
        if (spared.Count >= MaxSpared)
            spared.Clear();
        spared[domain] = clock.GetUtcNow() + SparedFor;
    }

    // A batch's RCPT gives way to those that somebody waits for; not for ever, for a server closes a session that says nothing.
    private async ValueTask StandInLineAsync(TimeSpan wait, DateTimeOffset atMostUntil, CancellationToken cancellationToken)
    {
        regime.StandInLine();
        try
        {
            while (wait > TimeSpan.Zero)
            {
                await DelayAsync(wait, cancellationToken);
                var now = clock.GetUtcNow();
                if (now >= atMostUntil)
                {
                    await DelayAsync(regime.Reserve(now, interactive: false), cancellationToken);
                    return;
                }

                wait = regime.TryReserve(now);
            }
        }
        finally
        {
            regime.LeaveLine();
        }
    }

    // Timers cut off parts of a millisecond: a turn would be asked for before it comes, again and again.
    private Task DelayAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), clock, cancellationToken);

    /// <summary>Asks about an address, and reports its decoys; also when it was not answered, which gives the grant back.</summary>
    public async Task<ProbeOutcome?> AskAsync(ISession session, LaneQuestion asked, CancellationToken cancellationToken)
    {
        (question, isGranted) = (asked, false);
        ProbeOutcome? outcome = null;
        try
        {
            return outcome = await session.AskAsync(asked.Address, this, cancellationToken);
        }
        finally
        {
            if (isGranted)
                await register.ReportAsync(asked.Address.Domain, outcome is ProbeOutcome.Answered answered ? [.. answered.Decoys.Select(Observation)] : []);
        }
    }

    private static DecoyObservation Observation(DecoyAnswer answer, int number) => new((DecoyShape)number, answer.Finding.Meaning);
}
