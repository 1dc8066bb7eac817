using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Emails;

internal sealed partial class EmailGrain
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Error, Message = "What an attempt found could not be stored; nobody was told")]
    private partial void LogNotStored(Exception exception);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Error, Message = "An attempt ended by a defect; it is made again")]
    private partial void LogDefect(Exception exception);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Warning, Message = "An attempt met a silo that cannot be reached; it is made again")]
    private partial void LogUnreachable(Exception exception);
}
