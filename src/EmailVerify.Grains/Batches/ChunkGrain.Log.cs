using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Batches;

internal sealed partial class ChunkGrain
{
    [LoggerMessage(EventId = 5001, Level = LogLevel.Error, Message = "The work on chunk {Number} of {BatchId} (below 0: on what had been put off) ended by a failure; it is handed out again")]
    private partial void LogDefect(string batchId, int number, Exception exception);
}
