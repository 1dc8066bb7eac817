using System.Net;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Core.Tests.Lanes;

/// <summary>Hosts that take refusals badly, and backups that take everything.</summary>
public sealed class HostMannersTests : IAsyncDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly FakeSessions sessions = new();
    private readonly FakeRegister register = new();
    private readonly Lane lane;
    private ProviderPolicy policy = new() { Name = "test", Sessions = 1, SessionsPerMinute = 600, CautiousRate = 1000, HighestRate = 100_000 };

    public HostMannersTests() =>
        lane = new Lane(new LaneOptions(_ => LaneParts.SetupOf(policy), Enforce: true, TimeSpan.FromSeconds(10)), sessions, register, new Decoys(new byte[32]), [], clock);

    public ValueTask DisposeAsync()
    {
        sessions.Release();
        return lane.DisposeAsync();
    }

    [Fact]
    public async Task Ask_AHostThatAcceptsAfterErrors_IsAskedAgainInAFreshSession()
    {
        sessions.AcceptsAfter = 3;

        var outcomes = await OutcomesAsync("no1", "no2", "no3", "no4", "no5", "ok6");

        Assert.Equal(
            [.. Enumerable.Repeat(ReplyMeaning.NoSuchMailbox, 5), ReplyMeaning.MailboxExists],
            outcomes.Select(outcome => outcome.Finding.Meaning));
        Assert.Equal(Signs.AcceptedAfterErrors, outcomes[3].Signs);

        // Once is enough: the next sessions end before.
        Assert.Single(Decoys());
        Assert.Equal(2, sessions.Opened);
        Assert.Empty(register.Reports);
    }

    [Fact]
    public async Task Ask_AnHonestHost_IsTriedOnceForEachNumberOfRefusals()
    {
        var first = await OutcomesAsync("no1", "no2", "ok3", "no4", "ok5");
        Assert.Single(Decoys());

        // A refused mailbox shows as much as a decoy.
        var second = await OutcomesAsync("no6", "ok7");
        Assert.Single(Decoys());
        Assert.Equal(1, sessions.Opened);
        Assert.All([.. first, .. second], outcome => Assert.Equal(Signs.None, outcome.Signs));
    }

    [Fact]
    public async Task Ask_AProviderThatTellsTheTruth_IsNotTried()
    {
        policy = policy with { Truth = RcptTruth.Yes, Exchangers = ["mx-1", "mx-2"] };
        _ = await OutcomesAsync("no1", "no2", "no3", "ok4");

        Assert.Empty(Decoys());
    }

    [Fact]
    public async Task Ask_AHostThatObjectsAfterErrors_IsAskedAgainInAFreshSession()
    {
        sessions.ObjectsAfter = 2;

        var asking = OutcomesAsync("no1", "no2", "ok3", "no4", "no5");

        // A cut without a word is one to slow down.
        await FakeSessions.UntilAsync(() => sessions.Quit == 1 && lane.Look().Sessions == 0);
        Assert.Equal(1, sessions.Opened);
        clock.Advance(Regime.Breath);
        var outcomes = await asking;

        Assert.Equal(Signs.ErrorLimitMet, outcomes[2].Signs);
        Assert.Equal([ReplyMeaning.NoSuchMailbox, ReplyMeaning.NoSuchMailbox, ReplyMeaning.MailboxExists, ReplyMeaning.NoSuchMailbox, ReplyMeaning.NoSuchMailbox], outcomes.Select(one => one.Finding.Meaning));

        // Learnt: no further session comes so far.
        Assert.All(outcomes.Where((_, at) => at != 2), outcome => Assert.Equal(Signs.None, outcome.Signs));
    }

    [Fact]
    public async Task Ask_ABackup_IsKnownByANameOfItsOwn()
    {
        var outcome = Assert.Single(await OutcomesAsync("second1"));

        Assert.Equal(Signs.BackupExchanger, outcome.Signs);
        Assert.Equal("a.example/mx-2 no_such_mailbox", Assert.Single(register.Reports));
    }

    [Fact]
    public async Task Ask_ABackupOfAProviderThatTellsTheTruth_IsAsGoodAsAnother()
    {
        policy = policy with { Truth = RcptTruth.Yes, Exchangers = ["mx-1", "mx-2"] };

        Assert.Equal(Signs.None, Assert.Single(await OutcomesAsync("second1")).Signs);
        Assert.Empty(register.Reports);
    }

    [Fact]
    public async Task Ask_AForeignBackupOfAProviderThatTellsTheTruth_IsABackup()
    {
        policy = policy with { Truth = RcptTruth.Yes, Exchangers = ["mx-1"] };

        Assert.Equal(Signs.BackupExchanger, Assert.Single(await OutcomesAsync("second1")).Signs);
        Assert.Equal("a.example/mx-2 no_such_mailbox", Assert.Single(register.Reports));
    }

    // A host counts by the session, whatever the domains.
    [Fact]
    public async Task Ask_AHostThatAcceptsAfterErrorsOfManyDomains_IsTriedWithADecoy()
    {
        sessions.AcceptsAfter = 3;

        var outcomes = await AskAsync(askDecoys: true, "no1", "no2", "no3", "no4", "ok5");

        Assert.Equal([.. Enumerable.Repeat(ReplyMeaning.NoSuchMailbox, 4), ReplyMeaning.MailboxExists], outcomes.Select(outcome => outcome.Finding.Meaning));
        Assert.Equal(Signs.AcceptedAfterErrors, outcomes[3].Signs);
        Assert.DoesNotContain(register.Reports, report => report.Contains("mailbox_exists", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ask_ATargetWithADot_IsComparedWithADecoyWithADot()
    {
        _ = await AskAsync(askDecoys: true, "ok.one");
        _ = await AskAsync(askDecoys: true, "okone");

        Assert.Equal([true, false], Decoys().Select(decoy => decoy.Contains('.', StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Ask_WhereTheTargetsShapeWasAcceptedBefore_IsComparedWithADecoyOfTheOther()
    {
        register.Grant = DecoyGrant.GrantedForFirstLast;
        _ = await AskAsync(askDecoys: true, "okone");

        Assert.Contains('.', Assert.Single(Decoys()));
    }

    // One form's decoys say nothing of a host that takes all of the other; a third question of the same form is spared.
    [Fact]
    public async Task Ask_TargetsOfBothForms_RequestsDecoysForEachFormOnce()
    {
        _ = await AskAsync("a.example", askDecoys: true, "okone", "ok.two", "okthree", "ok.four");

        Assert.Equal("a.example Digits, a.example FirstLast", string.Join(", ", register.Requests));
    }

    private IEnumerable<string> Decoys() => sessions.Log.Where(line => line.StartsWith("decoy", StringComparison.Ordinal));

    private Task<List<ProbeOutcome.Answered>> OutcomesAsync(params string[] localParts) => AskAsync(askDecoys: false, localParts);

    private Task<List<ProbeOutcome.Answered>> AskAsync(bool askDecoys, params string[] localParts) => AskAsync(askDecoys ? null : "a.example", askDecoys, localParts);

    // Each at a domain of its own where none is named.
    private async Task<List<ProbeOutcome.Answered>> AskAsync(string? domain, bool askDecoys, params string[] localParts)
    {
        var route = new Route.Exchangers([new Exchanger("mx-1", 10, [IPAddress.Loopback]), new Exchanger("mx-2", 20, [IPAddress.Loopback])], "example");
        var questions = localParts.Select((local, at) => new LaneQuestion(at, EmailAddress.Parse($"{local}@{domain ?? $"{local}.example"}"), route, askDecoys, Interactive: false));
        var answers = await LaneParts.DrainAsync(lane.Ask([.. questions]));
        return [.. answers.OrderBy(answer => answer.Number).Select(answer => Assert.IsType<ProbeOutcome.Answered>(Assert.IsType<LaneAnswer.Ended>(answer).Outcome))];
    }
}
