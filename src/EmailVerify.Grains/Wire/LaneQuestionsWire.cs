using System.Collections.Immutable;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Grains.Lanes;

namespace EmailVerify.Grains.Wire;

/// <summary>The shape of <see cref="LaneQuestions"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("lane-questions-wire")]
internal readonly record struct LaneQuestionsSurrogate([property: Id(0)] ImmutableArray<LaneQuestionSurrogate> Questions, [property: Id(1)] Guid Id);

/// <summary>The shape of a <see cref="LaneQuestion"/> between silos; the route as the JSON that is stored. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("lane-question")]
internal readonly record struct LaneQuestionSurrogate(
    [property: Id(0)] int Number, [property: Id(1)] string Address, [property: Id(2)] string Route, [property: Id(3)] bool AskDecoys, [property: Id(4)] bool Interactive)
{
    public static LaneQuestionSurrogate Of(LaneQuestion question) =>
        new(question.Number, question.Address.Canonical, RouteJson.Write(question.Route), question.AskDecoys, question.Interactive);

    public LaneQuestion ToQuestion() => new(
        Number,
        EmailAddress.Parse(Address),
        RouteJson.Read(Route) as Route.Exchangers ?? throw new FormatException("A question to a lane has no exchangers."),
        AskDecoys,
        Interactive);
}

/// <summary>Takes groups of questions to their shape and back.</summary>
[RegisterConverter]
internal sealed class LaneQuestionsConverter : IConverter<LaneQuestions, LaneQuestionsSurrogate>
{
    public LaneQuestionsSurrogate ConvertToSurrogate(in LaneQuestions value) => new([.. value.Questions.Select(LaneQuestionSurrogate.Of)], value.Id);

    public LaneQuestions ConvertFromSurrogate(in LaneQuestionsSurrogate surrogate) => new([.. surrogate.Questions.Select(one => one.ToQuestion())]) { Id = surrogate.Id };
}
