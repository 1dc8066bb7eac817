namespace EmailVerify.Host.Api.Batches;

/// <summary>What is logged of batches: ids and kinds, never a row, a name or a column.</summary>
internal static partial class BatchLog
{
    [LoggerMessage(5101, LogLevel.Warning, "Batch {BatchId} was answered for by the store alone: its grain failed with {Failure}.")]
    public static partial void NotLookedAt(ILogger logger, string batchId, string failure);

    [LoggerMessage(5102, LogLevel.Warning, "Batch {BatchId} was accepted and could not be begun now ({Failure}); it is begun later.")]
    public static partial void NotWoken(ILogger logger, string batchId, string failure);

    [LoggerMessage(5103, LogLevel.Warning, "What was stored of the refused upload {BatchId} could not be removed now ({Failure}); the next start does it.")]
    public static partial void NotErased(ILogger logger, string batchId, string failure);

    [LoggerMessage(5105, LogLevel.Warning, "How batch {BatchId} stands cannot be read now ({Failure}); its watchers wait.")]
    public static partial void NotWatched(ILogger logger, string batchId, string failure);
}
