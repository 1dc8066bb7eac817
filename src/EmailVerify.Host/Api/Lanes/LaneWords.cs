using EmailVerify.Core;
using EmailVerify.Core.Lanes;

namespace EmailVerify.Host.Api.Lanes;

/// <summary>The words for what stands in the way of a lane.</summary>
internal static class LaneWords
{
    /// <summary>Gets the word; null where nothing does.</summary>
    public static string? Of(Obstacle obstacle) => obstacle switch
    {
        Obstacle.None => null,
        Obstacle.RateLimit => "rate_limited",
        Obstacle.Block => "blocked",

        // Sessions that were open when the process ended: their server may not have noticed yet.
        Obstacle.Sessions => "settling",
        _ => Words.Of(obstacle),
    };
}
