using System.Net;
using System.Net.Sockets;
using EmailVerify.Adapters.Dns;
using EmailVerify.Adapters.Smtp;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Settings;
using EmailVerify.Host.Api.Verifications;
using Orleans.Configuration;

namespace EmailVerify.Host.Hosting;

/// <summary>The engine: silo, stores and the outside world, the same for <c>serve</c> and <c>verify</c>.</summary>
internal static class Silo
{
    /// <summary>Part of the keys of grain storage and reminders: it stays the same for ever.</summary>
    public const string ServiceId = "emailverify";

    // Where the grains of other silos are: there are none. Tables for as many as Orleans provides for by default, a million, would take 20 MB.
    private const int DirectoryCache = 1_000;

    /// <summary>Adds the engine to a host.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="world">Where questions go.</param>
    /// <param name="data">The folder that it works in; disposed of by the caller, after the host.</param>
    /// <param name="also">What else the silo has, or null.</param>
    public static void AddEngine(this IHostApplicationBuilder builder, EmailVerifyOptions options, World world, OpenedData data, Action<ISiloBuilder>? also = null)
    {
        var rules = ReplyRules.Default;
        OperatorLists.Current = options.Lists;
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(data.Installation)
            .AddSingleton(new SettingsInForce(SettingList.InForce(builder.Configuration, new SettingsRead(options, world, data.Folder))))
            .AddSingleton(new Settlement(options.Schedule, options.Fresh, rules.Version))
            .AddSingleton(new TextRules(rules.Version, options.Fresh.ByReason[VerdictReason.InvalidEmail]))
            .AddSingleton(options.Retention)
            .AddSingleton(options.Providers)
            .AddSingleton(rules)
            .AddSingleton(new Rejudge(rules, options.Providers, options.Fresh))
            .AddSingleton<IResolver>(services => new DnsResolver(world.Dns, services.GetRequiredService<TimeProvider>()))
            .AddSingleton(services => new RouteFinder(
                services.GetRequiredService<IResolver>(), world.Addresses, options.Providers, new Random(), services.GetRequiredService<TimeProvider>()))
            .AddSingleton(new Decoys(data.Installation.Pepper))
            .AddSingleton<ISmtpDialer>(services => new SocketDialer(world.SmtpPort, world.Addresses.Allows, services.GetRequiredService<TimeProvider>()))
            .AddSingleton<ISessions>(services => new SessionOpener(services.GetRequiredService<ISmtpDialer>(), rules.Read, services.GetRequiredService<TimeProvider>(), world.Lanes.Enforce ? options.Providers : null))
            .AddSingleton(services => new DoctorDesk(
                Examination.Of(options, world, data, rules.Version, services.GetRequiredService<TimeProvider>()),
                options.Doctor.Every,
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<DoctorDesk>>()))
            .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(options.Cluster is null ? 30 : 60));
        data.AddStores(builder.Services);
        builder.UseOrleans(silo =>
        {
            data.UseOrleans(silo);
            _ = silo.AddVerificationGrains(world.Lanes);
            also?.Invoke(silo);
            silo.Services
                .Configure<GrainDirectoryOptions>(directory => directory.CacheSize = DirectoryCache)
                .Configure<SiloMessagingOptions>(messaging => messaging.MaxEnqueuedRequestsHardLimit = 10_000)
                .Configure<GrainCollectionOptions>(collection =>
                {
                    collection.CollectionAge = TimeSpan.FromMinutes(5);
                    collection.CollectionQuantum = TimeSpan.FromMinutes(1);
                    collection.EnableActivationSheddingOnMemoryPressure = true;
                });
        });
    }

    /// <summary>Finds a port that nobody has: two silos on one port both seem to start, and the second never joins.</summary>
    public static int FreePort() => FreePort(IPAddress.Loopback);

    /// <summary>Finds a port of an address that nobody has.</summary>
    public static int FreePort(IPAddress address)
    {
        using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
