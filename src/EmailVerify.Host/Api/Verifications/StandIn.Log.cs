namespace EmailVerify.Host.Api.Verifications;

/// <content>What is logged: ids.</content>
internal sealed partial class StandIn
{
    [LoggerMessage(5111, LogLevel.Warning, "The grain of verification {VerificationId} did not answer in time. It was accepted all the same, and is begun when the grain can be reached.")]
    private static partial void LogAccepted(ILogger logger, string verificationId);
}
