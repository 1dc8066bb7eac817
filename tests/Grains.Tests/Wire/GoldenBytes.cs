using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Batches;
using EmailVerify.Grains.Domains;
using EmailVerify.Grains.Egresses;
using EmailVerify.Grains.Emails;
using EmailVerify.Grains.Lanes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace EmailVerify.Grains.Tests.Wire;

/// <summary>
/// The octets of what crosses between silos, and of what lanes store. They may grow by new ids at the end; where these change otherwise,
/// silos of two versions do not understand each other, and stored regimes are lost.
/// </summary>
public sealed class GoldenBytes : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Route.Exchangers Route = new([new Exchanger("mx.b.example", 10, [IPAddress.Loopback])], "b.example");
    private static readonly ProbeTrace Trace = new(At, SmtpStage.Rcpt, "mx.b.example", IPAddress.Loopback, "eg-1", "TLS 1.3", TimeSpan.FromMilliseconds(5)) { ReadAs = "mx.c.example" };
    private static readonly ReplyFinding Finding = new(ReplyMeaning.NoSuchMailbox, "rule", TimeSpan.FromSeconds(1), NamesUs: true) { IsOfRecipient = true };

    internal static readonly RetryTicket Ticket = new("ver_1", "cus_a", new AddressHash(7), At, "eg-1", 2);
    internal static readonly CatchAllBelief Belief = new(CatchAllState.AnswersBothWays, 0.5) { OnlyShape = DecoyShape.FirstLast };
    internal static readonly DomainAnswer Domain = new(new Route.NullMx(), Belief, At) { GreylistsKnownOnly = true };
    internal static readonly LaneQuestions Questions = new([new LaneQuestion(3, EmailAddress.Parse("a@b.example"), Route, AskDecoys: true, Interactive: true)]);

    internal static readonly LaneAnswers Answers = new([
        new LaneAnswer.Ended(0, new ProbeOutcome.Answered(Trace, SmtpReply.Of(550, "5.1.1 no"), Finding, [new DecoyAnswer(SmtpReply.Of(250, "ok"), Finding)]) { Signs = Signs.BackupExchanger | Signs.DecoysDelayed }, ["mx.b.example"]),
        new LaneAnswer.Ended(1, new ProbeOutcome.Lost(Trace, LossCause.Cut), []),
        new LaneAnswer.NotBefore(2, At, Obstacle.Block),
    ]);

    internal static readonly Verification Verification = new()
    {
        Id = "ver_1",
        CustomerId = "cus_a",
        AddressHash = new AddressHash(7),
        Email = "a@b.example",
        Tag = "tag",
        CreatedAt = At,
        Verdict = new Verdict(VerdictStatus.Risky, VerdictReason.MailboxFull, 25, true, true, null, "b.example", "mx.b.example", At, At, VerdictSource.Live, "rules-1"),
        Pending = new Pending(At, VerdictReason.Greylisted, At, At),
        Attempts = 2,
        Evidence = [new Evidence(At, SmtpStage.Rcpt, ["mx.b.example"], null, null, null, null, null, null, "cut", null, [], TimeSpan.Zero)],
    };

    internal static readonly EgressRoster Roster = new([
        new KnownEgress(new Egress("eg-1", IPAddress.Loopback, "mail.example.org", "probe@example.org"), At, new EgressStanding(At, ["google", "microsoft365"], ("yahoo", At))),
        new KnownEgress(new Egress("eg-2", null, "mail2.example.org", "probe@example.org"), At, EgressStanding.Well),
    ], Revision: 7);

    internal static readonly BatchView Batch = new(new Batch
    {
        Id = "bat_1",
        CustomerId = "cus_a",
        Name = "list.csv",
        Tag = "t",
        Status = BatchStatus.Paused,
        Pause = new BatchPause(BatchPauser.System, "no_egress"),
        Round = 2,
        RetriedReasons = [VerdictReason.Greylisted],
        Priority = BatchPriority.High,
        MaxAge = TimeSpan.FromHours(1),
        DropsDuplicates = true,
        Shape = RowShape.Json,
        Columns = ["E-Mail"],
        Column = "E-Mail",
        Delimiter = ';',
        Counts = new BatchCounts(10, 4, 1, 1, 1, 1, 9, 1, 2, 3),
        Revision = 9,
        CreatedAt = At,
        StartedAt = At,
        FinishedAt = At,
        ExpiresAt = At,
        ErasedAt = At,
    })
    { EtaAt = At, RatePerSecond = 2.5, LimitedBy = "google" };

    internal static readonly LaneStanding Standing = new(
        2,
        [new ProviderStanding("google", new RegimeStanding(2.5, 0.5, 10, 2, 5, Circuit.Open, At, Obstacle.Block, 0.25, 0.3), 1, 20)],
        7,
        [new LaneReply(At, "google", "mx.b.example", 550, "5.7.1", "no", "policy_blocked")])
    {
        WaitingInPerson = 1,
        WaitingOfBatches = 20,
        Told = new LaneCounts(10, 2, 1),
    };

    private readonly ServiceProvider services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public void Dispose() => services.Dispose();

    [Fact]
    public void EmailAnswer_HasTheOctetsOfTheFirstVersion() => Same("email-answer", new EmailAnswer(Verification, FromCache: true));

    [Fact]
    public void EmailQuestion_HasTheOctetsOfTheFirstVersion() => Same(
        "email-question",
        new EmailQuestion { CustomerId = "cus_a", Email = "a@b.example", Tag = "t", MaxAge = TimeSpan.FromHours(1), Wait = TimeSpan.FromSeconds(5), Accept = true });

    [Fact]
    public void RetryTicket_HasTheOctetsOfTheFirstVersion() => Same("retry-ticket", Ticket);

    [Fact]
    public void DomainAnswer_HasTheOctetsOfTheFirstVersion() => Same("domain-answer", Domain);

    [Fact]
    public void CatchAllBelief_HasTheOctetsOfTheFirstVersion() => Same("catch-all-belief", Belief);

    [Fact]
    public void Observations_HaveTheOctetsOfTheFirstVersion() =>
        Same<ImmutableArray<DecoyObservation>>("decoy-observations", [new(DecoyShape.FirstLast, ReplyMeaning.NoSuchMailbox)]);

    [Fact]
    public void LaneQuestions_HaveTheOctetsOfTheFirstVersion() => Same("lane-questions", Questions);

    [Fact]
    public void LaneAnswers_HaveTheOctetsOfTheFirstVersion() => Same("lane-answers", Answers);

    [Fact]
    public void LaneState_HasTheOctetsOfTheFirstVersion() =>
        Same("lane-state", new LaneState { Epoch = 4, Regimes = [new RegimeState("b.example", 2.5, 1, At, HadSessions: true, Obstacle.Block, [At, DateTimeOffset.MaxValue])] });

    [Fact]
    public void EgressRoster_HasTheOctetsOfTheFirstVersion() => Same("egress-roster", Roster);

    [Fact]
    public void EgressRosterState_HasTheOctetsOfTheFirstVersion() => Same("egress-roster-state", new EgressRosterState
    {
        Seen = [new SeenEgress(Roster.All[0].Egress, At)],
        Health = [new HealthState("eg-1", "yahoo", At, At, ["google", "microsoft365"], 2)],
    });

    [Fact]
    public void BatchView_HasTheOctetsOfTheFirstVersion() => Same("batch-view", Batch);

    [Fact]
    public void BatchSteering_HasTheOctetsOfTheFirstVersion() => Same("batch-steering", new BatchSteering(Batch.Batch, IsAllowed: true));

    [Fact]
    public void ChunkReport_HasTheOctetsOfTheFirstVersion() => Same("chunk-report", new ChunkReport(17, 3, ChunkEnd.Closed, Stall.StorageFull, At, WasAnswered: true));

    [Fact]
    public void BatchRows_HaveTheOctetsOfTheFirstVersion() => Same("batch-rows", new BatchRows([new ProviderRows("google", 1, 2, 3)], IsWhole: true));

    [Fact]
    public void WorkerTally_HasTheOctetsOfTheFirstVersion() => Same("worker-tally", new WorkerTally(17, 3, 2, [new ProviderTally("google", 1, 2, -3)]));

    [Fact]
    public void LaneStanding_HasTheOctetsOfTheFirstVersion() => Same("lane-standing", Standing);

    // A silo of the version before told the state alone.
    [Fact]
    public void DomainAnswer_OfTheFirstVersion_IsUnderstood() =>
        Assert.Equal(new DomainAnswer(new Route.NullMx(), CatchAllBelief.Of(CatchAllState.RefusesDecoys), At), Read<DomainAnswer>("domain-answer-v1"));

    [Fact]
    public void LaneState_OfTheFirstVersion_IsUnderstood() =>
        Assert.Equal([new RegimeState("b.example", 2.5, 1, At, HadSessions: true, Obstacle.Block, [])], Read<LaneState>("lane-state-v1").Regimes);

    [Fact]
    public void LaneAnswers_OfTheFirstVersion_AreUnderstood()
    {
        var answers = Read<LaneAnswers>("lane-answers-v1").Answers;

        Assert.Equal(3, answers.Length);
        Assert.Equal((550, Signs.None), Assert.IsType<ProbeOutcome.Answered>(Assert.IsType<LaneAnswer.Ended>(answers[0]).Outcome) is var answered ? (answered.Reply.Code, answered.Signs) : default);
    }

    [Fact]
    public void BatchView_OfTheFirstVersion_IsUnderstood()
    {
        var view = Read<BatchView>("batch-view-v1");

        Assert.Equal(("bat_1", null, 2.5), (view.Batch.Id, view.Batch.Delimiter, view.RatePerSecond));
    }

    // An enum crosses as its number.
    [Fact]
    public void Numbers_OfWhatCrossesByNumber_StayTheSame()
    {
        Assert.Equal("Deliverable Undeliverable Risky Unknown", Names<VerdictStatus>());
        Assert.Equal(
            "AcceptedEmail AcceptAll RejectedEmail MailboxDisabled MailboxFull InvalidDomain NullMx InvalidEmail Smtputf8Unsupported Disposable AddressLiteral DnsError UnexpectedReply BlockedByPolicy RateLimited Greylisted TemporaryFailure NoConnect Timeout NoEgress ProviderUnverifiable",
            Names<VerdictReason>());
        Assert.Equal("Live Cache Syntax Dns Test", Names<VerdictSource>());
        Assert.Equal("Unknown RefusesDecoys AcceptsDecoys AnswersBothWays", Names<CatchAllState>());
        Assert.Equal("Granted NotNeeded GrantedForDigits GrantedForFirstLast", Names<DecoyGrant>());
        Assert.Equal("Digits FirstLast", Names<DecoyShape>());
        Assert.Equal(
            "0 None, 1 BackupExchanger, 2 IdenticalAnswer, 4 DifferingAnswer, 8 DecoysDelayed, 16 RefusalDelayed, 32 PartialCatchAll, 64 AnswersAtRandom, 128 RefusalDoubted, 256 AcceptedAfterErrors, 512 ErrorLimitMet, 1024 KnownOnlyGreylisting",
            string.Join(", ", Enum.GetValues<Signs>().Select(sign => $"{(int)sign} {sign}")));
        Assert.Equal("None Sessions SessionRate Pace RateLimit Block Defect", Names<Obstacle>());
        Assert.Equal("Closed Open HalfOpen", Names<Circuit>());
        Assert.Equal("NoConnect Silence Cut Nonsense TlsFailed ProxyFailed", Names<LossCause>());
        Assert.Equal("Left Closed NothingDue TakenBack", Names<ChunkEnd>());
        Assert.Equal("None NoEgress ResolverUnavailable StorageFull StorageUnavailable", Names<Stall>());
        Assert.Equal("Unknown Connect Ehlo Starttls Mail Rcpt Data Eod", Names<SmtpStage>());
        Assert.Equal(
            "MailboxExists NoSuchMailbox MailboxDisabled MailboxFull RelayOrDomainRejected AddressSyntaxRejected SenderRejected PolicyBlocked RateLimited Greylisted TemporaryFailure MessageContentRejected Other",
            Names<ReplyMeaning>());
    }

    private T Read<T>(string name) => services.GetRequiredService<Serializer>().Deserialize<T>(Convert.FromHexString(Golden(name).Replace("\n", "", StringComparison.Ordinal)))!;

    private static string Golden(string name)
    {
        using var stored = typeof(GoldenBytes).Assembly.GetManifestResourceStream($"golden.{name}.hex")!;
        using var reader = new StreamReader(stored);
        return reader.ReadToEnd().Trim();
    }

    private void Same<T>(string name, T value)
    {
        Assert.Equal(Golden(name), Lines(Convert.ToHexStringLower(services.GetRequiredService<Serializer>().SerializeToArray(value))));
    }

    private static string Names<TEnum>()
        where TEnum : struct, Enum => string.Join(' ', Enum.GetValues<TEnum>().Order().Select((value, number) => Convert.ToInt32(value, CultureInfo.InvariantCulture) == number ? value.ToString() : $"{value}?"));

    private static string Lines(string hex) => string.Join('\n', hex.Chunk(100).Select(line => new string(line)));
}
