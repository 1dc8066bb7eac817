using EmailVerify.Core;
using EmailVerify.Host.Api.Exports;

namespace EmailVerify.Host.Api.Problems;

/// <summary>Which problem an exception is answered with. What is not named here is a defect, and its text is not shown.</summary>
internal static class Failures
{
    private const int RetryAfterSeconds = 2;

    /// <summary>Gets the problem of an exception.</summary>
    public static Problem Of(Exception exception) => exception switch
    {
        StorageFullException => new Problem(ProblemCode.StorageFull, "There is no room on the disk of the data folder."),
        StorageUnavailableException =>
            new Problem(ProblemCode.StorageUnavailable, "The store does not answer now.") { RetryAfterSeconds = RetryAfterSeconds },
        ExportRemovedException => new Problem(ProblemCode.NotFound, "The export was removed just now."),
        TimeoutException or SiloUnavailableException or OrleansMessageRejectionException or LimitExceededException =>
            new Problem(ProblemCode.Overloaded, "An inner call was not answered in time.") { RetryAfterSeconds = RetryAfterSeconds },
        _ => new Problem(ProblemCode.InternalError, "The service failed. Its log has the reason under this request id."),
    };

    /// <summary>Gets the problem of a request that the server could not read.</summary>
    public static Problem Of(BadHttpRequestException exception) => exception.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new Problem(ProblemCode.BodyTooLarge, "The body is longer than this operation reads."),
        StatusCodes.Status408RequestTimeout => new Problem(ProblemCode.RequestTimeout, "The body did not arrive in time."),
        _ => new Problem(ProblemCode.BadRequest, "The request could not be read to its end."),
    };
}
