using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Core.Tests.Lanes;

/// <summary>Whatever comes and however sessions end: no limit is exceeded, and each question is answered exactly once.</summary>
public sealed class LaneStressTests
{
    private const int Groups = 60;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private readonly FakeTimeProvider clock = new();

    [Theory]
    [InlineData(1, 1, true, "127.0.0.1")]
    [InlineData(2, 2, true, "127.0.0.1")]
    [InlineData(3, 6, true, "127.0.0.1")]
    [InlineData(4, 2, false, "127.0.0.1")]
    [InlineData(5, 1, true, "192.0.2.1")]
    [InlineData(6, 2, true, "192.0.2.1")]
    [InlineData(7, 6, true, "192.0.2.1")]
    public async Task Ask_AtRandom_KeepsToTheLimitsAndAnswersAll(int seed, int mostSessions, bool manyDomains, string sharedAddress)
    {
        var address = IPAddress.Parse(sharedAddress);
        var policy = new ProviderPolicy
        {
            Name = "test",
            Sessions = mostSessions,
            SessionsPerMinute = 60,
            CautiousRate = 5,
            HighestRate = 10,
            RecipientsPerSession = 6,
            Pause = TimeSpan.FromMinutes(1),
            ManyDomainsPerSession = manyDomains,
        };
        var sessions = new WildSessions(new Random(seed), clock, address);
        var setup = LaneParts.SetupOf(policy);
        var random = new Random(seed);
        var groups = new List<(LaneGroup Group, HashSet<int> Left)>();
        await using (var lane = new Lane(new LaneOptions(_ => setup, Enforce: true, TimeSpan.FromSeconds(1)), sessions, new FakeRegister(), new Decoys(new byte[32]), [], clock))
        {
            while (groups.Count < Groups || groups.Exists(group => group.Left.Count > 0))
            {
                if (groups.Count < Groups && random.Next(10) == 0)
                {
                    ImmutableArray<LaneQuestion> questions = [.. Enumerable.Range(0, random.Next(1, 20)).Select(number => Question(random, number, address))];
                    groups.Add((lane.Ask(questions), [.. questions.Select(question => question.Number)]));
                }

                clock.Advance(Step);
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
                foreach (var (group, left) in groups)
                {
                    while (group.Answers.TryRead(out var answer))
                        Assert.True(left.Remove(answer.Number), "A question was answered twice.");
                }
            }

            Assert.Equal(0, lane.Look().Waiting);
            Assert.All(groups, group => Assert.True(group.Group.Answers.Completion.IsCompleted));
        }

        Assert.Empty(sessions.Broken);
        Assert.Equal(sessions.Opened, sessions.Ended);
        Assert.InRange(sessions.MostOpen["p0"], 1, mostSessions);
        Assert.InRange(sessions.MostOpen["p1"], 1, mostSessions);
        Assert.InRange(sessions.MostOpen[WildSessions.All], 1, IPAddress.IsLoopback(address) ? 2 * mostSessions : mostSessions);

        // How many are asked depends on the threads: a provider that blocks early is asked no more.
        Assert.True(sessions.Asked.Count > 20);

        // The time is noted a step late at worst, and a thread may be late.
        foreach (var asked in sessions.Asked.GroupBy(one => one.Provider, StringComparer.Ordinal))
        {
            var times = asked.Select(one => one.At).Order().ToArray();
            Assert.All(times, from => Assert.InRange(times.Count(at => at >= from && at < from.AddSeconds(10)), 1, (int)(10 * policy.HighestRate * 1.2)));
        }
    }

    private static LaneQuestion Question(Random random, int number, IPAddress address)
    {
        var provider = random.Next(2);
        var host = $"mx-{random.Next(4)}.p{provider}";
        var route = new Route.Exchangers([new Exchanger(host, 0, [address]), new Exchanger($"mx-other.p{provider}", 1, [address])], $"p{provider}");
        return new LaneQuestion(number, EmailAddress.Parse($"a{random.Next(1_000)}@d{random.Next(3)}.example"), route, random.Next(2) == 0, random.Next(5) == 0);
    }

    /// <summary>Opens sessions that do anything at all.</summary>
    private sealed class WildSessions(Random random, FakeTimeProvider clock, IPAddress address) : ISessions
    {
        public const string All = "all";

        private readonly ConcurrentDictionary<string, int> open = new(StringComparer.Ordinal);
        private int opened;
        private int ended;

        public ConcurrentQueue<string> Broken { get; } = new();

        public ConcurrentQueue<(string Provider, DateTimeOffset At)> Asked { get; } = new();

        public ConcurrentDictionary<string, int> MostOpen { get; } = new(StringComparer.Ordinal);

        public IPAddress Address => address;

        public int Opened => opened;

        public int Ended => ended;

