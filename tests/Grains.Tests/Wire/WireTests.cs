using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Batches;
using EmailVerify.Grains.Domains;
using EmailVerify.Grains.Emails;
using EmailVerify.Grains.Lanes;
using EmailVerify.Grains.Wire;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace EmailVerify.Grains.Tests.Wire;

public sealed class WireTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public void Dispose() => services.Dispose();

    [Fact]
    public void EmailAnswer_Whatever_ComesOutAsItWentIn() =>
        Samples.Verification.Sample(verification => Same(new EmailAnswer(verification, FromCache: true)));

    [Fact]
    public void DomainAnswer_Whatever_ComesOutAsItWentIn() => Samples.DomainAnswer.Sample(Same);

    [Fact]
    public void CatchAllBelief_Whatever_ComesOutAsItWentIn() => Samples.Belief.Sample(belief => Assert.Equal(belief, Crossed(belief)));

    [Fact]
    public void RetryTicket_Whatever_ComesOutAsItWentIn() => Samples.Ticket.Sample(ticket => Assert.Equal(ticket, Crossed(ticket)));

    [Fact]
    public void Observations_Whatever_ComeOutAsTheyWentIn() =>
        Samples.Observation.Array[0, 3].Sample(seen => Assert.Equal(seen, Crossed(seen.ToImmutableArray())));

    [Fact]
    public void LaneStanding_Whatever_ComesOutAsItWentIn() => Samples.Standing.Sample(Same);

    [Fact]
    public void EgressRoster_ComesOutAsItWentIn() => Same(GoldenBytes.Roster);

    [Fact]
    public void LaneQuestions_Whatever_ComeOutAsTheyWentIn() =>
        Samples.Question.Array[0, 3].Sample(questions => Same(new LaneQuestions([.. questions])));

    [Fact]
    public void LaneAnswers_Whatever_ComeOutAsTheyWentIn() =>
        Samples.Answer.Array[0, 3].Sample(answers => Same(new LaneAnswers([.. answers])));

    [Fact]
    public void Batches_ComeOutAsTheyWentIn()
    {
        Same(GoldenBytes.Batch);
        Same(new BatchView(GoldenBytes.Batch.Batch with { Pause = null, MaxAge = null, StartedAt = null, FinishedAt = null, ErasedAt = null, Name = null, Column = null }));
        Same(new BatchSteering(GoldenBytes.Batch.Batch, IsAllowed: true));
    }

    [Fact]
    public void EmailQuestion_ComesOutAsItWentIn()
    {
        var question = new EmailQuestion { CustomerId = "cus_a", Email = "a@b.example", Tag = "t", MaxAge = TimeSpan.FromHours(1), Wait = TimeSpan.FromSeconds(5), Accept = true };

        Assert.Equal(question, Crossed(question));
    }

    [Fact]
    public void ShapesThatNobodyKnows_AreRefused()
    {
        Assert.Throws<FormatException>(() => new LaneAnswerSurrogate(1, null, [], null, Obstacle.None).ToAnswer());
        Assert.Throws<FormatException>(() => new OutcomeSurrogate((OutcomeKind)9, default, null, [], default, Signs.None).ToOutcome());
        Assert.Throws<FormatException>(() => new LaneQuestionSurrogate(1, "a@b.example", """{"kind":"null_mx"}""", false, false).ToQuestion());
    }

    [Fact]
    public void DomainAnswer_WithARouteOfANewerVersion_TellsNothing()
    {
        var answer = new DomainAnswerConverter().ConvertFromSurrogate(new DomainAnswerSurrogate("""{"kind":"by_pigeon"}""", CatchAllState.Unknown, null, 0.25, null, false, null));

        Assert.Equal(new Route.Unresolved(DnsOutcome.Failure), answer.Route);
    }

    [Fact]
    public void Copies_WithinASilo_AreTheSameObject()
    {
        Assert.All<object>(
            [GoldenBytes.Verification, GoldenBytes.Ticket, GoldenBytes.Domain, GoldenBytes.Questions, GoldenBytes.Answers, GoldenBytes.Standing],
            value => Assert.Same(value, services.GetRequiredService<DeepCopier>().Copy(value)));
    }

    private void Same<T>(T value) => Assert.Equal(Text(value), Text(Crossed(value)));

    private T Crossed<T>(T value)
    {
        var serializer = services.GetRequiredService<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(value))!;
    }

    // Records with arrays compare by reference: told in full instead.
    private static string Text<T>(T value) => value switch
    {
        EmailAnswer answer => $"{answer.FromCache} {answer.Verification with { Evidence = default }} {EvidenceJson.Write(answer.Verification.Evidence)}",
        BatchView or BatchSteering or LaneStanding => JsonSerializer.Serialize(value),
        EgressRoster roster => string.Join('\n', roster.All.Select(one => $"{one.Egress} {one.SeenAt:O} {one.Standing with { BlockedBy = [] }} {string.Join(' ', one.Standing.BlockedBy)}")),
        DomainAnswer answer => $"{answer with { Route = new Route.NullMx() }} {RouteJson.Write(answer.Route)}",
        LaneQuestions questions => string.Join('\n', questions.Questions.Select(one => $"{one.Number} {one.Address} {RouteJson.Write(one.Route)} {one.AskDecoys} {one.Interactive}")),
        LaneAnswers answers => string.Join('\n', answers.Answers.Select(Text)),
        LaneAnswer.NotBefore answer => answer.ToString(),
        LaneAnswer.Ended { Outcome: ProbeOutcome.Answered outcome } ended => $"{ended.Number} {JsonSerializer.Serialize(ended.Route)} {outcome with { Decoys = [] }} {string.Join(' ', outcome.Decoys)}",
        LaneAnswer.Ended ended => $"{ended.Number} {JsonSerializer.Serialize(ended.Route)} {ended.Outcome}",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };
}
