namespace EmailVerify.Host.Api.Keys;

/// <summary>What is logged of keys: who did what to which, by their ids.</summary>
internal static partial class KeyLog
{
    [LoggerMessage(5211, LogLevel.Information, "Key {KeyId} was made by {ByKeyId}.")]
    public static partial void Made(ILogger logger, string keyId, string byKeyId);

    [LoggerMessage(5212, LogLevel.Information, "Key {KeyId} was revoked by {ByKeyId}.")]
    public static partial void Revoked(ILogger logger, string keyId, string byKeyId);

    [LoggerMessage(5213, LogLevel.Information, "Key {KeyId} is replaced by key {NewKeyId}, as {ByKeyId} asked.")]
    public static partial void Replaced(ILogger logger, string keyId, string newKeyId, string byKeyId);
}
