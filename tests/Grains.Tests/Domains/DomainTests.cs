using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;
using EmailVerify.Grains.Domains;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Domains;

public sealed class DomainTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    private static readonly ImmutableArray<DecoyObservation> Refused = [new(DecoyShape.Digits, ReplyMeaning.NoSuchMailbox)];
    private readonly Cluster cluster = shared.Cluster;
    private readonly string domain = Cluster.Domain();

    private IDomainGrain Grain => cluster.Grains.GetGrain<IDomainGrain>(domain);

    private IEnumerable<string> Asked => cluster.Sessions.Asked.Select(one => one.Address).Where(address => address.EndsWith("@" + domain, StringComparison.Ordinal));

    [Fact]
    public async Task Know_ByManyAtOnce_AsksTheDnsOnce()
    {
        var dns = cluster.Dns.Hold(domain);
        _ = await Grain.CatchAllAsync(TimeSpan.Zero).InTime();
        var asking = Enumerable.Range(0, 20).Select(_ => Grain.KnowAsync().InTime()).ToArray();
        await dns.Reached;

        // What is asked after them is answered: they all stand at the gate.
        _ = await Grain.CatchAllAsync(TimeSpan.Zero).InTime();
        dns.Open();

        var answers = await Task.WhenAll(asking);
        Assert.All(answers, answer => Assert.Equal("mx." + domain, Assert.Single(Assert.IsType<Route.Exchangers>(answer.Route).InOrder).Host));
        Assert.Equal(1, cluster.Dns.TimesAsked(domain));
        Assert.Equal(1, cluster.Store.Count("domain " + domain));
    }

    [Fact]
    public async Task Know_WhereTheDnsIsSilent_EndsBeforeTheCallsOfItsCallersDo()
    {
        var dns = cluster.Dns.Hold(domain);
        var asking = Grain.KnowAsync().InTime();
        await dns.Reached;

        var answer = await cluster.Time.UntilAsync(asking, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(25));
        Assert.Equal(new Route.Unresolved(DnsOutcome.Timeout), answer.Route);
    }

    [Fact]
    public async Task Refresh_AFreshRoute_AsksTheDnsAnewButNotAgainAtOnce()
    {
        _ = await Grain.KnowAsync().InTime();
        _ = await Grain.RefreshAsync().InTime();
        Assert.Equal(1, cluster.Dns.TimesAsked(domain));

        cluster.Time.Clock.Advance(TimeSpan.FromSeconds(10));
        cluster.Dns.Moved[domain] = true;
        Assert.Equal(2, Assert.IsType<Route.Exchangers>((await Grain.RefreshAsync().InTime()).Route).InOrder.Length);
        Assert.Equal(2, cluster.Dns.TimesAsked(domain));
    }

    [Fact]
    public async Task Refresh_WhereTheDnsDoesNotTell_KeepsWhatWasKnown()
    {
        _ = await Grain.KnowAsync().InTime();
        cluster.Time.Clock.Advance(TimeSpan.FromSeconds(10));
        cluster.Dns.Outcomes[domain] = DnsOutcome.Failure;
        Assert.Equal(new Route.Unresolved(DnsOutcome.Failure), (await Grain.RefreshAsync().InTime()).Route);
        Assert.IsType<Route.Exchangers>((await Grain.KnowAsync().InTime()).Route);
    }

    [Fact]
    public async Task Refresh_WhereTheDnsDidNotTellAMomentAgo_DoesNotAskItAgainAtOnce()
    {
        cluster.Dns.Outcomes[domain] = DnsOutcome.Failure;
        _ = await Grain.RefreshAsync().InTime();
        var asked = cluster.Dns.TimesAsked(domain);
        cluster.Time.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(new Route.Unresolved(DnsOutcome.Failure), (await Grain.RefreshAsync().InTime()).Route);
        Assert.Equal(asked, cluster.Dns.TimesAsked(domain));

        cluster.Time.Clock.Advance(TimeSpan.FromSeconds(1));
        cluster.Dns.Outcomes[domain] = DnsOutcome.Answer;
        Assert.IsType<Route.Exchangers>((await Grain.RefreshAsync().InTime()).Route);
        Assert.True(cluster.Dns.TimesAsked(domain) > asked);
    }

    [Fact]
    public async Task Know_AStaleRoute_AsksAgain()
    {
        _ = await Grain.KnowAsync().InTime();
        cluster.Time.Clock.Advance(TimeSpan.FromMinutes(9));
        _ = await Grain.KnowAsync().InTime();
        Assert.Equal(1, cluster.Dns.TimesAsked(domain));

        cluster.Time.Clock.Advance(TimeSpan.FromMinutes(1));
        _ = await Grain.KnowAsync().InTime();
        Assert.Equal(2, cluster.Dns.TimesAsked(domain));
    }

    [Fact]
    public async Task Know_AfterTheGrainWasCollected_ReadsTheStoredRoute()
    {
        var route = (await Grain.KnowAsync().InTime()).Route;
        await cluster.Silos.DeactivateAsync(Grain);

        Assert.Equal(RouteJson.Write(route), RouteJson.Write((await Grain.KnowAsync().InTime()).Route));
        Assert.Equal(1, cluster.Dns.TimesAsked(domain));
    }

    [Fact]
    public async Task Know_WhatTheDnsDidNotTell_IsNeitherStoredNorKept()
    {
        cluster.Dns.Outcomes[domain] = DnsOutcome.Failure;
        Assert.IsType<Route.Unresolved>((await Grain.KnowAsync().InTime()).Route);
        Assert.IsType<Route.Unresolved>((await Grain.KnowAsync().InTime()).Route);
        await Grain.PauseAsync(cluster.Time.Now.AddMinutes(1)).InTime();
        Assert.Equal(2, cluster.Dns.TimesAsked(domain));
        Assert.Null(cluster.Store.Domain(domain)?.Route);

        cluster.Dns.Outcomes[domain] = DnsOutcome.Answer;
        Assert.IsType<Route.Exchangers>((await Grain.KnowAsync().InTime()).Route);
    }

    [Fact]
    public async Task Know_WhatCannotBeStored_IsToldAsAFailureToAll()
    {
        cluster.Store.Fails = "domain " + domain;
        var dns = cluster.Dns.Hold(domain);
        _ = await Grain.CatchAllAsync(TimeSpan.Zero).InTime();
        var asking = Enumerable.Range(0, 3).Select(_ => Grain.KnowAsync().InTime()).ToArray();
        await dns.Reached;
        _ = await Grain.CatchAllAsync(TimeSpan.Zero).InTime();
        dns.Open();
        foreach (var one in asking)
            await Assert.ThrowsAsync<StorageUnavailableException>(() => one);
        cluster.Store.Fails = null;

        _ = await Grain.KnowAsync().InTime();
    }

    [Fact]
    public async Task Decoys_AreGrantedToOneSessionAtATime()
    {
        Assert.Equal(DecoyGrant.Granted, await Grain.RequestDecoysAsync(DecoyShape.Digits));
        Assert.Equal(DecoyGrant.NotNeeded, await Grain.RequestDecoysAsync(DecoyShape.Digits));

        // Given back.
        await Grain.ReportDecoysAsync([]).InTime();
        Assert.Equal(DecoyGrant.Granted, await Grain.RequestDecoysAsync(DecoyShape.Digits));

        // Known.
        await Grain.ReportDecoysAsync(Refused).InTime();
        Assert.Equal(DecoyGrant.NotNeeded, await Grain.RequestDecoysAsync(DecoyShape.Digits));
        Assert.Equal(CatchAllState.RefusesDecoys, cluster.Store.Domain(domain)?.CatchAll.State);
    }

    [Fact]
    public async Task Decoys_WhoseSessionDied_AreGrantedAgainAfterTheLease()
    {
        Assert.Equal(DecoyGrant.Granted, await Grain.RequestDecoysAsync(DecoyShape.Digits));
        cluster.Time.Clock.Advance(TimeSpan.FromMinutes(3) - TimeSpan.FromTicks(1));
        Assert.Equal(DecoyGrant.NotNeeded, await Grain.RequestDecoysAsync(DecoyShape.Digits));
        cluster.Time.Clock.Advance(TimeSpan.FromTicks(1));

        // Nobody is on the way any more, so nobody is waited for.
        Assert.Equal(CatchAllState.Unknown, (await Grain.CatchAllAsync(TimeSpan.FromSeconds(20)).InTime()).State);
        Assert.Equal(DecoyGrant.Granted, await Grain.RequestDecoysAsync(DecoyShape.Digits));
    }

    // Only both shapes together settle it.
    [Fact]
    public async Task Decoys_WhereOneShapeWasAccepted_AreGrantedForTheOther()
    {
        await Grain.ReportDecoysAsync([new(DecoyShape.Digits, ReplyMeaning.MailboxExists)]).InTime();
        Assert.Equal(DecoyGrant.GrantedForFirstLast, await Grain.RequestDecoysAsync(DecoyShape.Digits));

        await Grain.ReportDecoysAsync([new(DecoyShape.FirstLast, ReplyMeaning.MailboxExists)]).InTime();
        Assert.Equal(CatchAllState.AcceptsDecoys, (await Grain.CatchAllAsync(TimeSpan.Zero)).State);
    }

    // A host that takes every first.last refuses the other form as a directory does.
    [Fact]
    public async Task Decoys_WhereOneShapeWasRefused_AreGrantedToTargetsOfTheOther()
    {
        await Grain.ReportDecoysAsync(Refused).InTime();

        Assert.Equal(DecoyGrant.NotNeeded, await Grain.RequestDecoysAsync(DecoyShape.Digits));
        Assert.Equal(DecoyGrant.GrantedForFirstLast, await Grain.RequestDecoysAsync(DecoyShape.FirstLast));
        Assert.Equal(DecoyGrant.NotNeeded, await Grain.RequestDecoysAsync(DecoyShape.FirstLast));
    }

    [Fact]
    public async Task CatchAll_ForAFormThatWasNeverTried_AsksAboutADecoyOfItOnce()
    {
        cluster.Sessions.Answers["*@" + domain] = ReplyMeaning.NoSuchMailbox;
        _ = await Grain.KnowAsync().InTime();
        await Grain.ReportDecoysAsync(Refused).InTime();

        var found = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Grain.CatchAllAsync(DecoyShape.FirstLast, interactive: false, TimeSpan.FromSeconds(20)).InTime()));
        Assert.All(found, belief => Assert.Equal((CatchAllState.RefusesDecoys, null), (belief.State, belief.Untried)));
        Assert.Contains('.', Assert.Single(Asked).Split('@')[0]);

        _ = await Grain.CatchAllAsync(DecoyShape.FirstLast, interactive: false, TimeSpan.FromSeconds(20)).InTime();
        Assert.Single(Asked);
    }

    [Fact]
    public async Task CatchAll_ForAFormOfWhichAllIsAccepted_IsAPartialCatchAll()
    {
        cluster.Sessions.Answers["*@" + domain] = ReplyMeaning.MailboxExists;
        _ = await Grain.KnowAsync().InTime();
        await Grain.ReportDecoysAsync(Refused).InTime();

        Assert.Equal(CatchAllState.AnswersBothWays, (await Grain.CatchAllAsync(DecoyShape.FirstLast, interactive: false, TimeSpan.FromSeconds(20)).InTime()).State);

        // The other form was refused already: nothing is learnt by asking once more.
        Assert.Contains('.', Assert.Single(Asked).Split('@')[0]);
    }

    // What a batch waits for takes no place that is kept for people.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CatchAll_ForAFormThatWasNeverTried_GoesToTheHeadOnlyWhereAPersonWaits(bool interactive)
    {
        var calls = new GrainCalls();
        await using var own = await Cluster.StartAsync(GrainCalls.In(new Fakes(), calls));
        var grain = own.Grains.GetGrain<IDomainGrain>(domain);
        _ = await grain.KnowAsync().InTime();
        await grain.ReportDecoysAsync(Refused).InTime();
        _ = await grain.CatchAllAsync(DecoyShape.FirstLast, interactive, TimeSpan.FromSeconds(20)).InTime();

        Assert.Equal(interactive, Assert.Single(calls.Questions).Interactive);
    }

    [Fact]
    public async Task CatchAll_OfAFirstAttempt_IsAskedForAPerson()
    {
        var calls = new GrainCalls();
        await using var own = await Cluster.StartAsync(GrainCalls.In(new Fakes(), calls));
        _ = await own.VerifyAsync($"ada.one@{domain}");

        Assert.True(Assert.Single(calls.Interactive));
    }

    // The next hour's rows are not each to ask again.
    [Fact]
    public async Task CatchAll_ForAFormWhoseDecoyIsNotAnswered_EndsAndIsNotAskedAboutAgainForAWhile()
    {
        cluster.Sessions.Answers["*@" + domain] = ReplyMeaning.Greylisted;
        _ = await Grain.KnowAsync().InTime();
        await Grain.ReportDecoysAsync(Refused).InTime();

        Assert.Equal(DecoyShape.FirstLast, (await Grain.CatchAllAsync(DecoyShape.FirstLast, interactive: false, TimeSpan.FromSeconds(20)).InTime()).Untried);
        Assert.Equal(DecoyShape.FirstLast, (await Grain.CatchAllAsync(DecoyShape.FirstLast, interactive: false, TimeSpan.FromSeconds(20)).InTime()).Untried);
        Assert.Single(Asked);

        // Nor when the next row comes after the grain has gone.
        await cluster.Silos.DeactivateAsync(Grain);
        Assert.Equal(DecoyShape.FirstLast, (await Grain.CatchAllAsync(DecoyShape.FirstLast, interactive: false, TimeSpan.FromSeconds(20)).InTime()).Untried);
        Assert.Single(Asked);
        cluster.Time.Clock.Advance(TimeSpan.FromHours(1));
        _ = await Grain.CatchAllAsync(DecoyShape.FirstLast, interactive: false, TimeSpan.FromSeconds(20)).InTime();
        Assert.Equal(2, Asked.Count());
    }

    [Fact]
    public async Task CatchAll_ForAFormWhoseDecoyWasPutOffInASession_IsNotAskedAboutAtOnce()
    {
        _ = await Grain.KnowAsync().InTime();
        await Grain.ReportDecoysAsync(Refused).InTime();
        Assert.Equal(DecoyGrant.GrantedForFirstLast, await Grain.RequestDecoysAsync(DecoyShape.FirstLast));
        await Grain.ReportDecoysAsync([new(DecoyShape.FirstLast, ReplyMeaning.Greylisted)]).InTime();

        Assert.Equal(DecoyShape.FirstLast, (await Grain.CatchAllAsync(DecoyShape.FirstLast, interactive: false, TimeSpan.FromSeconds(20)).InTime()).Untried);
        Assert.Empty(Asked);
    }

    [Fact]
    public async Task Know_AnotherSetOfExchangers_MakesWhatDecoysShowedVoid()
    {
        _ = await Grain.KnowAsync().InTime();
        await Grain.ReportDecoysAsync(Refused).InTime();
        cluster.Time.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(CatchAllState.RefusesDecoys, (await Grain.KnowAsync().InTime()).CatchAll.State);

        cluster.Dns.Moved[domain] = true;
        cluster.Time.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(CatchAllBelief.None, (await Grain.KnowAsync().InTime()).CatchAll);
        Assert.Equal(CatchAllFinding.None, cluster.Store.Domain(domain)?.CatchAll);
    }

    [Fact]
    public async Task Stranger_GreylistedAfterAnotherWasRefusedAtOnce_IsNamedAndDurable()
    {
        Assert.False(await Grain.StrangerAsync(wasGreylisted: true).InTime());
        Assert.False(await Grain.StrangerAsync(wasGreylisted: false).InTime());
        Assert.Equal(0, cluster.Store.Count("domain " + domain));

        Assert.True(await Grain.StrangerAsync(wasGreylisted: true).InTime());
        await cluster.Silos.DeactivateAsync(Grain);
        Assert.True((await Grain.KnowAsync().InTime()).GreylistsKnownOnly);
    }

    [Fact]
    public async Task CatchAll_WhileDecoysAreOnTheirWay_WaitsForTheStoredFinding()
    {
        _ = await Grain.RequestDecoysAsync(DecoyShape.Digits);
        var waiting = Grain.CatchAllAsync(TimeSpan.FromSeconds(20)).InTime();
        _ = await Grain.KnowAsync().InTime();
        var commit = cluster.Store.Hold("domain " + domain);
        var reporting = Grain.ReportDecoysAsync(Refused).InTime();
        await commit.Reached;
        Assert.False(waiting.IsCompleted);
        commit.Open();

        Assert.Equal(CatchAllState.RefusesDecoys, (await waiting).State);
        await reporting;
    }

    [Fact]
    public async Task CatchAll_WhoseFindingDoesNotCome_EndsWithTheWait()
    {
        _ = await Grain.RequestDecoysAsync(DecoyShape.Digits);
        var began = cluster.Time.Now;
        var waiting = Grain.CatchAllAsync(TimeSpan.FromSeconds(20)).InTime();

        Assert.Equal(CatchAllState.Unknown, (await cluster.Time.UntilAsync(waiting, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(25))).State);
        Assert.True(cluster.Time.Now - began >= TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Report_ThatCannotBeStored_FailsAndGivesTheGrantBack()
    {
        _ = await Grain.RequestDecoysAsync(DecoyShape.Digits);
        var waiting = Grain.CatchAllAsync(TimeSpan.FromSeconds(20)).InTime();
        cluster.Store.Fails = "domain " + domain;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Grain.ReportDecoysAsync(Refused).InTime());
        Assert.Equal(CatchAllState.RefusesDecoys, (await waiting).State);
        cluster.Store.Fails = null;
    }

    [Fact]
    public async Task Register_WhoseDomainCannotBeReached_LetsTheSessionGoOn()
    {
        cluster.Store.Fails = "domain " + domain;
        var register = cluster.Service<ICatchAllRegister>();
        Assert.Equal(DecoyGrant.Granted, await register.RequestAsync(domain, DecoyShape.Digits));
        await register.ReportAsync(domain, Refused);

        cluster.Store.Fails = "domain? x-" + domain;
        Assert.Equal(DecoyGrant.NotNeeded, await register.RequestAsync("x-" + domain, DecoyShape.Digits));
        cluster.Store.Fails = null;
    }

    [Fact]
    public async Task Pause_IsDurableAndNeverShortened()
    {
        var until = cluster.Time.Now.AddMinutes(20);
        await Grain.PauseAsync(until).InTime();
        await Grain.PauseAsync(until.AddMinutes(-5)).InTime();
        Assert.Equal(until, (await Grain.KnowAsync().InTime()).PausedUntil);
        Assert.Equal(until, cluster.Store.Domain(domain)?.PausedUntil);

        cluster.Time.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Null((await Grain.KnowAsync().InTime()).PausedUntil);
    }
}
