using System.Buffers;
using EmailVerify.Core;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Pages;
using Microsoft.AspNetCore.Connections;

namespace EmailVerify.Host.Api.Requests;

/// <summary>
/// Around everything else: gives the request its id, counts it, and sees that each failure, also those of routing and of defects, is a problem.
/// </summary>
internal sealed class RequestScope(RequestDelegate next, ApiInstruments instruments, TimeProvider clock, ILogger<RequestScope> logger)
{
    private const string IdHeader = "X-Request-Id";
    private const int MaxIdLength = 64;

    private static readonly Problem NoTrace = new(ProblemCode.MethodNotAllowed, "TRACE is answered by nothing here.");

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public async Task InvokeAsync(HttpContext context)
    {
        var began = clock.GetTimestamp();
        var id = IdOf(context);
        context.TraceIdentifier = id;
        var headers = context.Response.Headers;
        headers[IdHeader] = id;
        SecurityHeaders.Set(context);
        try
        {
            // What it would echo is nobody's business; some endpoints answer any method.
            if (HttpMethods.IsTrace(context.Request.Method))
                await NoTrace.WriteAsync(context);
            else
                await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400 and var status, ContentType: null, ContentLength: null })
                await (status is StatusCodes.Status404NotFound && MissingPage.IsWanted(context.Request) ? MissingPage.WriteAsync(context) : OfStatus(status, context.Response.Headers).WriteAsync(context));
        }
        catch (Exception failure) when (failure is ConnectionResetException
            || (failure is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (BadHttpRequestException failure)
        {
            await FailAsync(context, Failures.Of(failure));
        }
        catch (Exception failure)
        {
            var problem = Failures.Of(failure);
            if (problem.Code == ProblemCode.InternalError)
                RequestLog.Failed(logger, context.TraceIdentifier, failure);
            else
                RequestLog.Unavailable(logger, context.TraceIdentifier, problem.Code.Code, failure.GetType().Name);
            await FailAsync(context, problem);
        }

        var operation = context.GetEndpoint()?.Metadata.GetMetadata<Operation>();
        instruments.Answered(operation?.Name ?? "none", OutcomeOf(context), clock.GetElapsedTime(began));
    }

    private static async Task FailAsync(HttpContext context, Problem problem)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            context.Abort();
            return;
        }

        var id = context.TraceIdentifier;
        context.Response.Clear();
        context.Response.Headers[IdHeader] = id;
        SecurityHeaders.Set(context);
        await problem.WriteAsync(context);
    }

    // Routing answers with a status and no body.
    private static Problem OfStatus(int status, IHeaderDictionary headers) => status switch
    {
        StatusCodes.Status405MethodNotAllowed => new Problem(ProblemCode.MethodNotAllowed, $"The methods of this resource are {headers.Allow}."),
        StatusCodes.Status404NotFound => new Problem(ProblemCode.NotFound, "No resource has this path."),
        StatusCodes.Status415UnsupportedMediaType => new Problem(ProblemCode.UnsupportedMediaType, "The type of the body is not read here."),
        StatusCodes.Status413PayloadTooLarge => new Problem(ProblemCode.BodyTooLarge, "The body is longer than this operation reads."),
        < 500 => new Problem(ProblemCode.BadRequest, "The request could not be read."),
        _ => new Problem(ProblemCode.InternalError, "The service failed."),
    };

    private static string OutcomeOf(HttpContext context) => context.Features.Get<ProblemCode>()?.Code ?? context.Response.StatusCode switch
    {
        StatusCodes.Status202Accepted => "accepted",
        StatusCodes.Status304NotModified => "not_modified",
        StatusCodes.Status499ClientClosedRequest => "gone",
        StatusCodes.Status503ServiceUnavailable => "not_ready",
        _ => "ok",
    };

    private string IdOf(HttpContext context)
    {
        var given = context.Request.Headers[IdHeader];
        return given is [{ Length: > 0 and <= MaxIdLength } id] && !id.AsSpan().ContainsAnyExcept(IdCharacters) ? id : Id.New("req", clock);
    }
}
