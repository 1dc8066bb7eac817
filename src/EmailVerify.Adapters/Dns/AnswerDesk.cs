using EmailVerify.Core.Domains;

namespace EmailVerify.Adapters.Dns;

/// <summary>Answers from the cache, else asks once however many wait: one flight a question.</summary>
/// <param name="cache">What is known.</param>
/// <param name="ask">Asks the servers; never throws but for the end of the process.</param>
internal sealed class AnswerDesk<TRecord>(AnswerCache<TRecord> cache, Func<Question, Task<DnsAnswer<TRecord>>> ask, TimeProvider clock, DnsInstruments instruments)
{
    /// <summary>A failure is kept for a second, so that a list of addresses behind one broken server does not ask it for each (RFC 9520 3.2).</summary>
    private static readonly TimeSpan FailureKept = TimeSpan.FromSeconds(1);

    /// <summary>The most flights; above, new questions fail at once instead of queueing without end.</summary>
    private const int MostFlights = 10_000;

    private readonly Lock turn = new();
    private readonly Dictionary<Question, Task<DnsAnswer<TRecord>>> flights = [];

    /// <summary>Answers a question. A waiter that gives up leaves the flight to the others.</summary>
    public ValueTask<DnsAnswer<TRecord>> AnswerAsync(Question question, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task<DnsAnswer<TRecord>>? flight;
        lock (turn)
        {
            if (cache.Find(question, clock.GetUtcNow()) is { } known)
            {
                instruments.Hit();
                return new(known);
            }

            if (!flights.TryGetValue(question, out flight))
            {
                if (flights.Count >= MostFlights)
                    return new(new DnsAnswer<TRecord>(DnsOutcome.Failure, [], TimeSpan.Zero));

                // On the pool, for the first caller's scheduler (a grain's) may be gone before the last waiter is.
                flight = Task.Run(() => FlyAsync(question), CancellationToken.None);
                flights.Add(question, flight);
            }
        }

        return new(flight.WaitAsync(cancellationToken));
    }

    private async Task<DnsAnswer<TRecord>> FlyAsync(Question question)
    {
        DnsAnswer<TRecord>? answer = null;
        try
        {
            return answer = await ask(question);
        }
        finally
        {
            lock (turn)
            {
                flights.Remove(question);
                if (answer is not null)
                    cache.Keep(question, answer, clock.GetUtcNow() + (answer.TimeToLive > TimeSpan.Zero ? answer.TimeToLive : FailureKept));
            }
        }
    }
}
