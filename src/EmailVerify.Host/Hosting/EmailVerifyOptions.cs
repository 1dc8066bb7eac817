using System.Collections.Immutable;
using System.Net;
using EmailVerify.Adapters;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Hosting;

/// <summary>The configuration under <c>EmailVerify:</c>, read and checked: a value that exists is valid.</summary>
internal sealed record EmailVerifyOptions
{
    /// <summary>Gets the cluster that this process is one of; null in the embedded profile, where it is alone with its data folder.</summary>
    public ClusterOptions? Cluster { get; init; }

    /// <summary>Gets the data folder, or null for the user's own (with the sandbox, a temporary one).</summary>
    public string? Data { get; init; }

    /// <summary>Gets the configured key, or null.</summary>
    public string? AdminKey { get; init; }

    /// <summary>Gets the DNS servers to ask; empty is the system's.</summary>
    public ImmutableArray<IPEndPoint> DnsServers { get; init; } = [];

    /// <summary>Gets how mail servers are spoken to.</summary>
    public SmtpOptions Smtp { get; init; } = new();

    /// <summary>Gets the identities to ask from; without one nothing leaves the machine.</summary>
    public ImmutableArray<Egress> Egresses { get; init; } = [];

    /// <summary>Gets the pauses between the tries, in order. Default: 6m, 15m, 1h, 4h; with the sandbox 2s, 4s, 8s.</summary>
    public RetrySchedule Schedule { get; init; } = RetrySchedule.Default;

    /// <summary>Gets how long a verdict may be served again, by reason; what is not listed is never served again.</summary>
    public Freshness Fresh { get; init; } = Freshness.Default;

    /// <summary>Gets how long verifications are kept. Default: 365 days.</summary>
    public Retention Retention { get; init; } = Retention.Default;

    /// <summary>Gets a value indicating whether limits of ours hold. Default: true; false only with private addresses, for load tests.</summary>
    public bool EnforcesLanes { get; init; } = true;

    /// <summary>Gets how many sessions batches have open at once, over all providers: 1 to 100,000, with some 50 KB of memory each. Default: 6,000.</summary>
    public int MaxSessions { get; init; } = SessionSlots.Most;

    /// <summary>Gets what is known of providers: our own data, and over them the operator's.</summary>
    public ProviderCatalog Providers { get; init; } = ProviderCatalog.Default;

    /// <summary>Gets what the operator knows about domains; it goes before our lists.</summary>
    public OperatorLists Lists { get; init; } = OperatorLists.None;

    /// <summary>Gets what the doctor looks at, and how often.</summary>
    public DoctorOptions Doctor { get; init; } = new();

    /// <summary>Gets the small internet beside the service; null without <c>--sandbox</c>.</summary>
    public SandboxSettings? Sandbox { get; init; }

    /// <summary>Gets a value indicating whether the data folder is a new one, gone when the process ends: a sandbox's that was not given another.</summary>
    public bool IsDataTemporary => this is { Cluster: null, Data: null, Sandbox: not null };

    /// <summary>Gets whether verdicts are real.</summary>
    public InstallationKind Kind => Sandbox is null ? InstallationKind.Real : InstallationKind.Sandbox;

    /// <summary>The default of <see cref="Schedule"/> with the sandbox, whose hosts are in a hurry.</summary>
    public static readonly RetrySchedule SandboxSchedule = new([TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(8)]);

    /// <summary>Says that addresses are personal data: nothing here but the names of settings is ever logged.</summary>
    public override string ToString() => nameof(EmailVerifyOptions);
}

/// <summary>How the service is run.</summary>
internal enum Profile
{
    /// <summary>One process with its own database in a folder.</summary>
    Embedded,

    /// <summary>One of several processes that share a database.</summary>
    Cluster,
}

/// <summary>The cluster that this process is one of.</summary>
/// <param name="Postgres">The connection string of its database.</param>
internal sealed record ClusterOptions(string Postgres)
{
    /// <summary>What a cluster is called unless it is told otherwise.</summary>
    public const string DefaultId = "emailverify";

    /// <summary>Gets the connection string of a standby for reports and exports; null asks the database itself.</summary>
    public string? Reports { get; init; }

    /// <summary>Gets the connection string of Redis; null where there is none. This version does not need it.</summary>
    public string? Redis { get; init; }

    /// <summary>Gets which processes are one cluster: those that share a database and have the same. Default: <see cref="DefaultId"/>.</summary>
    public string Id { get; init; } = DefaultId;

    /// <summary>Gets the address at which the others reach this silo; null takes the one that this machine has towards the database.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Gets the port at which the others reach this silo; null takes a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Says that connection strings hold passwords.</summary>
    public override string ToString() => nameof(ClusterOptions);
}

/// <summary>How mail servers are spoken to.</summary>
internal sealed record SmtpOptions
{
    /// <summary>Gets the port of mail servers, or null when not set: 25, with the sandbox the sandbox's.</summary>
    public int? Port { get; init; }

    /// <summary>Gets when TLS is used. Default: opportunistic.</summary>
    public TlsMode Tls { get; init; }

    /// <summary>Gets which addresses may be connected to by <c>Smtp:AllowPrivateAddresses</c>, or null when not set: public ones only, with the sandbox its own only.</summary>
    public AddressPolicy? Addresses { get; init; }
}

/// <summary>What the doctor looks at, and how often.</summary>
internal sealed record DoctorOptions
{
    /// <summary>Domains of large providers: every resolver knows them, and their hosts greet everybody whom they let through.</summary>
    public static readonly ImmutableArray<string> WellKnownDomains = ["gmail.com", "outlook.com", "yahoo.com"];

    /// <summary>
    /// Lists that many mail hosts ask. The first refuses resolvers that many share, the third those that are not registered with it: that is told apart from being listed.
    /// </summary>
    public static readonly ImmutableArray<string> WellKnownLists = ["zen.spamhaus.org", "bl.spamcop.net", "b.barracudacentral.org"];

    /// <summary>Gets the domains that the DNS is asked about and whose mail hosts are knocked at, at most three; null when not set: <see cref="WellKnownDomains"/>, with the sandbox its own.</summary>
    public ImmutableArray<string>? MailDomains { get; init; }

    /// <summary>Gets the zones of the block lists that are asked; null when not set: <see cref="WellKnownLists"/>, with the sandbox its own.</summary>
    public ImmutableArray<string>? BlockLists { get; init; }

    /// <summary>Gets how long the service waits between two looks; zero looks only when it is asked to. Default: 1 h, since what others see of us changes in days, and a look knocks at a stranger's door.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>The small internet that <c>--sandbox</c> starts.</summary>
/// <param name="RoundTrip">How long a round trip to its hosts takes. Default: 0.</param>
/// <param name="Tls">Whether its hosts offer TLS. Default: true.</param>
/// <param name="Port">The port of its DNS and SMTP hosts; 0, the default, takes free ones.</param>
internal sealed record SandboxSettings(TimeSpan RoundTrip, bool Tls, int Port);
