using System.Collections.Immutable;
using EmailVerify.Core.Lanes;
using EmailVerify.Grains.Lanes;

namespace EmailVerify.Grains.Wire;

/// <summary>The shape of <see cref="LaneAnswers"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("lane-answers-wire")]
internal readonly record struct LaneAnswersSurrogate([property: Id(0)] ImmutableArray<LaneAnswerSurrogate> Answers);

/// <summary>The shape of a <see cref="LaneAnswer"/> between silos: an outcome with its route, or a time. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("lane-answer")]
internal readonly record struct LaneAnswerSurrogate(
    [property: Id(0)] int Number,
    [property: Id(1)] OutcomeSurrogate? Outcome,
    [property: Id(2)] ImmutableArray<string> Route,
    [property: Id(3)] DateTimeOffset? NotBefore,
    [property: Id(4)] Obstacle Cause)
{
    public static LaneAnswerSurrogate Of(LaneAnswer answer) => answer switch
    {
        LaneAnswer.Ended(var number, var outcome, var route) => new(number, OutcomeSurrogate.Of(outcome), route, null, Obstacle.None),
        LaneAnswer.NotBefore(var number, var time, var cause) => new(number, null, [], time, cause),
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "Not an answer."),
    };

    public LaneAnswer ToAnswer() => (Outcome, NotBefore) switch
    {
        ({ } outcome, _) => new LaneAnswer.Ended(Number, outcome.ToOutcome(), Route),
        (null, { } time) => new LaneAnswer.NotBefore(Number, time, Cause),
        _ => throw new FormatException("An answer of a lane has neither an outcome nor a time."),
    };
}

/// <summary>Takes answers of lanes to their shape and back.</summary>
[RegisterConverter]
internal sealed class LaneAnswersConverter : IConverter<LaneAnswers, LaneAnswersSurrogate>
{
    public LaneAnswersSurrogate ConvertToSurrogate(in LaneAnswers value) => new([.. value.Answers.Select(LaneAnswerSurrogate.Of)]);

    public LaneAnswers ConvertFromSurrogate(in LaneAnswersSurrogate surrogate) => new([.. surrogate.Answers.Select(one => one.ToAnswer())]);
}
