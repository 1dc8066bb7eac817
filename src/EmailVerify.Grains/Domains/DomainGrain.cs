using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Domains;

/// <inheritdoc cref="IDomainGrain"/>
/// <remarks>It goes soon after its last use: a long list names each of its thousands of domains once, and all that it knows is stored.</remarks>
[GrainType("domain"), CollectionAgeLimit(Minutes = 2)]
internal sealed partial class DomainGrain(
    IDomainStore store,
    RouteFinder routes,
    DecoyProber decoys,
    TimeProvider clock,
    ILogger<DomainGrain> logger) : Grain, IDomainGrain
{
    /// <summary>How long a session may keep the right to send decoys: longer than any probe's deadline.</summary>
    private static readonly TimeSpan GrantLease = TimeSpan.FromMinutes(3);

    /// <summary>How often the timer looks whether the catch-all state is about to decay.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    /// <summary>The state of a domain in use is asked for again before it decays, in the last seventh of its life.</summary>
    private const int EarlyPart = 7;

    /// <summary>In use: asked for within this time.</summary>
    private static readonly TimeSpan InUse = TimeSpan.FromMinutes(5);

    /// <summary>At most so often the DNS is asked anew because somebody wishes it.</summary>
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(10);

    /// <summary>How long the DNS may take in all: callers wait in a grain call, which ends after 30 s.</summary>
    private static readonly TimeSpan DnsDeadline = TimeSpan.FromSeconds(20);

    private DomainRecord known = null!;
    private Task<Route>? flight;
    private RouteFinding? unresolved;
    private DateTimeOffset grantedUntil = DateTimeOffset.MinValue;
    private TaskCompletionSource? finding;
    private DateTimeOffset lastUsed;

    private string Domain => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        known = await store.FindAsync(Domain, cancellationToken) ?? new DomainRecord(Domain, null, CatchAllFinding.None, null);
        _ = this.RegisterGrainTimer(ReprobeWhenDueAsync, new GrainTimerCreationOptions(Look, Look) { Interleave = true });
    }

    public async ValueTask<DomainAnswer> KnowAsync()
    {
        lastUsed = clock.GetUtcNow();
        var route = await RouteAsync();
        return DomainAnswer.At(known, route, clock.GetUtcNow());
    }

    public async ValueTask<DomainAnswer> RefreshAsync()
    {
        // Who asks again and again does not have the DNS asked each time, also where it does not tell.
        var now = clock.GetUtcNow();
        if (known.Route is { } route && now - route.FoundAt < RefreshEvery)
            return DomainAnswer.At(known, route.Route, now);
        if (unresolved is { } last && now - last.FoundAt < RefreshEvery)
            return DomainAnswer.At(known, last.Route, now);
        var found = await (flight is { IsCompleted: false } ? flight : flight = FindRouteAsync());
        return DomainAnswer.At(known, found, clock.GetUtcNow());
    }

    public ValueTask<DecoyGrant> RequestDecoysAsync(DecoyShape shape)
    {
        var now = clock.GetUtcNow();
        if (!known.CatchAll.BeliefAt(now).LeavesOpen(shape) || now < grantedUntil)
            return ValueTask.FromResult(DecoyGrant.NotNeeded);
        Grant(now);
        return ValueTask.FromResult(known.CatchAll.MissingShape switch
        {
            DecoyShape.Digits => DecoyGrant.GrantedForDigits,
            DecoyShape.FirstLast => DecoyGrant.GrantedForFirstLast,
            _ => DecoyGrant.Granted,
        });
    }

    public async ValueTask ReportDecoysAsync(ImmutableArray<DecoyObservation> seen)
    {
        var now = clock.GetUtcNow();
        try
        {
            var found = known.CatchAll.With(seen, now);
            if (found != known.CatchAll)
            {
                known = known with { CatchAll = found };
                LogCatchAll(Domain, found.State);
                await store.SaveAsync(known);
            }
            else
            {
                // What was put off in a session a moment ago is not asked about once more.
                foreach (var one in seen)
                    decoys.Note(Domain, one.Shape);
            }
        }
        finally
        {
            grantedUntil = DateTimeOffset.MinValue;
            _ = finding?.TrySetResult();
            finding = null;
        }
    }

    public async ValueTask<CatchAllBelief> CatchAllAsync(TimeSpan wait)
    {
        if (known.CatchAll.At(clock.GetUtcNow()) is CatchAllState.Unknown)
            await FindingAsync(wait);
        return known.CatchAll.BeliefAt(clock.GetUtcNow());
    }

    public async ValueTask<CatchAllBelief> CatchAllAsync(DecoyShape shape, bool interactive, TimeSpan wait)
    {
        var asked = clock.GetUtcNow();
        var found = await CatchAllAsync(wait);
        if (found.State is CatchAllState.Unknown || !found.LeavesOpen(shape))
            return found;

        // Sessions that met the other form have no reason to ask about this one.
        var now = clock.GetUtcNow();
        if (now >= grantedUntil && MayAskNow(shape, now) is { } route)
            AskDecoysAsync(route, [shape], interactive, CancellationToken.None).Ignore();
        await FindingAsync(wait - (now - asked));
        return known.CatchAll.BeliefAt(clock.GetUtcNow());
    }

    // A refusal alone is not worth a write: nobody asks about it after a restart.
    public async ValueTask<bool> StrangerAsync(bool wasGreylisted)
    {
        var now = clock.GetUtcNow();
        var before = known.Strangers;
        known = known with { Strangers = wasGreylisted ? before.WithGreylisting(now) : before.WithRefusal(now) };
        if (known.Strangers.GreylistsKnownOnly(now) && !before.GreylistsKnownOnly(now))
        {
            LogKnownOnly(Domain);
            await store.SaveAsync(known);
        }

        return known.Strangers.GreylistsKnownOnly(now);
    }

    public async ValueTask PauseAsync(DateTimeOffset until)
    {
        if (known.PausedUntil >= until)
            return;
        known = known with { PausedUntil = until };
        await store.SaveAsync(known);
    }

    // One flight, however many ask.
    private async ValueTask<Route> RouteAsync() => known.Route is { } fresh && clock.GetUtcNow() < fresh.FreshUntil
        ? fresh.Route
        : await (flight is { IsCompleted: false } ? flight : flight = FindRouteAsync());

    // Waits for the decoys that are on their way.
    private async Task FindingAsync(TimeSpan wait)
    {
        var lease = grantedUntil - clock.GetUtcNow();
        if (finding is { } awaited && lease > TimeSpan.Zero && wait > TimeSpan.Zero)
            await awaited.Task.WaitAsync(wait < lease ? wait : lease, clock).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Grant(DateTimeOffset now)
    {
        grantedUntil = now + GrantLease;
        finding ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private async Task<Route> FindRouteAsync()
    {
        var route = await FindWithinDeadlineAsync();

        // What the DNS could not tell is not worth storing.
        unresolved = route.Route is Route.Unresolved ? route : null;
        if (unresolved is not null)
            return route.Route;

        // What decoys showed was about other hosts.
        var hasMoved = known.Route?.Route is Route.Exchangers before && !(route.Route is Route.Exchangers after && before.HasSameHosts(after));
        known = hasMoved ? new DomainRecord(Domain, route, CatchAllFinding.None, known.PausedUntil) : known with { Route = route };
        await store.SaveAsync(known);
        return route.Route;
    }

    private async Task<RouteFinding> FindWithinDeadlineAsync()
    {
        using var deadline = new CancellationTokenSource(DnsDeadline, clock);
        try
        {
            return await routes.FindAsync(Domain, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            var now = clock.GetUtcNow();
            return new RouteFinding(new Route.Unresolved(DnsOutcome.Timeout), now, now);
        }
    }

    private async Task ReprobeWhenDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var early = (known.CatchAll.FreshUntil - known.CatchAll.ObservedAt) / EarlyPart;
        if (known.CatchAll.At(now) is CatchAllState.Unknown || known.CatchAll.FreshUntil - now > early || now - lastUsed > InUse || now < grantedUntil)
            return;

        // The other shape than the last time: in time both are known.
        var first = known.CatchAll.ShapeToAskNext;
        if (MayAskNow(first, now) is { } route)
            await AskDecoysAsync(route, [first, Decoys.Other(first)], interactive: false, cancellationToken);
    }

    private Route.Exchangers? MayAskNow(DecoyShape shape, DateTimeOffset now) =>
        decoys.HasAsked(Domain, shape) || now < known.PausedUntil ? null : known.Route?.Route as Route.Exchangers;

    private async Task AskDecoysAsync(Route.Exchangers route, ImmutableArray<DecoyShape> shapes, bool interactive, CancellationToken cancellationToken)
    {
        Grant(clock.GetUtcNow());
        var seen = ImmutableArray<DecoyObservation>.Empty;
        try
        {
            seen = await decoys.AskAsync(Domain, route, shapes, interactive, cancellationToken);
        }
        finally
        {
            await ReportDecoysAsync(seen);
        }
    }
}
