namespace EmailVerify.Sandbox.Counting;

/// <summary>The counts of one host, one provider or all of them. Thread-safe.</summary>
internal sealed class CounterSet(TimeProvider clock)
{
    private readonly Lock gate = new();
    private long sessions;
    private long open;
    private long mostOpen;
    private long recipients;
    private long refused;
    private long mostInSession;
    private long second;
    private long inSecond;
    private long mostInSecond;
    private long earlyTalk;
    private long missingQuit;
    private long forbidden;
    private long pipelinedPairs;
    private long tlsSessions;

    public void SessionOpened()
    {
        lock (gate)
        {
            sessions++;
            mostOpen = Math.Max(mostOpen, ++open);
        }
    }

    public void SessionClosed(long recipientsInSession, bool withoutQuit)
    {
        lock (gate)
        {
            open--;
            mostInSession = Math.Max(mostInSession, recipientsInSession);
            missingQuit += withoutQuit ? 1 : 0;
        }
    }

    public void Recipient(bool isRefused, bool isPipelined)
    {
        var now = clock.GetTimestamp() / clock.TimestampFrequency;
        lock (gate)
        {
            recipients++;
            refused += isRefused ? 1 : 0;
            pipelinedPairs += isPipelined ? 1 : 0;
            inSecond = now == second ? inSecond + 1 : 1;
            second = now;
            mostInSecond = Math.Max(mostInSecond, inSecond);
        }
    }

    public void TalkedEarly() => Add(ref earlyTalk);

    public void ForbiddenCommand() => Add(ref forbidden);

    public void TlsAgreed() => Add(ref tlsSessions);

    public void Reset()
    {
        lock (gate)
        {
            sessions = recipients = refused = mostInSession = second = inSecond = mostInSecond = 0;
            earlyTalk = missingQuit = forbidden = pipelinedPairs = tlsSessions = 0;
            mostOpen = open;
        }
    }

    public CounterSnapshot Snapshot()
    {
        lock (gate)
        {
            return new CounterSnapshot(
                sessions, open, mostOpen, recipients, refused, mostInSession, mostInSecond, earlyTalk, missingQuit, forbidden, pipelinedPairs, tlsSessions);
        }
    }

    private void Add(ref long counter)
    {
        lock (gate)
            counter++;
    }
}
