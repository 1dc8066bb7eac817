using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Lanes;

internal sealed partial class LaneGrain
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "Blocked in lane {Lane}: its circuit opens")]
    private partial void LogBlocked(string lane);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Error, Message = "A session ended by a defect; its question was given back")]
    private partial void LogDefect(Exception exception);
}
