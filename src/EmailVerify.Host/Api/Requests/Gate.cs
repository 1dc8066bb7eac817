using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Sessions;

namespace EmailVerify.Host.Api.Requests;

/// <summary>
/// Between routing and operation: who asks, whether they may, and whether they can read the answer.
/// What is not said to be open is closed: an endpoint without an <see cref="Operation"/> is refused to every key.
/// </summary>
internal sealed class Gate(RequestDelegate next, KeyRing keys, SessionCookie sessions, ServiceState state)
{
    private const int DrainRetryAfterSeconds = 5;

    public async Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        var operation = endpoint?.Metadata.GetMetadata<Operation>();

        // Routing's own endpoints (405) and paths that nobody serves tell a stranger under /v1 nothing either.
        var isOpen = operation is { Scope: null } || (endpoint is not RouteEndpoint && !context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase));
        if (isOpen)
        {
            await next(context);
            return;
        }

        if (state.RefusesRequests)
        {
            await new Problem(ProblemCode.Draining, "The service is stopping.") { RetryAfterSeconds = DrainRetryAfterSeconds }.WriteAsync(context);
            return;
        }

        // Who sends a key wants to be judged by it, whatever cookies the client has.
        var hasKey = context.Request.Headers.Authorization.Count > 0;
        var check = hasKey ? await keys.CheckAsync(context) : await sessions.CheckAsync(context);
        var problem = check.Problem ?? ScopeProblem(endpoint, operation, check.Caller) ?? AcceptProblem(operation, context);
        if (problem is not null)
        {
            if (!hasKey && problem.Code.Status == StatusCodes.Status401Unauthorized && SignInPage.IsFor(operation, context.Request))
            {
                SignInPage.Lead(context);
                return;
            }

            await problem.WriteAsync(context);
            return;
        }

        context.Features.Set(check.Caller);
        await next(context);
    }

    private static Problem? ScopeProblem(Endpoint? endpoint, Operation? operation, Caller caller)
    {
        if (operation is { Scope: { } scope })
            return caller.May(scope) ? null : new Problem(ProblemCode.InsufficientScope, $"The operation needs the scope {scope}.");
        return endpoint is RouteEndpoint ? new Problem(ProblemCode.InsufficientScope, "The operation is open to no key.") : null;
    }

    // Where there is a choice, ?format= makes it as well as the header does.
    private static Problem? AcceptProblem(Operation? operation, HttpContext context)
    {
        if (operation is null || !context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase))
            return null;
        if (AcceptHeader.Choose(context.Request.Headers.Accept, operation.Types) is not null || (operation.Types.Length > 1 && context.Request.Query.ContainsKey("format")))
            return null;
        return new Problem(ProblemCode.NotAcceptable, $"The answer can be given as {string.Join(", ", operation.Types)}.");
    }
}
