using System.Collections.Immutable;
using System.Net;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Grains.Wire;

/// <summary>Which <see cref="ProbeOutcome"/> a shape is of. Numbers are never reused or changed.</summary>
internal enum OutcomeKind
{
    Answered = 0,
    Refused = 1,
    Lost = 2,
    Smtputf8Missing = 3,
}

/// <summary>The shape of a <see cref="ProbeOutcome"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("outcome")]
internal readonly record struct OutcomeSurrogate(
    [property: Id(0)] OutcomeKind Kind,
    [property: Id(1)] TraceSurrogate Trace,
    [property: Id(2)] ReplySurrogate? Reply,
    [property: Id(3)] ImmutableArray<ReplySurrogate> Decoys,
    [property: Id(4)] LossCause Cause,
    [property: Id(5)] Signs Signs)
{
    public static OutcomeSurrogate Of(ProbeOutcome outcome)
    {
        var trace = TraceSurrogate.Of(outcome.Trace);
        return outcome switch
        {
            ProbeOutcome.Answered(_, var reply, var finding, var decoys) => new(
                OutcomeKind.Answered, trace, ReplySurrogate.Of(reply, finding), [.. decoys.Select(decoy => ReplySurrogate.Of(decoy.Reply, decoy.Finding))], default, outcome.Signs),
            ProbeOutcome.Refused(_, var reply, var finding) => new(OutcomeKind.Refused, trace, ReplySurrogate.Of(reply, finding), [], default, outcome.Signs),
            ProbeOutcome.Lost(_, var cause) => new(OutcomeKind.Lost, trace, null, [], cause, outcome.Signs),
            ProbeOutcome.Smtputf8Missing => new(OutcomeKind.Smtputf8Missing, trace, null, [], default, outcome.Signs),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome."),
        };
    }

    public ProbeOutcome ToOutcome()
    {
        var trace = Trace.ToTrace();
        return (Kind, Reply) switch
        {
            (OutcomeKind.Answered, { } reply) =>
                new ProbeOutcome.Answered(trace, reply.ToReply(), reply.ToFinding(), [.. Decoys.Select(decoy => new DecoyAnswer(decoy.ToReply(), decoy.ToFinding()))]) { Signs = Signs },
            (OutcomeKind.Refused, { } reply) => new ProbeOutcome.Refused(trace, reply.ToReply(), reply.ToFinding()) { Signs = Signs },
            (OutcomeKind.Lost, _) => new ProbeOutcome.Lost(trace, Cause) { Signs = Signs },
            (OutcomeKind.Smtputf8Missing, _) => new ProbeOutcome.Smtputf8Missing(trace) { Signs = Signs },
            _ => throw new FormatException($"An outcome of kind {Kind} has no reply, or nobody knows it."),
        };
    }
}

/// <summary>The shape of a <see cref="ProbeTrace"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("trace")]
internal readonly record struct TraceSurrogate(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] SmtpStage Stage,
    [property: Id(2)] string? Exchanger,
    [property: Id(3)] IPAddress? Address,
    [property: Id(4)] string Egress,
    [property: Id(5)] string? Tls,
    [property: Id(6)] TimeSpan Duration,
    [property: Id(7)] string? ReadAs)
{
    public static TraceSurrogate Of(ProbeTrace trace) => new(trace.At, trace.Stage, trace.Exchanger, trace.Address, trace.Egress, trace.Tls, trace.Duration, trace.ReadAs);

    public ProbeTrace ToTrace() => new(At, Stage, Exchanger, Address, Egress, Tls, Duration) { ReadAs = ReadAs };
}

/// <summary>The shape of an <see cref="SmtpReply"/> and what it means between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("reply")]
internal readonly record struct ReplySurrogate(
    [property: Id(0)] int Code,
    [property: Id(1)] string? Enhanced,
    [property: Id(2)] string Text,
    [property: Id(3)] ReplyMeaning Meaning,
    [property: Id(4)] string Rule,
    [property: Id(5)] TimeSpan? RetryAfter,
    [property: Id(6)] bool NamesUs,
    [property: Id(7)] bool IsOfRecipient)
{
    public static ReplySurrogate Of(SmtpReply reply, ReplyFinding finding) =>
        new(reply.Code, reply.Enhanced?.ToString(), reply.Text, finding.Meaning, finding.Rule, finding.RetryAfter, finding.NamesUs, finding.IsOfRecipient);

    public SmtpReply ToReply() => new(Code, EnhancedCode.TryParse(Enhanced, out var enhanced, out _) ? enhanced : null, Text);

    public ReplyFinding ToFinding() => new(Meaning, Rule, RetryAfter, NamesUs) { IsOfRecipient = IsOfRecipient };
}
