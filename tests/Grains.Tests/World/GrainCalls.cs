using System.Collections.Concurrent;
using EmailVerify.Core.Lanes;
using EmailVerify.Grains.Domains;
using EmailVerify.Grains.Lanes;
using Orleans.Serialization.Invocation;

namespace EmailVerify.Grains.Tests.World;

/// <summary>Sees the calls on their way into a silo's grains, and breaks them where a test says.</summary>
internal sealed class GrainCalls : IIncomingGrainCallFilter
{
    private static readonly GrainType LaneType = GrainType.Create("lane");

    private int catchAll;
    private int answers;

    /// <summary>Gets or sets what is thrown in place of a call; null lets it pass.</summary>
    public Func<IIncomingGrainCallContext, Exception?> Breaks { get; set; } = static _ => null;

    /// <summary>Gets what was asked of lanes.</summary>
    public ConcurrentQueue<LaneQuestion> Questions { get; } = new();

    /// <summary>Gets whether a person waited, for each call that names it.</summary>
    public ConcurrentQueue<bool> Interactive { get; } = new();

    /// <summary>Gets how often domains were asked what decoys have shown.</summary>
    public int CatchAll => Volatile.Read(ref catchAll);

    /// <summary>Gets how often lanes have answered.</summary>
    public int Answers => Volatile.Read(ref answers);

    /// <summary>Says whether a call is for answers of a lane.</summary>
    public static bool IsOfALane(IIncomingGrainCallContext call) =>
        call.TargetId.Type == LaneType && (call.MethodName.StartsWith("StartEnumeration", StringComparison.Ordinal) || call.MethodName.StartsWith("MoveNext", StringComparison.Ordinal));

    /// <summary>Says whether a call asks what decoys have shown.</summary>
    public static bool IsCatchAll(IIncomingGrainCallContext call) => call.MethodName is nameof(IDomainGrain.CatchAllAsync);

    public static Fakes In(Fakes fakes, GrainCalls calls) => new()
    {
        Plan = fakes.Plan,
        Settlement = fakes.Settlement,
        Also = silo =>
        {
            fakes.Also(silo);
            _ = silo.AddIncomingGrainCallFilter(calls);
        },
    };

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        Note(context);
        if (Breaks(context) is { } broken)
            throw broken;
        await context.Invoke();
        if (IsOfALane(context) && context.Result is (EnumerationResult, LaneAnswers or List<LaneAnswers>))
            _ = Interlocked.Increment(ref answers);
    }

    private void Note(IIncomingGrainCallContext call)
    {
        if (IsCatchAll(call))
        {
            _ = Interlocked.Increment(ref catchAll);
            if (call.Request.GetArgumentCount() == 3)
                Interactive.Enqueue(call.Request.GetArgument(1) is true);
        }

        // An enumeration begins with the request that it is of.
        if (IsOfALane(call) && call.Request.GetArgumentCount() > 1 && call.Request.GetArgument(1) is IInvokable inner && inner.GetArgument(0) is LaneQuestions group)
        {
            foreach (var question in group.Questions)
                Questions.Enqueue(question);
        }
    }
}
