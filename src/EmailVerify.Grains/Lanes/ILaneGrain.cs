using System.Collections.Immutable;
using EmailVerify.Core.Lanes;
using Orleans.Concurrency;

namespace EmailVerify.Grains.Lanes;

/// <summary>Everything between us and one provider (or a share of the small hosts) from one egress. Key: <see cref="LaneKey"/>.</summary>
[Alias("lane")]
public interface ILaneGrain : IGrainWithStringKey
{
    /// <summary>Hands a group over and enumerates its answers as they come, each question's once. An enumeration that breaks left the rest unasked or unknown: ask again.</summary>
    [Alias("ask"), AlwaysInterleave]
    IAsyncEnumerable<LaneAnswers> AskAsync(LaneQuestions group, CancellationToken cancellationToken);

    /// <summary>Takes a group back: what of it was not asked yet never is, and is answered "not before now"; what is under way is heard out. An id that is not known is ignored.</summary>
    [Alias("withdraw"), AlwaysInterleave]
    ValueTask WithdrawAsync(Guid group);

    /// <summary>Makes durable what an heir must know. Called by the lane's own sessions.</summary>
    [Alias("remember"), AlwaysInterleave]
    ValueTask RememberAsync();

    /// <summary>Says how the lane stands. Ask only those that <see cref="ILiveLanes"/> names: one that does not live would begin to.</summary>
    [Alias("stand"), AlwaysInterleave]
    ValueTask<LaneStanding> StandAsync();
}

/// <summary>A group on its way to a lane.</summary>
public sealed record LaneQuestions(ImmutableArray<LaneQuestion> Questions)
{
    /// <summary>Gets what the group is withdrawn by; the empty one cannot be.</summary>
    public Guid Id { get; init; }
}

/// <summary>Some answers on their way back.</summary>
public sealed record LaneAnswers(ImmutableArray<LaneAnswer> Answers);
