using System.Collections.Immutable;
using System.Threading.Channels;

namespace EmailVerify.Core.Lanes;

/// <summary>A group of questions and the way their answers come back: each question is answered once.</summary>
public sealed class LaneGroup
{
    /// <summary>The most questions in one group.</summary>
    public const int MaxQuestions = 50;

    private readonly Channel<LaneAnswer> answers;
    private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int open;

    internal LaneGroup(ImmutableArray<LaneQuestion> questions)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(questions.Length, MaxQuestions, nameof(questions));
        open = questions.Length;
        answers = Channel.CreateBounded<LaneAnswer>(Math.Max(questions.Length, 1));
        if (open == 0)
            Complete();
    }

    /// <summary>Gets the answers as they come; it completes after the last.</summary>
    public ChannelReader<LaneAnswer> Answers => answers.Reader;

    /// <summary>Gets what ends when every question has been answered, whether the answers were read or not.</summary>
    public Task Answered => answered.Task;

    /// <summary>Gets or sets its questions as they were handed over; none once all are answered. Set by its lane before the first answer.</summary>
    internal ImmutableArray<LaneItem> Items { get; set; } = [];

    /// <summary>Gets or sets a value indicating whether nobody waits for answers any more. Guarded by its lane.</summary>
    internal bool IsWithdrawn { get; set; }

    internal void Answer(LaneAnswer answer)
    {
        // The channel holds as many as there are questions, so this never waits.
        _ = answers.Writer.TryWrite(answer);
        if (Interlocked.Decrement(ref open) == 0)
            Complete();
    }

    // Whoever still knows one of its questions, as a session does its last, does not keep the others in memory.
    private void Complete()
    {
        Items = [];
        answers.Writer.Complete();
        answered.SetResult();
    }
}
