namespace EmailVerify.Host.Api.Lanes;

/// <summary>What is logged of looking at lanes.</summary>
internal static partial class LaneLog
{
    [LoggerMessage(3101, LogLevel.Warning, "Lane {Lane} could not be asked how it stands ({Failure}); it is left out of the answer.")]
    public static partial void NotAsked(ILogger logger, string lane, string failure);
}
