using System.Collections.Immutable;
using System.Globalization;
using EmailVerify.Core;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Hosting;

/// <summary>Every setting there is, in one list: what is read must stand here, what does not is refused at the start, and people are told from here what each one means.</summary>
internal static class SettingList
{
    /// <summary>Stands in a key for a number from 0.</summary>
    public const string Number = "N";

    /// <summary>Stands in a key for the reason of a verdict.</summary>
    public const string Reason = "REASON";

    /// <summary>The settings, in the order in which a person meets them.</summary>
    public static readonly ImmutableArray<Setting> All =
    [
        new("Profile", "How the service is run: embedded, one process with its own database in a folder; or cluster, any number of processes that share a PostgreSQL database.", static _ => "embedded"),
        new("Data", "The folder with the database and the installation's secrets; with the sandbox and none set, a temporary one. A cluster has none.", static read => read.Data),
        new("ConnectionStrings:Postgres", "Where the database of a cluster is, as Npgsql reads it: Host=…;Database=…;Username=…;Password=….", static _ => null) { IsSecret = true },
        new("ConnectionStrings:Reports", "Where a standby of that database is, for downloads, histories, trends and exports; without it, the database itself is asked.", static _ => null) { IsSecret = true },
        new("ConnectionStrings:Redis", "Where Redis is; this version does not need it.", static _ => null) { IsSecret = true },
        new("Cluster:Id", "Which processes that share a database are one cluster.", static _ => ClusterOptions.DefaultId),
        new("Cluster:Address", "The IP address at which the other processes of the cluster reach this one; without it, the one that this machine has towards the database.", static _ => null),
        new("Cluster:Port", "The port at which they reach it; without it, a free one. Set it where a firewall stands between them.", static _ => null),
        new("AdminKey", "A key of 24 to 512 characters with every scope that is not stored, for the first steps and for machines that are set up from files.", static _ => null) { IsSecret = true },
        new("Egresses:N:Name", "What an identity is called in evidence and on the pages; eg-0, eg-1 … by itself.", static read => OfSandbox(read, egress => egress.Name)),
        new("Egresses:N:Address", "The local IP address to connect from; without one the system chooses. With a proxy, the public address of the proxy.", static _ => null),
        new("Egresses:N:HeloName", "The name that we greet mail servers with: it must resolve to the address, and the address to it.", static read => OfSandbox(read, egress => egress.HeloName)),
        new("Egresses:N:MailFrom", "The sender that we name: a mailbox that exists, since some servers ask for it.", static read => OfSandbox(read, egress => egress.MailFrom)),
        new("Egresses:N:Socks5", "A SOCKS5 proxy to connect through, as socks5://host:port or socks5://user:password@host:port; without one mail servers are connected to directly.", static _ => null) { IsSecret = true },
        new("Dns:Servers:N", "A DNS server to ask, as ip or ip:port; several may also stand in Dns:Servers with commas; without any, the system's.", static read => Joined(read.World.Dns.Servers.Select(server => server.ToString()))),
        new("Smtp:Port", "The port of mail servers.", static read => Text(read.World.SmtpPort)),
        new("Smtp:Tls", "When sessions are encrypted: opportunistic where it is offered, demanded only where the host demands it, or required.", static read => Words.Of(read.Options.Smtp.Tls)),
        new("Smtp:AllowPrivateAddresses", "Whether mail servers with private addresses are connected to: false, true, or networks such as 10.1.0.0/16.", static read => read.Options.Sandbox is null ? "false" : "the sandbox's own network"),
        new("Lanes:Enforce", "Whether the limits hold that protect other people's mail servers; false is for load tests against private addresses only.", static read => Text(read.Options.EnforcesLanes)),
        new("Lanes:MaxSessions", "How many SMTP sessions batches have open at once over all providers, with some 50 KB of memory each.", static read => Text(read.Options.MaxSessions)),
        new("Doctor:MailDomains:N", "A domain of a large mail provider that the doctor asks the DNS about and whose mail host it greets; at most three are used.", static read => Joined(read.World.MailDomains)),
        new("Doctor:BlockLists:N", "The zone of a block list that is asked about our egresses; none in Doctor:BlockLists asks none.", static read => Joined(read.World.BlockLists)),
        new("Doctor:Every", "How long the service waits between two looks of the doctor; 0s looks only when asked.", static read => HumanDuration.Write(read.Options.Doctor.Every)),
        new("Retries:Schedule", "The pauses between the tries of an address that was put off, in order, with commas between.", static read => Joined(read.Options.Schedule.Steps.Select(HumanDuration.Write))),
        new("Verdicts:Fresh:REASON", "For how long a verdict with this reason is served again without asking.", static _ => null),
        new("Verifications:KeepFor", "How long verifications are kept, with their verdicts and evidence, from 28d to 3650d; in a cluster they go with the last of their month.", static read => HumanDuration.Write(read.Options.Retention.Verifications)),
        new("Providers:Overrides", "A file that changes what is known of providers, or adds some, in the form of schema/rules/providers.json.", static _ => null),
        new("Addresses:Lists:Disposable", "A file of domains, one a line, that are taken for disposable.", static _ => null),
        new("Addresses:Lists:NotDisposable", "A file of domains that are not taken for disposable, whatever our lists say.", static _ => null),
        new("Addresses:Lists:Free", "A file of domains that give anybody a mailbox for free.", static _ => null),
        new("Sandbox:RoundTrip", "How long a round trip to the sandbox's hosts takes, up to 10s.", static _ => "0s"),
        new("Sandbox:Tls", "Whether the sandbox's hosts offer TLS.", static _ => "true"),
        new("Sandbox:Port", "The port of the sandbox's DNS and SMTP hosts; 0 takes free ones.", static _ => "0"),
    ];

