namespace EmailVerify.Host.Exports;

/// <content>What is logged: ids, kinds and counts, never a row.</content>
internal sealed partial class ExportWorker
{
    [LoggerMessage(5301, LogLevel.Information, "Export {ExportId} is completed: {Rows} rows, {Octets} octets.")]
    private static partial void LogCompleted(ILogger logger, string exportId, long rows, long octets);

    [LoggerMessage(5302, LogLevel.Warning, "Export {ExportId} could not be gone on with now, and is tried again: {Failure}")]
    private static partial void LogPutOff(ILogger logger, string exportId, string failure);

    [LoggerMessage(5303, LogLevel.Error, "Export {ExportId} was given up: {Failure}")]
    private static partial void LogFailed(ILogger logger, string exportId, string failure);

    [LoggerMessage(5304, LogLevel.Warning, "Exports cannot be looked for now ({Failure}).")]
    private static partial void LogNotLooked(ILogger logger, string failure);
}
