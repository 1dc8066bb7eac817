using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Health;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;
using EmailVerify.Host.Api.Verifications;

namespace EmailVerify.Host.Api;

/// <summary>Which request is answered by which operation, and who may ask it.</summary>
internal static class ApiEndpoints
{
    private static readonly string[] Get = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] Post = [HttpMethods.Post];

    /// <summary>Puts the pipeline and the operations in place.</summary>
    public static void MapApi(this WebApplication app)
    {
        app.UseMiddleware<RequestScope>();
        app.UseRouting();
        app.UseMiddleware<Gate>();

        var services = app.Services;
        app.Lifetime.ApplicationStopping.Register(services.GetRequiredService<ServiceState>().Drain);
        var history = services.GetRequiredService<History>();
        Map(app, Post, "/v1/verifications", services.GetRequiredService<CreateVerification>().HandleAsync, "createVerification", Scopes.Verify);
        Map(app, Get, "/v1/verifications", history.ListAsync, "listVerifications", Scopes.Read);
        Map(app, Post, "/v1/verifications/search", history.SearchAsync, "searchVerifications", Scopes.Read);
        Map(app, Get, "/v1/verifications/{id}", services.GetRequiredService<GetVerification>().HandleAsync, "getVerification", Scopes.Read);

        Map(app, Get, "/health/live", HealthEndpoints.LiveAsync, "getLive", scope: null);
        Map(app, Get, "/health/ready", HealthEndpoints.ReadyAsync, "getReady", scope: null);
        Map(app, Get, "/health/started", HealthEndpoints.StartedAsync, "getStarted", scope: null);
        Map(app, Get, "/problems/{code}", ProblemPages.HandleAsync, "getProblem", scope: null);
    }

    private static void Map(WebApplication app, string[] methods, string pattern, RequestDelegate handle, string operation, string? scope) =>
        app.MapMethods(pattern, methods, handle).WithMetadata(new Operation(operation, scope));
}