    /// <summary>Finds the setting of a key as it stands in a configuration: with a number for each N, whatever the case.</summary>
    public static Setting? Find(string key) => All.FirstOrDefault(setting => setting.Fits(key));

    /// <summary>Says whether a key is one of a list or table of settings as a whole, such as <c>Dns:Servers</c>, where a text or nothing may stand.</summary>
    public static bool IsWhole(string key) => All.Any(setting => setting.Whole?.Equals(key, StringComparison.OrdinalIgnoreCase) is true);

    /// <summary>Gets the key that was probably meant by one that is no setting's, with the numbers that were given; null where none is near.</summary>
    public static string? Nearest(string key)
    {
        var numbers = new Queue<string>(key.Split(':').Where(part => part.All(char.IsAsciiDigit)));
        var form = string.Join(':', key.Split(':').Select(part => part.All(char.IsAsciiDigit) ? Number : part));
        return NearWord.Of(form, All.Select(setting => setting.Key)) is { } near
            ? string.Join(':', near.Split(':').Select(part => part is Number && numbers.TryDequeue(out var number) ? number : part))
            : null;
    }

    /// <summary>Gets the settings in read, each with its value. What is secret has none.</summary>
    /// <param name="configuration">All of the configuration.</param>
    /// <param name="read">What was made of it.</param>
    public static ImmutableArray<SettingInForce> InForce(IConfiguration configuration, SettingsRead read)
    {
        var root = configuration.GetSection(OptionsReader.Section);
        var configured = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        Collect(root, string.Empty, configured);
        var all = ImmutableArray.CreateBuilder<SettingInForce>();
        foreach (var setting in All)
        {
            // A list may also be one text.
            var whole = setting.Key.EndsWith(':' + Number, StringComparison.Ordinal) ? setting.Whole : null;
            var given = configured.Where(pair => setting.Fits(pair.Key) || pair.Key.Equals(whole, StringComparison.OrdinalIgnoreCase))
                .OrderBy(pair => pair.Key.Length).ThenBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).ToArray();
            if (setting.Key.EndsWith(Reason, StringComparison.Ordinal))
                all.AddRange(OfReasons(setting, configured, read.Options.Fresh));
            else if (given.Length == 0)
                all.Add(new SettingInForce(setting, setting.Key, setting.IsSecret ? null : setting.Default(read), IsConfigured: false));
            else
                all.AddRange(given.Select(pair => new SettingInForce(setting, pair.Key, setting.IsSecret ? null : pair.Value, IsConfigured: true)));
        }

        return all.DrainToImmutable();
    }

    private static IEnumerable<SettingInForce> OfReasons(Setting setting, Dictionary<string, string> configured, Freshness fresh) =>
        fresh.ByReason.OrderBy(pair => pair.Key).Select(pair => (Key: setting.Key.Replace(Reason, Words.Of(pair.Key), StringComparison.Ordinal), pair.Value))
            .Select(one => new SettingInForce(setting, one.Key, HumanDuration.Write(one.Value), configured.ContainsKey(one.Key)));

    // What is empty is not set.
    private static void Collect(IConfigurationSection section, string path, Dictionary<string, string> configured)
    {
        foreach (var child in section.GetChildren())
        {
            var key = path.Length == 0 ? child.Key : $"{path}:{child.Key}";
            if (child.Value is { Length: > 0 } text)
                configured[key] = text;
            Collect(child, key, configured);
        }
    }

    // The sandbox brings an egress along where none is configured.
    private static string? OfSandbox(SettingsRead read, Func<Egress, string> part) =>
        read.Options.Egresses.IsEmpty && read.World.Lanes.Egresses is [var own, ..] ? part(own) : null;

    private static string Joined(IEnumerable<string> texts) => string.Join(", ", texts);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(bool flag) => flag ? "true" : "false";
}

/// <summary>A setting.</summary>
/// <param name="Key">Its key below <c>EmailVerify:</c>.</param>
/// <param name="Meaning">What it means, in one sentence.</param>
/// <param name="Default">Its value where none is configured.</param>
internal sealed record Setting(string Key, string Meaning, Func<SettingsRead, string?> Default)
{
    private readonly string[] parts = Key.Split(':');

    /// <summary>Gets a value indicating whether nobody is shown its value.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Gets the key of the list or table that it is a part of, or null.</summary>
    public string? Whole { get; } = Array.FindIndex(Key.Split(':'), IsPlaceholder) is > 0 and var at ? string.Join(':', Key.Split(':')[..at]) : null;

    /// <summary>Says whether a key of a configuration is this one's.</summary>
    public bool Fits(string key)
    {
        var given = key.Split(':');
        return given.Length == parts.Length && given.Zip(parts).All(static pair => IsPlaceholder(pair.Second) || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsPlaceholder(string part) => part is SettingList.Number or SettingList.Reason;
}

/// <summary>A setting and its value.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Key">Its key, with a number or a word where the setting's own has a placeholder.</param>
/// <param name="Value">The value; null where there is none, or it is secret.</param>
/// <param name="IsConfigured">Whether it was configured; else it is the default.</param>
internal sealed record SettingInForce(Setting Setting, string Key, string? Value, bool IsConfigured);

/// <summary>What was made of a configuration.</summary>
/// <param name="Options">What was read.</param>
/// <param name="World">Where questions go by that.</param>
/// <param name="Data">The path of the data folder; null in a cluster.</param>
internal sealed record SettingsRead(EmailVerifyOptions Options, World World, string? Data);
