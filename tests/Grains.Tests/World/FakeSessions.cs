using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Grains.Tests.World;

/// <summary>
/// Mail servers that answer by the local part: <c>no…</c> 550, <c>later…</c> greylists, <c>slow…</c> names a pause, <c>blockus…</c> blocks us by name,
/// <c>boom…</c> a defect, anything else 250. Decoys are refused, but at domains that begin with <c>all-</c> accepted and at <c>grey-</c> put off.
/// </summary>
internal sealed class FakeSessions(TimeProvider clock) : ISessions
{
    private readonly ConcurrentDictionary<string, Gate> gates = new(StringComparer.Ordinal);

    /// <summary>Gets who was asked about, and when, decoys not among them.</summary>
    public ConcurrentQueue<(string Address, DateTimeOffset At)> Asked { get; } = new();

    /// <summary>Gets as whom each address was asked about.</summary>
    public ConcurrentQueue<(string Address, Egress Egress)> AskedBy { get; } = new();

    /// <summary>Gets the domains whose decoys were asked about, one entry each decoy.</summary>
    public ConcurrentQueue<string> Decoys { get; } = new();

    /// <summary>Gets or sets what becomes of opening a session to a host; null opens it.</summary>
    public Func<string, ProbeOutcome?> Fail { get; set; } = _ => null;

    /// <summary>Gets or sets what an address is answered, when not by its local part.</summary>
    public ConcurrentDictionary<string, ReplyMeaning> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets what decoys of a domain are answered, when not by its name.</summary>
    public ConcurrentDictionary<string, ReplyMeaning> DecoyAnswers { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets what is called before a session opens.</summary>
    public ConcurrentQueue<string> Opened { get; } = new();

    public ConcurrentQueue<string> Quit { get; } = new();

    /// <summary>Gets the hosts that cannot be reached: the next exchanger is asked.</summary>
    public ConcurrentDictionary<string, bool> Down { get; } = new(StringComparer.Ordinal);

    /// <summary>Holds questions about an address.</summary>
    public Gate Hold(string address) => gates[address] = new Gate();

    public int TimesAsked(string address) => Asked.Count(one => string.Equals(one.Address, address, StringComparison.Ordinal));

    public void ReleaseAll()
    {
        foreach (var gate in gates.Values)
            gate.Open();
    }

    public ValueTask<SessionOpening> OpenAsync(ImmutableArray<Exchanger> exchangers, SessionSetup setup, CancellationToken cancellationToken)
    {
        var host = (exchangers.FirstOrDefault(one => !Down.ContainsKey(one.Host)) ?? exchangers[0]).Host;
        Opened.Enqueue(host);
        return ValueTask.FromResult<SessionOpening>(
            Fail(host) is { } outcome ? new SessionOpening.Failed(outcome) : new SessionOpening.Ready(new Session(this, host, setup.Egress)));
    }

    public ProbeTrace TraceAt(string? host, SmtpStage stage) => new(clock.GetUtcNow(), stage, host, IPAddress.Loopback, "eg-1", null, TimeSpan.FromMilliseconds(5));

    private sealed class Session(FakeSessions owner, string host, Egress egress) : ISession
    {
        public string Host => host;

        public IPAddress Address => IPAddress.Loopback;

        public SessionEnding? Ending => null;

        public async ValueTask<ProbeOutcome?> AskAsync(EmailAddress target, ISessionPermits? permits, CancellationToken cancellationToken)
        {
            await permits!.PaceAsync(cancellationToken);
            var address = target.Canonical;
            owner.AskedBy.Enqueue((address, egress));
            owner.Asked.Enqueue((address, owner.TraceAt(host, SmtpStage.Rcpt).At));
            if (owner.gates.TryGetValue(address, out var gate))
                await gate.PassAsync().WaitAsync(cancellationToken);
            if (target.LocalPart.StartsWith("boom", StringComparison.Ordinal) && !owner.Answers.ContainsKey(address))
                throw new InvalidOperationException("A defect.");
            var finding = Finding(target);
            var code = Code(finding.Meaning);
            var decoys = ImmutableArray.CreateBuilder<DecoyAnswer>();
            for (var number = 0; code == 250 && permits.WishesDecoys && number < 2 && await permits.DecoyAsync(number) is not null; number++)
            {
                owner.Decoys.Enqueue(target.Domain);
                if (owner.gates.TryGetValue($"decoy@{target.Domain}", out var held))
                    await held.PassAsync().WaitAsync(cancellationToken);
                var meaning = owner.DecoyAnswers.TryGetValue(target.Domain, out var set) ? set : DecoyMeaning(target.Domain, host);
                decoys.Add(new DecoyAnswer(SmtpReply.Of(Code(meaning), "words"), new ReplyFinding(meaning, "test")));
                if (meaning is not ReplyMeaning.MailboxExists)
                    break;
            }

            return new ProbeOutcome.Answered(owner.TraceAt(host, SmtpStage.Rcpt) with { Egress = egress.Name }, SmtpReply.Of(code, "5.1.1 words"), finding, decoys.ToImmutable());
        }

        public ValueTask QuitAsync()
        {
            owner.Quit.Enqueue(host);
            return ValueTask.CompletedTask;
        }

        private ReplyFinding Finding(EmailAddress target) => target.LocalPart switch
        {
            _ when owner.Answers.TryGetValue(target.Canonical, out var meaning) => new ReplyFinding(meaning, "test"),
            _ when owner.Answers.TryGetValue("*@" + target.Domain, out var meaning) => new ReplyFinding(meaning, "test"),
            ['n', 'o', ..] => new ReplyFinding(ReplyMeaning.NoSuchMailbox, "test"),
            ['l', 'a', 't', 'e', 'r', ..] => new ReplyFinding(ReplyMeaning.Greylisted, "test"),
            ['s', 'l', 'o', 'w', ..] => new ReplyFinding(ReplyMeaning.RateLimited, "test", TimeSpan.FromMinutes(20)),
            ['b', 'l', 'o', 'c', 'k', 'u', 's', ..] => new ReplyFinding(ReplyMeaning.PolicyBlocked, "test", NamesUs: true),
            _ => new ReplyFinding(ReplyMeaning.MailboxExists, "test"),
        };

        private static ReplyMeaning DecoyMeaning(string domain, string host) =>
            domain.StartsWith("two-open-", StringComparison.Ordinal) && host.StartsWith("backup.", StringComparison.Ordinal) ? ReplyMeaning.MailboxExists
            : domain.StartsWith("all-", StringComparison.Ordinal) ? ReplyMeaning.MailboxExists
            : domain.StartsWith("grey-", StringComparison.Ordinal) ? ReplyMeaning.Greylisted
            : ReplyMeaning.NoSuchMailbox;

        private static int Code(ReplyMeaning meaning) => meaning switch
        {
            ReplyMeaning.MailboxExists => 250,
            ReplyMeaning.Greylisted or ReplyMeaning.RateLimited or ReplyMeaning.TemporaryFailure => 451,
            _ => 550,
        };
    }
}
