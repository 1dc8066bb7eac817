namespace EmailVerify.Host.Api.Requests;

/// <summary>What is logged of requests: ids and kinds, never a path's query, a body or an address.</summary>
internal static partial class RequestLog
{
    [LoggerMessage(5121, LogLevel.Error, "Request {RequestId} failed.")]
    public static partial void Failed(ILogger logger, string requestId, Exception failure);

    [LoggerMessage(5122, LogLevel.Warning, "Request {RequestId} was answered with {Problem} after a {Failure}.")]
    public static partial void Unavailable(ILogger logger, string requestId, string problem, string failure);
}
