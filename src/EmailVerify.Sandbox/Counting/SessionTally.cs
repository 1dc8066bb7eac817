namespace EmailVerify.Sandbox.Counting;

/// <summary>Counts one session wherever it belongs: in the total, at its provider and at its host.</summary>
internal sealed class SessionTally
{
    private readonly CounterSet total;
    private readonly CounterSet? host;
    private CounterSet? provider;
    private long recipients;
    private long recipientsAtProvider;
    private bool agreedOnTls;

    public SessionTally(CounterSet total, CounterSet? provider, CounterSet? host)
    {
        (this.total, this.provider, this.host) = (total, provider, host);
        total.SessionOpened();
        provider?.SessionOpened();
        host?.SessionOpened();
    }

    /// <summary>Says whose session it is, where that shows with the recipient only.</summary>
    public void Attribute(CounterSet owner)
    {
        if (ReferenceEquals(owner, provider))
            return;
        provider?.SessionClosed(recipientsAtProvider, withoutQuit: false);
        provider = owner;
        recipientsAtProvider = 0;
        owner.SessionOpened();
        if (agreedOnTls)
            owner.TlsAgreed();
    }

    public void Recipient(bool isRefused, bool isPipelined)
    {
        recipients++;
        recipientsAtProvider++;
        total.Recipient(isRefused, isPipelined);
        provider?.Recipient(isRefused, isPipelined);
        host?.Recipient(isRefused, isPipelined);
    }

    public void TalkedEarly()
    {
        total.TalkedEarly();
        provider?.TalkedEarly();
        host?.TalkedEarly();
    }

    public void ForbiddenCommand()
    {
        total.ForbiddenCommand();
        provider?.ForbiddenCommand();
        host?.ForbiddenCommand();
    }

    public void TlsAgreed()
    {
        agreedOnTls = true;
        total.TlsAgreed();
        provider?.TlsAgreed();
        host?.TlsAgreed();
    }

    public void Closed(bool withoutQuit)
    {
        total.SessionClosed(recipients, withoutQuit);
        provider?.SessionClosed(recipientsAtProvider, withoutQuit);
        host?.SessionClosed(recipients, withoutQuit);
    }
}
