using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Batches;

internal sealed partial class BatchGrain
{
    [LoggerMessage(EventId = 5004, Level = LogLevel.Warning, Message = "The store does not take what becomes of {BatchId}; it is tried again")]
    private partial void LogNotStored(string batchId, Exception exception);

    [LoggerMessage(EventId = 5009, Level = LogLevel.Error, Message = "Chunk {Number} of {BatchId} (below 0: what had been put off) was tried in vain too often and is put aside; once nothing else is left, the batch has failed")]
    private partial void LogPutAside(string batchId, int number);

    [LoggerMessage(EventId = 5005, Level = LogLevel.Warning, Message = "What was left of {BatchId} could not all be removed; the next start goes on")]
    private partial void LogNotErased(string batchId, Exception exception);
}
