using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Lanes;

/// <summary>A question on its way through a lane.</summary>
/// <param name="Question">The question.</param>
/// <param name="Group">Where its answer goes.</param>
/// <param name="Since">Since when it waits.</param>
internal sealed record LaneItem(LaneQuestion Question, LaneGroup Group, DateTimeOffset Since)
{
    /// <summary>Gets the route that is left: without exchangers that do not serve the domain.</summary>
    public Route.Exchangers Route { get; init; } = Question.Route;

    /// <summary>Gets how an exchanger ended that lacks SMTPUTF8, or null when none did.</summary>
    public ProbeOutcome.Smtputf8Missing? Smtputf8Missing { get; init; }

    /// <summary>Gets what was noticed in sessions that ended before it was answered.</summary>
    public Signs Signs { get; init; }

    /// <summary>Gets or sets the queue that it waits in; null when it waits no more. Guarded by its lane.</summary>
    public LaneQueue? Queue { get; set; }

    public bool IsInteractive => Question.Interactive;

    public void End(ProbeOutcome outcome, ImmutableArray<string> route) => EndWith(Signs is Signs.None ? outcome : outcome with { Signs = outcome.Signs | Signs }, route);

    private void EndWith(ProbeOutcome outcome, ImmutableArray<string> route) => Group.Answer(new LaneAnswer.Ended(Question.Number, outcome, route));

    public void Defer(DateTimeOffset until, Obstacle cause) => Group.Answer(new LaneAnswer.NotBefore(Question.Number, until, cause));
}
