using EmailVerify.Core.Batches;
using EmailVerify.Grains.Batches;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Api.Batches;
using EmailVerify.Host.Api.Batches.Events;
using EmailVerify.Host.Api.Batches.Results;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Replies;
using EmailVerify.Host.Api.Verifications;
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
    /// Adds the API. It asks for <c>IVerificationStore</c>, <c>IBatchStore</c>, <c>IKeyStore</c>, <c>IGrainFactory</c>, <c>Installation</c>, <c>TextRules</c>, <c>ReplyRules</c>, <c>Rejudge</c> and a <c>TimeProvider</c>.
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
            .AddVerifier()
            .AddSingleton<CreateVerification>()
            .AddSingleton<GetVerification>()
            .AddSingleton<History>()
            .AddSingleton<JudgeVerification>()
            .AddSingleton<ExplainReplies>()
            .AddSingleton<OpenApiEndpoints>()
            .AddBatches();
    }

    /// <summary>Adds what answers for batches.</summary>
    private static IServiceCollection AddBatches(this IServiceCollection services) => services
        .AddBatchWork()
        .AddSingleton<CreateBatch>()
        .AddSingleton<ListBatches>()
        .AddSingleton<GetBatch>()
        .AddSingleton<PatchBatch>()
        .AddSingleton<DeleteBatch>()
        .AddSingleton<SteerBatch>()
        .AddSingleton<GetBatchSummary>()
        .AddSingleton<GetBatchResults>()
        .AddSingleton<BatchWatches>()
        .AddSingleton<GetBatchEvents>();

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
        .AddSingleton<ServiceState>()
        .AddSingleton<Wait>()
        .AddSingleton<Verifier>();
}
