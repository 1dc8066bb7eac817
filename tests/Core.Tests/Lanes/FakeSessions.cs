using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Lanes;

/// <summary>Sessions that answer by the local part: <c>ok…</c> 250, <c>no…</c> 550, <c>relay…</c> not here, <c>second…</c> not here at mx-1, <c>defer…</c> the same with 454, <c>eai…</c> no SMTPUTF8 at mx-1 and not here elsewhere, <c>hang…</c> until released, <c>stay…</c> until let go, <c>boom…</c> a defect.</summary>
internal sealed class FakeSessions : ISessions
{
    private readonly TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> stays = new(StringComparer.Ordinal);

    public ConcurrentQueue<string> Log { get; } = new();

    public string Asked => string.Join(", ", Log.Where(line => line.StartsWith("ask", StringComparison.Ordinal)));

    public Func<ImmutableArray<Exchanger>, ProbeOutcome?> Fail { get; set; } = _ => null;

    /// <summary>Gets or sets which address of a route can be reached.</summary>
    public Func<ImmutableArray<Exchanger>, IPAddress> AddressOf { get; set; } = exchangers => exchangers[0].Addresses[0];

    public int MaxPerSession { get; set; } = 100;

    /// <summary>Gets or sets whom every host's greeting names.</summary>
    public ProviderPolicy? Seen { get; set; }

    /// <summary>Gets what was allowed to each session when it opened.</summary>
    public ConcurrentQueue<ProviderPolicy> Policies { get; } = new();

    /// <summary>Gets or sets after how many refusals of a session everything is accepted.</summary>
    public int AcceptsAfter { get; set; } = 100;

    /// <summary>Gets or sets after how many refusals of a session the next question ends it unanswered.</summary>
    public int ObjectsAfter { get; set; } = 100;

    public int Opened => opened;

    public int Quit;

    private int opened;

    private int open;

    /// <summary>Gets the most sessions that were open at once.</summary>
    public int MostOpen;

    /// <summary>Waits for what real threads do, whatever the time in the test. It ends with the test's own token.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public void Release()
    {
        release.TrySetResult();
        foreach (var localPart in stays.Keys)
            LetGo(localPart);
    }

    public void LetGo(string localPart) => StayOf(localPart).TrySetResult();

