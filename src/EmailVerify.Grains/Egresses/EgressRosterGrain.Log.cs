using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Egresses;

internal sealed partial class EgressRosterGrain
{
    [LoggerMessage(EventId = 3003, Level = LogLevel.Error, Message = "Egress {Egress} rests: two providers blocked it within an hour. See whether it is on a block list")]
    private partial void LogRests(string egress);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Warning, Message = "No silo has had egress {Egress} for half an hour: its domains go to others")]
    private partial void LogGone(string egress);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Warning, Message = "What is known of egresses could not be stored; it is tried again")]
    private partial void LogNotStored(Exception exception);
}
