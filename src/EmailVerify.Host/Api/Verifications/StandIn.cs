using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Emails;
using EmailVerify.Grains.Retries;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>
/// Answers in the place of a mailbox's grain that did not in time: its silo died, hangs or only just begins. What the store has of the customer's own answers; else the question is made durable, as a
/// retry in waiting, so that whoever asked need not ask again. Should the grain have heard the question after all, its customer may have two verifications of one question.
/// </summary>
internal sealed partial class StandIn(IVerificationStore store, IGrains<IRetryGrain> retries, Settlement settlement, TimeProvider clock, ILogger<StandIn> logger)
{
    /// <summary>How long the store may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>So many questions at once, those included that the store keeps longer than <see cref="Patience"/>: where grains are late because all is, this must not add to it.</summary>
    public const int MostAtOnce = 64;

    private int atOnce;

    /// <summary>Answers a question.</summary>
    /// <param name="hash">The hash of the address.</param>
    /// <param name="question">The question.</param>
    /// <exception cref="TimeoutException">The store did not answer in time, or too many stand in line.</exception>
    /// <exception cref="Core.StorageUnavailableException">The store cannot be reached.</exception>
    public async ValueTask<EmailAnswer> AnswerAsync(AddressHash hash, EmailQuestion question) => await AnswerInPlaceAsync(hash, question).WaitAsync(Patience, clock);

    private async Task<EmailAnswer> AnswerInPlaceAsync(AddressHash hash, EmailQuestion question)
    {
        try
        {
            if (Interlocked.Increment(ref atOnce) > MostAtOnce)
                throw new TimeoutException("Too many grains do not answer.");
            var recalled = await store.RecallAsync(hash, IVerificationStore.MostRecalled, CancellationToken.None);
            var own = recalled.Where(one => string.Equals(one.CustomerId, question.CustomerId, StringComparison.Ordinal)).ToArray();
            var now = clock.GetUtcNow();
            if (own.FirstOrDefault(one => one.Verdict is { } verdict && question.IsAnsweredBy(verdict, now)) is { } known)
                return new EmailAnswer(known with { Verdict = known.Verdict!.AgedAt(now) }, FromCache: true);
            return new EmailAnswer(own.FirstOrDefault(static one => one.Verdict is null) ?? await AcceptAsync(hash, question, now), FromCache: false);
        }
        finally
        {
            _ = Interlocked.Decrement(ref atOnce);
        }
    }

    private async Task<Verification> AcceptAsync(AddressHash hash, EmailQuestion question, DateTimeOffset now)
    {
        var (accepted, ticket) = settlement.Accept(question.Begin(hash, clock), now, isBegun: false);
        _ = await store.SaveAsync(accepted, ticket);
        LogAccepted(logger, accepted.Id);
        WakeAsync(ticket).Ignore();
        return accepted;
    }

    // Who works off the retries looks into the table on his own too, within a minute.
    private async Task WakeAsync(RetryTicket ticket) => await retries.Get(RetryKey.Of(ticket.Shard)).WakeAsync(ticket.DueAt);
}
