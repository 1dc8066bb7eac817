using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Batches;

internal sealed partial class ChunkWork
{
    private void LogNotLookedUp(string batchId, Exception failure) => LogNotLookedUp(shop.Logger, batchId, failure);

    private void LogBroken(string batchId, Exception failure) => LogBroken(shop.Logger, batchId, failure);

    private void LogNotRead(string batchId, Exception failure) => LogNotRead(shop.Logger, batchId, failure);

    private void LogUnsettled(string batchId, long row, Exception failure) => LogUnsettled(shop.Logger, batchId, row, failure);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "A domain of {BatchId} could not be looked up; its rows are handed out again")]
    private static partial void LogNotLookedUp(ILogger logger, string batchId, Exception exception);

    [LoggerMessage(EventId = 5003, Level = LogLevel.Warning, Message = "A lane's answers to {BatchId} broke off; what has none is asked again")]
    private static partial void LogBroken(ILogger logger, string batchId, Exception exception);

    [LoggerMessage(EventId = 5006, Level = LogLevel.Error, Message = "Row {Row} of {BatchId} met a defect and has no result of this try; it is asked again, and is unknown in the end")]
    private static partial void LogUnsettled(ILogger logger, string batchId, long row, Exception exception);

    [LoggerMessage(EventId = 5007, Level = LogLevel.Error, Message = "What is known already of rows of {BatchId} could not be read; they are asked about anew")]
    private static partial void LogNotRead(ILogger logger, string batchId, Exception exception);
}
