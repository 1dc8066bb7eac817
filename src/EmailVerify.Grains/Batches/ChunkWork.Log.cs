using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Batches;

internal sealed partial class ChunkWork
{
    private void LogNotLookedUp(string batchId, Exception failure) => LogNotLookedUp(shop.Logger, batchId, failure);

    private void LogBroken(string batchId, Exception failure) => LogBroken(shop.Logger, batchId, failure);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "A domain of {BatchId} could not be looked up; its rows are handed out again")]
    private static partial void LogNotLookedUp(ILogger logger, string batchId, Exception exception);

    [LoggerMessage(EventId = 5003, Level = LogLevel.Warning, Message = "A lane's answers to {BatchId} broke off; what has none is asked again")]
    private static partial void LogBroken(ILogger logger, string batchId, Exception exception);
}
