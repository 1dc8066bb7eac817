namespace EmailVerify.Host.Api.Sessions;

/// <summary>What is logged of signing in: ids of keys, never a key, a code, a cookie or an address.</summary>
internal static partial class SignInLog
{
    [LoggerMessage(5201, LogLevel.Information, "Somebody signed in with key {KeyId}.")]
    public static partial void SignedIn(ILogger logger, string keyId);

    [LoggerMessage(5202, LogLevel.Warning, "Signing in was refused: {Problem}.")]
    public static partial void Refused(ILogger logger, string problem);
}
