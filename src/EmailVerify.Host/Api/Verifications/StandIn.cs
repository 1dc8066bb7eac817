using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Emails;
using EmailVerify.Grains.Retries;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>
/// Makes a question durable in the place of its grain, which cannot be reached: its silo died, hangs or only just begins. It is a retry in waiting, as all that is pending, so that whoever asked
/// need not ask again. Should the grain have heard the question after all, both are answered with what it finds.
/// </summary>
internal sealed partial class StandIn(IVerificationStore store, IGrains<IRetryGrain> retries, Settlement settlement, TimeProvider clock, ILogger<StandIn> logger)
{
    /// <summary>How long the store may take: with <see cref="GrainCall.Margin"/> before it, the caller hears within four seconds of the end of the wait.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Accepts a question.</summary>
    /// <param name="hash">The hash of the address.</param>
    /// <param name="question">The question.</param>
    /// <exception cref="TimeoutException">The store did not answer in time.</exception>
    /// <exception cref="Core.StorageUnavailableException">The store cannot be reached.</exception>
    public async ValueTask<Verification> AcceptAsync(AddressHash hash, EmailQuestion question)
    {
        var now = clock.GetUtcNow();
        var (accepted, ticket) = settlement.Apply(question.Begin(hash, clock), Settlement.Unreachable(now), now);
        _ = await store.SaveAsync(accepted, ticket).WaitAsync(Patience, clock);
        LogAccepted(logger, accepted.Id);

        // Who works off the retries looks into the table on his own too, if later.
        retries.Get(RetryKey.Of(ticket!.Shard)).WakeAsync(ticket.DueAt).AsTask().Ignore();
        return accepted;
    }

    [LoggerMessage(5111, LogLevel.Warning, "The grain of verification {VerificationId} could not be reached in time. It was accepted, and is begun as soon as the grain can be.")]
    private static partial void LogAccepted(ILogger logger, string verificationId);
}