        public async ValueTask<SessionOpening> OpenAsync(ImmutableArray<Exchanger> exchangers, SessionSetup setup, CancellationToken cancellationToken)
        {
            var host = exchangers[0].Host;
            var provider = host[(host.IndexOf('.', StringComparison.Ordinal) + 1)..];
            Open(provider);
            Open(All);
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Next(500)), clock, cancellationToken);
                switch (Next(100))
                {
                    case 0:
                        throw new InvalidOperationException("A defect.");
                    case 1:
                        return Failed(new ProbeOutcome.Lost(FakeSessions.TraceAt(host, SmtpStage.Connect), LossCause.NoConnect));
                    case 2:
                        return Failed(new ProbeOutcome.Refused(FakeSessions.TraceAt(host, SmtpStage.Connect), SmtpReply.Of(421, "no"), new ReplyFinding(ReplyMeaning.RateLimited, "test")));
                    case 3 when Next(4) == 0:
                        return Failed(new ProbeOutcome.Refused(FakeSessions.TraceAt(host, SmtpStage.Connect), SmtpReply.Of(554, "no"), new ReplyFinding(ReplyMeaning.PolicyBlocked, "test")));
                    default:
                        _ = Interlocked.Increment(ref opened);
                        return new SessionOpening.Ready(new WildSession(this, host, provider, setup.Policy));
                }
            }
            catch
            {
                Close(provider);
                throw;
            }

            SessionOpening Failed(ProbeOutcome outcome)
            {
                Close(provider);
                return new SessionOpening.Failed(outcome);
            }
        }

        private int Next(int below)
        {
            lock (random)
                return random.Next(below);
        }

        private void Open(string provider)
        {
            var now = open.AddOrUpdate(provider, 1, (_, count) => count + 1);
            _ = MostOpen.AddOrUpdate(provider, now, (_, most) => Math.Max(most, now));
        }

        private void Close(string provider)
        {
            _ = open.AddOrUpdate(All, 0, (_, count) => count - 1);
            _ = open.AddOrUpdate(provider, 0, (_, count) => count - 1);
        }

        private sealed class WildSession(WildSessions owner, string host, string provider, ProviderPolicy policy) : ISession
        {
            private int asked;
            private int isAsking;

            public string Host => host;

            public IPAddress Address => owner.Address;

            public SessionEnding? Ending { get; private set; }

            public async ValueTask<ProbeOutcome?> AskAsync(EmailAddress target, ISessionPermits? permits, CancellationToken cancellationToken)
            {
                if (Interlocked.Exchange(ref isAsking, 1) == 1)
                    owner.Broken.Enqueue("Two at once.");
                if (Ending is not null)
                    owner.Broken.Enqueue("Asked after its end.");
                try
                {
                    // A new session never gives null.
                    if (asked++ > 0 && owner.Next(12) == 0)
                    {
                        Ending = new SessionEnding(SessionEnd.Cut);
                        return null;
                    }

                    await permits!.PaceAsync(cancellationToken);
                    owner.Asked.Enqueue((provider, owner.Clock.GetUtcNow()));
                    await Task.Delay(TimeSpan.FromMilliseconds(owner.Next(400)), owner.Clock, cancellationToken);
                    if (asked >= policy.RecipientsPerSession)
                        Ending = new SessionEnding(SessionEnd.RecipientLimit);
                    return Outcome();
                }
                finally
                {
                    isAsking = 0;
                }
            }

            public ValueTask QuitAsync()
            {
                _ = Interlocked.Increment(ref owner.ended);
                owner.Close(provider);
                return ValueTask.CompletedTask;
            }

            private ProbeOutcome Outcome()
            {
                switch (owner.Next(60))
                {
                    case 0:
                        Ending = new SessionEnding(SessionEnd.Cut);
                        return new ProbeOutcome.Lost(FakeSessions.TraceAt(host, SmtpStage.Rcpt), LossCause.Cut);
                    case 1:
                        throw new InvalidOperationException("A defect.");
                    case 2:
                        return Answered(450, ReplyMeaning.RateLimited);
                    case 3 when owner.Next(8) == 0:
                        return Answered(554, ReplyMeaning.PolicyBlocked);
                    case < 8:
                        return Answered(550, ReplyMeaning.RelayOrDomainRejected);
                    case < 10:
                        return new ProbeOutcome.Smtputf8Missing(FakeSessions.TraceAt(host, SmtpStage.Ehlo));
                    case < 20:
                        return Answered(550, ReplyMeaning.NoSuchMailbox);
                    default:
                        return Answered(250, ReplyMeaning.MailboxExists);
                }
            }

            private ProbeOutcome.Answered Answered(int code, ReplyMeaning meaning) =>
                new(FakeSessions.TraceAt(host, SmtpStage.Rcpt), SmtpReply.Of(code, "words"), new ReplyFinding(meaning, "test"), []);
        }

        private TimeProvider Clock => clock;
    }
}
