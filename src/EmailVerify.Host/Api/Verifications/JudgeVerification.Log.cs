namespace EmailVerify.Host.Api.Verifications;

/// <content>What is logged: ids and kinds.</content>
internal sealed partial class JudgeVerification
{
    [LoggerMessage(5110, LogLevel.Warning,
        "Verification {VerificationId} was judged again and stored, but its grain could not be told ({Failure}): until it is read anew the verdict before may be served.")]
    private static partial void LogNotReread(ILogger logger, string verificationId, string failure);
}
