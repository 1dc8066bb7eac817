using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Lanes;

/// <summary>Tells one session when a RCPT may go and whether decoys may, and brings home what they met.</summary>
internal sealed class LanePermits(Regime regime, ICatchAllRegister register, Decoys decoys, TimeProvider clock) : ISessionPermits
{
    private LaneQuestion question = null!;
    private bool isGranted;

    public bool WishesDecoys => question.AskDecoys;

    public async ValueTask PaceAsync(CancellationToken cancellationToken)
    {
        var wait = regime.Reserve(clock.GetUtcNow());
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, clock, cancellationToken);
    }

    public async ValueTask<string?> DecoyAsync(int number)
    {
        if (regime.IsClosed(clock.GetUtcNow()))
            return null;
        if (number == 0)
            isGranted = await register.RequestAsync(question.Address.Domain) is DecoyGrant.Granted;
        return isGranted ? decoys.Make((DecoyShape)number, question.Address.Domain) : null;
    }

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
