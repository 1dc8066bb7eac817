using System.Collections.Immutable;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Addresses;
using EmailVerify.Host.Api.Batches;
using EmailVerify.Host.Api.Batches.Events;
using EmailVerify.Host.Api.Batches.Results;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Domains;
using EmailVerify.Host.Api.Exports;
using EmailVerify.Host.Api.Health;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Lanes;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Replies;
using EmailVerify.Host.Api.Requests;
using EmailVerify.Host.Api.Retries;
using EmailVerify.Host.Api.Sessions;
using EmailVerify.Host.Api.Settings;
using EmailVerify.Host.Api.Verifications;

namespace EmailVerify.Host.Api;

/// <summary>Which request is answered by which operation, and who may ask it.</summary>
internal static class ApiEndpoints
{
    private static readonly string[] Get = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] Post = [HttpMethods.Post];
    private static readonly string[] Patch = [HttpMethods.Patch];
    private static readonly string[] Delete = [HttpMethods.Delete];

    /// <summary>Puts the pipeline and the operations in place.</summary>
    public static void MapApi(this WebApplication app)
    {
        app.UseMiddleware<RequestScope>();
        app.UseCompression();
        app.UseRouting();
        app.UseMiddleware<Gate>();

        var services = app.Services;
        app.Lifetime.ApplicationStopping.Register(services.GetRequiredService<ServiceState>().Drain);
        var history = services.GetRequiredService<History>();
        Map(app, Post, "/v1/verifications", services.GetRequiredService<CreateVerification>().HandleAsync, "createVerification", Scopes.Verify, CreateVerification.Describe);
        Map(app, Get, "/v1/verifications", history.ListAsync, "listVerifications", Scopes.Read, History.DescribeList);
        Map(app, Post, "/v1/verifications/search", history.SearchAsync, "searchVerifications", Scopes.Read, History.DescribeSearch);
        Map(app, Get, "/v1/verifications/{id}", services.GetRequiredService<GetVerification>().HandleAsync, "getVerification", Scopes.Read, GetVerification.Describe);

        Map(app, Get, "/v1/trends", services.GetRequiredService<GetTrends>().HandleAsync, "getTrends", Scopes.Read, GetTrends.Describe, MediaTypes.JsonOrCsv);

        Map(app, Post, "/v1/verifications/{id}/judge", services.GetRequiredService<JudgeVerification>().HandleAsync, "judgeVerification", Scopes.Operate, JudgeVerification.Describe);

        MapBatches(app);
        MapExports(app);
        MapKeys(app);

        Map(app, Post, "/v1/replies/explain", services.GetRequiredService<ExplainReplies>().HandleAsync, "explainReplies", Scopes.Read, ExplainReplies.Describe, MediaTypes.JsonOrLines);
        Map(app, Post, "/v1/addresses/parse", ParseAddresses.HandleAsync, "parseAddresses", Scopes.Read, ParseAddresses.Describe);

        Map(app, Get, "/v1/domains/{domain}", services.GetRequiredService<GetDomain>().HandleAsync, "getDomain", Scopes.Read, GetDomain.Describe);
        MapOperation(app);

        Map(app, Get, "/v1/me", services.GetRequiredService<GetMe>().HandleAsync, "getMe", Scopes.Read, GetMe.Describe);
        Map(app, Post, SignInPage.Path, services.GetRequiredService<SignIn>().HandleAsync, "signIn", scope: null, SignIn.Describe);
        Map(app, Post, "/sign-out", SignOut.HandleAsync, "signOut", scope: null, SignOut.Describe);

        var doctor = services.GetRequiredService<DoctorEndpoints>();
        Map(app, Get, DoctorWriter.Path, doctor.GetAsync, "getDoctor", Scopes.Operate, DoctorEndpoints.DescribeGet);
        Map(app, Post, DoctorWriter.Path, doctor.RunAsync, "runDoctor", Scopes.Operate, DoctorEndpoints.DescribeRun);

        Map(app, Get, "/health/live", HealthEndpoints.LiveAsync, "getLive", scope: null, HealthEndpoints.DescribeLive);
        Map(app, Get, "/health/ready", HealthEndpoints.ReadyAsync, "getReady", scope: null, HealthEndpoints.DescribeReady);
        Map(app, Get, "/health/started", HealthEndpoints.StartedAsync, "getStarted", scope: null, HealthEndpoints.DescribeStarted);

        MapForPeople(app, "/problems/{code}", ProblemPages.HandleAsync, "getProblem");
        MapForPeople(app, OpenApiEndpoints.Path, services.GetRequiredService<OpenApiEndpoints>().HandleAsync, "getOpenApi");
        app.MapDocs();
    }

    private static void MapOperation(WebApplication app)
    {
        var services = app.Services;
        var providers = services.GetRequiredService<GetProviders>();
        Map(app, Get, "/v1/providers", providers.ListAsync, "listProviders", Scopes.Operate, GetProviders.DescribeList);
        Map(app, Get, "/v1/providers/{name}", providers.GetAsync, "getProvider", Scopes.Operate, GetProviders.DescribeOne);
        Map(app, Get, "/v1/egresses", services.GetRequiredService<GetEgresses>().HandleAsync, "listEgresses", Scopes.Operate, GetEgresses.Describe);
        Map(app, Get, "/v1/retries", services.GetRequiredService<GetRetries>().HandleAsync, "getRetries", Scopes.Operate, GetRetries.Describe);
        Map(app, Get, "/v1/settings", services.GetRequiredService<GetSettings>().HandleAsync, "getSettings", Scopes.Operate, GetSettings.Describe);
    }

    private static void MapBatches(WebApplication app)
    {
        const string One = "/v1/batches/{id}";
        var services = app.Services;
        var steer = services.GetRequiredService<SteerBatch>();
        Map(app, Post, "/v1/batches", services.GetRequiredService<CreateBatch>().HandleAsync, "createBatch", Scopes.Verify, CreateBatch.Describe);
        Map(app, Post, "/v1/batches/preview", services.GetRequiredService<PreviewBatch>().HandleAsync, "previewBatch", Scopes.Verify, PreviewBatch.Describe);
        Map(app, Get, "/v1/batches", services.GetRequiredService<ListBatches>().HandleAsync, "listBatches", Scopes.Read, ListBatches.Describe);
        Map(app, Get, One, services.GetRequiredService<GetBatch>().HandleAsync, "getBatch", Scopes.Read, GetBatch.Describe);
        Map(app, Patch, One, services.GetRequiredService<PatchBatch>().HandleAsync, "updateBatch", Scopes.Verify, PatchBatch.Describe);
        Map(app, Delete, One, services.GetRequiredService<DeleteBatch>().HandleAsync, "deleteBatch", Scopes.Verify, DeleteBatch.Describe);
        Map(app, Post, One + "/pause", steer.PauseAsync, "pauseBatch", Scopes.Verify, SteerBatch.DescribePause);
        Map(app, Post, One + "/resume", steer.ResumeAsync, "resumeBatch", Scopes.Verify, SteerBatch.DescribeResume);
        Map(app, Post, One + "/cancel", steer.CancelAsync, "cancelBatch", Scopes.Verify, SteerBatch.DescribeCancel);
        Map(app, Post, One + "/retry", steer.RetryAsync, "retryBatch", Scopes.Verify, SteerBatch.DescribeRetry);
        Map(app, Get, One + "/summary", services.GetRequiredService<GetBatchSummary>().HandleAsync, "getBatchSummary", Scopes.Read, GetBatchSummary.Describe);
        Map(app, Get, One + "/providers", services.GetRequiredService<GetBatchProviders>().HandleAsync, "getBatchProviders", Scopes.Read, GetBatchProviders.Describe);
        Map(app, Get, One + "/results", services.GetRequiredService<GetBatchResults>().HandleAsync, "getBatchResults", Scopes.Read, GetBatchResults.Describe, MediaTypes.Results);
        Map(app, Get, One + "/events", services.GetRequiredService<GetBatchEvents>().HandleAsync, "getBatchEvents", Scopes.Read, GetBatchEvents.Describe, MediaTypes.Events);
    }

    private static void MapExports(WebApplication app)
    {
        const string All = "/v1/exports";
        const string One = All + "/{id}";
        var exports = app.Services.GetRequiredService<KeptExports>();
        Map(app, Post, All, app.Services.GetRequiredService<CreateExport>().HandleAsync, "createExport", Scopes.Read, CreateExport.Describe);
        Map(app, Get, All, exports.ListAsync, "listExports", Scopes.Read, KeptExports.DescribeList);
        Map(app, Get, One, exports.GetAsync, "getExport", Scopes.Read, KeptExports.DescribeGet);
        Map(app, Get, One + "/file", exports.FileAsync, "getExportFile", Scopes.Read, KeptExports.DescribeFile, MediaTypes.Files);
        Map(app, Delete, One, exports.DeleteAsync, "deleteExport", Scopes.Verify, KeptExports.DescribeDelete);
    }

    private static void MapKeys(WebApplication app)
    {
        const string All = "/v1/customers/{id}/keys";
        var keys = app.Services.GetRequiredService<CustomerKeys>();
        Map(app, Get, All, keys.ListAsync, "listKeys", Scopes.Admin, CustomerKeys.DescribeList);
        Map(app, Post, All, keys.CreateAsync, "createKey", Scopes.Admin, CustomerKeys.DescribeCreate);
        Map(app, Delete, All + "/{key}", keys.RevokeAsync, "revokeKey", Scopes.Admin, CustomerKeys.DescribeRevoke);
        Map(app, Post, All + "/{key}/rotate", keys.RotateAsync, "rotateKey", Scopes.Admin, CustomerKeys.DescribeRotate);
    }

    private static void Map(WebApplication app, string[] methods, string pattern, RequestDelegate handle, string operation, string? scope, Func<Description> describe) =>
        Map(app, methods, pattern, handle, operation, scope, describe, MediaTypes.JsonOnly);

    private static void Map(
        WebApplication app, string[] methods, string pattern, RequestDelegate handle, string operation, string? scope, Func<Description> describe, ImmutableArray<string> types) =>
        app.MapMethods(pattern, methods, handle).WithMetadata(new Operation(operation, scope) { Types = types, Describe = describe });

    private static void MapForPeople(WebApplication app, string pattern, RequestDelegate handle, string operation) =>
        app.MapMethods(pattern, Get, handle).WithMetadata(new Operation(operation, Scope: null) { IsForPeople = true });
}
