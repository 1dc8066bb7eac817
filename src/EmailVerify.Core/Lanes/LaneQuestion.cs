using System.Collections.Immutable;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Lanes;

/// <summary>One address of a group that is handed to a lane.</summary>
/// <param name="Number">Its place in the group; answers carry it.</param>
/// <param name="Address">The address.</param>
/// <param name="Route">Where its domain's mail goes.</param>
/// <param name="AskDecoys">Whether a 2xx is to be followed by decoys, if <see cref="ICatchAllRegister"/> grants them.</param>
/// <param name="Interactive">Whether somebody waits: it goes to the head.</param>
public sealed record LaneQuestion(int Number, EmailAddress Address, Route.Exchangers Route, bool AskDecoys, bool Interactive);

/// <summary>The answer to one question of a group: an outcome, or not now. Closed.</summary>
/// <param name="Number">The question's number.</param>
public abstract record LaneAnswer(int Number)
{
    /// <summary>A mail server was asked, or could not be.</summary>
    /// <param name="Number">The question's number.</param>
    /// <param name="Outcome">How it ended.</param>
    /// <param name="Route">The exchangers in the order of asking.</param>
    public sealed record Ended(int Number, ProbeOutcome Outcome, ImmutableArray<string> Route) : LaneAnswer(Number);

    /// <summary>Nothing was asked, and nothing may be before a time. It costs no try.</summary>
    /// <param name="Number">The question's number.</param>
    /// <param name="Time">Not before.</param>
    /// <param name="Cause">What stands in the way.</param>
    public sealed record NotBefore(int Number, DateTimeOffset Time, Obstacle Cause) : LaneAnswer(Number);
}
