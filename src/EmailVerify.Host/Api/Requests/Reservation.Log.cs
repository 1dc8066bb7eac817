namespace EmailVerify.Host.Api.Requests;

/// <content>What is logged: never a key.</content>
internal sealed partial class Reservation
{
    [LoggerMessage(5104, LogLevel.Warning, "An idempotency key could not be kept or given back now ({Failure}); it frees itself.")]
    private static partial void LogNotReleased(ILogger logger, string failure);
}
