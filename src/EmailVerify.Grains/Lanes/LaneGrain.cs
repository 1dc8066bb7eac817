using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Grains.Egresses;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Lanes;

/// <inheritdoc cref="ILaneGrain"/>
/// <remarks>Kept alive: a resting lane that nobody reads must not forget its rate, its rests and its warm sessions. A killed owner takes its sockets along.</remarks>
[GrainType("lane"), KeepAlive, EgressPlacement]
internal sealed partial class LaneGrain(
    [PersistentState("lane")] IPersistentState<LaneState> state,
    LaneDirectory directory,
    EgressWatch watch,
    EgressSilos silos,
    LiveLanes live,
    ISessions sessions,
    ICatchAllRegister catchAll,
    Decoys decoys,
    SessionSlots slots,
    SharedLimits limits,
    TimeProvider clock,
    ILogger<LaneGrain> logger) : Grain, ILaneGrain
{
    /// <summary>At most so often is a change written that need not be at once.</summary>
    private static readonly TimeSpan RememberEvery = TimeSpan.FromSeconds(10);

    /// <summary>How long sessions may finish what is in flight when the grain goes.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);

    /// <summary>How long a batch's answers are gathered before they are handed back together.</summary>
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<Guid, LaneGroup> withdrawable = [];
    private Lane lane = null!;
    private Task writing = Task.CompletedTask;

    private string EgressName => LaneKey.EgressOf(this.GetPrimaryKeyString());

    /// <summary>What the storage holds; a write that failed is tried again.</summary>
    private ImmutableArray<RegimeState> written = [];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Where no silo has the egress now any may be asked, and none may answer: that passes.
        var egress = directory.OwnEgress(EgressName) ?? throw new SiloUnavailableException($"No silo has egress {EgressName} now.");

        // The epoch is written before the first dial: an older activation's writes lose by the ETag from here on.
        state.State.Epoch++;
        await state.WriteStateAsync(cancellationToken);
        var self = this.AsReference<ILaneGrain>();
        var options = new LaneOptions(provider => directory.SetupOf(provider, egress), directory.Enforce, DrainTime)
        {
            IsHeir = state.State.Epoch > 1,
            Blocked = provider => OnBlocked(provider, self),
            StepBegun = () => self.RememberAsync().AsTask(),
            Defect = LogDefect,
            Slots = slots,
            Limits = limits,
        };
        written = state.State.Regimes;
        var records = written.Select(regime => regime.ToRecord()).ToArray();

        // What the roster was not told, or did not store, is told again.
        foreach (var record in records)
        {
            if (record.BlockedAt(directory.PolicyOf(record.Name)) is { } at)
                await ReportAsync(record.Name, at);
        }

        await live.EndAsync(this.GetPrimaryKeyString());
        lane = new Lane(options, sessions, catchAll, decoys, records, clock);
        live.Add(lane, this.GetPrimaryKeyString(), DeactivateOnIdle);
        _ = this.RegisterGrainTimer(_ => LookAsync(), new GrainTimerCreationOptions(RememberEvery, RememberEvery) { Interleave = true });
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await lane.DisposeAsync();
        live.Remove(lane);
        await RememberAsync();
    }

    public async IAsyncEnumerable<LaneAnswers> AskAsync(LaneQuestions group, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asked = lane.Ask(group.Questions);
        var isBulk = !group.Questions.Any(static question => question.Interactive);
        var left = group.Questions.Length;
        if (group.Id != Guid.Empty)
            withdrawable[group.Id] = asked;
        try
        {
            // It ends with its last answer, which so tells that it was the last: a caller that had to ask for the end might find the lane gone, and lose what it has.
            while (left > 0 && await asked.Answers.WaitToReadAsync(cancellationToken))
            {
                // Nobody waits in person for a batch's answers: each call back costs more than one of them.
                if (isBulk && asked.Answers.Count < left)
                    await asked.Answered.WaitAsync(GatherTime, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                var some = ImmutableArray.CreateBuilder<LaneAnswer>(asked.Answers.Count);
                while (asked.Answers.TryRead(out var answer))
                    some.Add(answer);
                left -= some.Count;
                yield return new LaneAnswers(some.ToImmutable());
            }
        }
        finally
        {
            // Who gave up asks again, or no more: mail servers are not asked for nobody.
            _ = withdrawable.Remove(group.Id);
            if (left > 0)
                lane.Withdraw(asked);
        }
    }

    public ValueTask WithdrawAsync(Guid group)
    {
        if (withdrawable.TryGetValue(group, out var asked))
            lane.Withdraw(asked);
        return ValueTask.CompletedTask;
    }

    public ValueTask<LaneStanding> StandAsync() => ValueTask.FromResult(lane.Stand());

    public async ValueTask RememberAsync()
    {
        // One write at a time; who comes during one waits for it, however it ends, and looks again.
        while (!writing.IsCompleted)
            await writing.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        var now = lane.Remember().Select(RegimeState.Of).OrderBy(regime => regime.Name, StringComparer.Ordinal).ToImmutableArray();
        if (!now.SequenceEqual(written))
            await (writing = WriteAsync(now));
    }

    // All lanes of an egress are on one silo: where another has come to be the one, this lane ends here and begins there.
    private Task LookAsync()
    {
        if (silos.IsElsewhere(EgressName))
            DeactivateOnIdle();
        return RememberAsync().AsTask();
    }

    private async Task WriteAsync(ImmutableArray<RegimeState> regimes)
    {
        state.State.Regimes = regimes;
        await state.WriteStateAsync();
        written = regimes;
    }

    // Called on any thread; what fails is tried again by the timer.
    private void OnBlocked(string provider, ILaneGrain self)
    {
        LogBlocked(this.GetPrimaryKeyString());
        ReportAsync(provider, clock.GetUtcNow()).Ignore();
        self.RememberAsync().AsTask().Ignore();
    }

    private Task ReportAsync(string provider, DateTimeOffset at) =>
        directory.SpeaksOfEgress(provider) ? watch.BlockedAsync(EgressName, provider, at) : Task.CompletedTask;
}
