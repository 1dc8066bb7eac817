namespace EmailVerify.Host.Api.Doctor;

/// <content>What is logged.</content>
internal sealed partial class DoctorRounds
{
    [LoggerMessage(5223, LogLevel.Error, "Doctor: the look could not be finished; it is tried again at the next round")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
