using EmailVerify.Core.Batches;
using EmailVerify.Grains.Batches;
using EmailVerify.Grains.Domains;
using EmailVerify.Grains.Emails;
using EmailVerify.Grains.Lanes;
using EmailVerify.Grains.Retries;
using EmailVerify.Host.Api.Batches;
using EmailVerify.Host.Api.Batches.Events;
using EmailVerify.Host.Api.Batches.Results;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Domains;
using EmailVerify.Host.Api.Exports;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Lanes;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Replies;
using EmailVerify.Host.Api.Retries;
using EmailVerify.Host.Api.Sessions;
using EmailVerify.Host.Api.Settings;
using EmailVerify.Host.Api.Verifications;
using EmailVerify.Host.Exports;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EmailVerify.Host.Api;

/// <summary>What the API is made of.</summary>
internal static class ApiServices
{
    // Beyond it new connections are closed at once; each costs some 10 KiB.
    private const int MaxConnections = 10_000;

    // So many may wait to be taken in while the processor is busy; at the framework's 512 a burst of a thousand callers loses some, and they come back after a second.
    private const int Backlog = 4_096;

    /// <summary>
    /// Adds the API. It asks for <c>IVerificationStore</c>, <c>IVerificationReports</c>, <c>IBatchStore</c>, <c>IExportStore</c>, <c>IDomainStore</c>, <c>IKeyStore</c>, <c>IDataProtectionProvider</c>, <c>ILiveLanes</c>, <c>IEgresses</c>, <c>IRetryOverview</c>, <c>ProviderCatalog</c>, <c>SettingsInForce</c>, <c>IGrainFactory</c>, <c>Installation</c>, <c>DoctorDesk</c>, <c>TextRules</c>, <c>ReplyRules</c>, <c>Rejudge</c>, <c>Settlement</c> and a <c>TimeProvider</c>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="adminKey">The key that the configuration names, or null.</param>
    public static IServiceCollection AddApi(this IServiceCollection services, string? adminKey)
    {
        services.AddMetrics();
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        });
        services.Configure<SocketTransportOptions>(sockets => sockets.Backlog = Backlog);
        return services
            .AddCompression()
            .AddSingleton<ApiInstruments>()
            .AddSingleton(new ConfiguredKey(adminKey))
            .AddSingleton<KeyRing>()
            .AddSingleton<GetMe>()
            .AddSingleton<CustomerKeys>()
            .AddSessions()
            .AddVerifier()
            .AddSingleton<CreateVerification>()
            .AddSingleton<GetVerification>()
            .AddSingleton<History>()
            .AddSingleton<GetTrends>()
            .AddSingleton<JudgeVerification>()
            .AddSingleton<ExplainReplies>()
            .AddSingleton<OpenApiEndpoints>()
            .AddSingleton<IGrains<IDomainGrain>, OrleansGrains<IDomainGrain>>()
            .AddSingleton<GetDomain>()
            .AddLanes()
            .AddSingleton<DoctorEndpoints>()
            .AddBatches()
            .AddExports();
    }

    /// <summary>Adds what shows operators how the service gets on with providers.</summary>
    private static IServiceCollection AddLanes(this IServiceCollection services) => services
        .AddSingleton<IGrains<ILaneGrain>, OrleansGrains<ILaneGrain>>()
        .AddSingleton<LaneDesk>()
        .AddSingleton<GetProviders>()
        .AddSingleton<GetEgresses>()
        .AddSingleton<GetRetries>()
        .AddSingleton<GetSettings>();

    /// <summary>Adds what signs people in.</summary>
    private static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSingleton<SessionCookie>()
        .AddSingleton<SignInCodes>()
        .AddSingleton<SignInAttempts>()
        .AddSingleton<SignIn>();

    /// <summary>Adds what answers for batches.</summary>
    private static IServiceCollection AddBatches(this IServiceCollection services) => services
        .AddBatchWork()
        .AddSingleton<CreateBatch>()
        .AddSingleton<PreviewBatch>()
        .AddSingleton<ListBatches>()
        .AddSingleton<GetBatch>()
        .AddSingleton<PatchBatch>()
        .AddSingleton<DeleteBatch>()
        .AddSingleton<SteerBatch>()
        .AddSingleton<BatchSums>()
        .AddSingleton<GetBatchSummary>()
        .AddSingleton<GetBatchProviders>()
        .AddSingleton<GetBatchResults>()
        .AddSingleton<BatchWatches>()
        .AddSingleton<GetBatchEvents>();

    /// <summary>Adds what answers for exports; who makes them, <see cref="ExportWorker"/>, is a hosted service beside it.</summary>
    private static IServiceCollection AddExports(this IServiceCollection services) => services
        .AddSingleton<ExportBell>()
        .AddSingleton<CreateExport>()
        .AddSingleton<KeptExports>();

    /// <summary>Adds what takes files in and gives their results, with or without the API.</summary>
    public static IServiceCollection AddBatchWork(this IServiceCollection services) => services
        .AddSingleton<IGrains<IBatchGrain>, OrleansGrains<IBatchGrain>>()
        .AddSingleton(UploadBounds.Default)
        .AddSingleton<BatchDesk>()
        .AddSingleton<BatchAdmission>()
        .AddSingleton<ResultStream>();

    /// <summary>Adds what verifies one address, with or without the API.</summary>
    public static IServiceCollection AddVerifier(this IServiceCollection services) => services
        .AddSingleton<IGrains<IEmailGrain>, OrleansGrains<IEmailGrain>>()
        .AddSingleton<IGrains<IRetryGrain>, OrleansGrains<IRetryGrain>>()
        .AddSingleton<ServiceState>()
        .AddSingleton<StandIn>()
        .AddSingleton<Wait>()
        .AddSingleton<Verifier>();
}
