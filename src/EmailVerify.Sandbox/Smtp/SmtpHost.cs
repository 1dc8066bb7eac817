using System.Collections.Concurrent;
using System.Net;
using EmailVerify.Sandbox.Counting;

namespace EmailVerify.Sandbox.Smtp;

/// <summary>One host of the small internet: a name, an address, a script, and what it remembers of its clients.</summary>
internal sealed class SmtpHost(
    string name, IPAddress address, HostScript script, IRecipients recipients, CounterSet? provider, CounterSet? counters, TimeProvider clock)
{
    private readonly ConcurrentDictionary<IPAddress, int> openByClient = new();
    private readonly Lock gate = new();
    private long second;
    private int inSecond;
    private int connections;

    public string Name => name;

    public IPAddress Address => address;

    public HostScript Script => script;

    public IRecipients Recipients => recipients;

    /// <summary>Gets where its provider's visits are counted; null where that shows with the recipient only.</summary>
    public CounterSet? Provider => provider;

    public CounterSet? Counters => counters;

    /// <summary>Says whether it still sleeps: so many connections are cut before it wakes.</summary>
    public bool IsAsleep() => script.Source.Sleeps > 0 && Interlocked.Increment(ref connections) <= script.Source.Sleeps;

    /// <summary>Lets a client in, if it does not have too many sessions open here.</summary>
    public bool Admit(IPAddress client)
    {
        if (script.SessionLimit is null)
            return true;
        var open = openByClient.AddOrUpdate(client, 1, (_, count) => count + 1);
        if (open <= script.Source.Sessions!.Most)
            return true;
        Leave(client);
        return false;
    }

    /// <summary>A client that was let in has gone.</summary>
    public void Leave(IPAddress client)
    {
        if (script.SessionLimit is not null)
            openByClient.AddOrUpdate(client, 0, (_, count) => count - 1);
    }

    /// <summary>Says whether one more RCPT is within this second's rate.</summary>
    public bool IsWithinRate()
    {
        if (script.Source.Rate is not { } limit)
            return true;
        var now = clock.GetTimestamp() / clock.TimestampFrequency;
        lock (gate)
        {
            inSecond = now == second ? inSecond + 1 : 1;
            second = now;
            return inSecond <= limit.Most;
        }
    }
}
