using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Retries;

internal sealed partial class RetryGrain
{
    [LoggerMessage(EventId = 4001, Level = LogLevel.Error, Message = "Retries of shard {Shard} could not be worked off; their leases run out and they are tried again")]
    private partial void LogFailed(int shard, Exception exception);
}