    public ValueTask<SessionOpening> OpenAsync(ImmutableArray<Exchanger> exchangers, SessionSetup setup, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref opened);
        Policies.Enqueue(setup.Policy);
        var now = Interlocked.Increment(ref open);
        for (var seen = MostOpen; now > seen; seen = MostOpen)
            _ = Interlocked.CompareExchange(ref MostOpen, now, seen);
        Log.Enqueue($"open {exchangers[0].Host}");
        return ValueTask.FromResult<SessionOpening>(
            Fail(exchangers) is { } outcome ? new SessionOpening.Failed(outcome) : new SessionOpening.Ready(new FakeSession(this, exchangers[0].Host, AddressOf(exchangers))) { Seen = Seen });
    }

    public static ProbeTrace TraceAt(string host, SmtpStage stage) =>
        new(DateTimeOffset.UnixEpoch, stage, host, IPAddress.Loopback, "eg-1", null, TimeSpan.Zero);

    private TaskCompletionSource StayOf(string localPart) => stays.GetOrAdd(localPart, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private sealed class FakeSession(FakeSessions owner, string host, IPAddress address) : ISession
    {
        private int asked;
        private int refused;
        private bool hasObjected;

        public string Host => host;

        public IPAddress Address => address;

        public SessionEnding? Ending => hasObjected ? new SessionEnding(SessionEnd.ErrorLimit) : asked < owner.MaxPerSession ? null : new SessionEnding(SessionEnd.RecipientLimit);

        public async ValueTask<ProbeOutcome?> AskAsync(EmailAddress target, ISessionPermits? permits, CancellationToken cancellationToken)
        {
            asked++;
            await permits!.PaceAsync(cancellationToken);
            var kind = target.LocalPart;

            // There before it is told of: who sees the question may let it go at once.
            var stay = kind.StartsWith("stay", StringComparison.Ordinal) ? owner.StayOf(kind).Task : Task.CompletedTask;
            owner.Log.Enqueue($"ask {host} {kind}");
            if (refused >= owner.ObjectsAfter)
            {
                hasObjected = true;
                return null;
            }

            if (kind.StartsWith("hang", StringComparison.Ordinal))
                await owner.release.Task.WaitAsync(cancellationToken);
            await stay.WaitAsync(cancellationToken);
            if (kind.StartsWith("boom", StringComparison.Ordinal))
                throw new InvalidOperationException("A defect.");
            if (kind.StartsWith("eai", StringComparison.Ordinal) && host is "mx-1")
                return new ProbeOutcome.Smtputf8Missing(TraceAt(host, SmtpStage.Ehlo) with { Address = address });
            var (code, meaning) = kind switch
            {
                _ when kind.StartsWith("eai", StringComparison.Ordinal) => (550, ReplyMeaning.RelayOrDomainRejected),
                _ when kind.StartsWith("defer", StringComparison.Ordinal) => (454, ReplyMeaning.RelayOrDomainRejected),
                _ when refused >= owner.AcceptsAfter => (250, ReplyMeaning.MailboxExists),
                _ when kind.StartsWith("second", StringComparison.Ordinal) && host is "mx-1" => (550, ReplyMeaning.RelayOrDomainRejected),
                _ when kind.StartsWith("no", StringComparison.Ordinal) => (550, ReplyMeaning.NoSuchMailbox),
                _ when kind.StartsWith("relay", StringComparison.Ordinal) => (550, ReplyMeaning.RelayOrDomainRejected),
                _ when kind.StartsWith("block", StringComparison.Ordinal) => (554, ReplyMeaning.PolicyBlocked),
                _ when kind.StartsWith("slow", StringComparison.Ordinal) => (450, ReplyMeaning.RateLimited),
                _ => (250, ReplyMeaning.MailboxExists),
            };
            var decoys = new List<DecoyAnswer>();
            if (code == 250 && permits.WishesDecoys && await permits.DecoyAsync(0) is { } decoy)
            {
                owner.Log.Enqueue($"decoy {host} {decoy}");
                decoys.Add(refused >= owner.AcceptsAfter
                    ? new(SmtpReply.Of(250, "ok"), new ReplyFinding(ReplyMeaning.MailboxExists, "test"))
                    : new(SmtpReply.Of(550, "no"), new ReplyFinding(ReplyMeaning.NoSuchMailbox, "test")));
            }

            refused += code == 550 || decoys is [{ Reply.Code: 550 }] ? 1 : 0;
            return new ProbeOutcome.Answered(
                TraceAt(host, SmtpStage.Rcpt) with { Address = address }, SmtpReply.Of(code, "words"), new ReplyFinding(meaning, "test", NamesUs: kind.StartsWith("blockus", StringComparison.Ordinal)), [.. decoys]);
        }

        public ValueTask QuitAsync()
        {
            Interlocked.Decrement(ref owner.open);
            Interlocked.Increment(ref owner.Quit);
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>Grants decoys once a domain and notes what is reported.</summary>
internal sealed class FakeRegister : ICatchAllRegister
{
    public ConcurrentQueue<string> Reports { get; } = new();

    public DecoyGrant Grant { get; set; }

    public ConcurrentQueue<string> Requests { get; } = new();

    public ValueTask<DecoyGrant> RequestAsync(string domain, DecoyShape shape)
    {
        Requests.Enqueue($"{domain} {shape}");
        return ValueTask.FromResult(Grant);
    }

    public ValueTask ReportAsync(string domain, ImmutableArray<DecoyObservation> seen)
    {
        Reports.Enqueue($"{domain} {string.Join(',', seen.Select(one => Words.Of(one.Meaning)))}");
        return ValueTask.CompletedTask;
    }
}
