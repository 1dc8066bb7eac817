using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Keys;

namespace EmailVerify.Host.Hosting;

/// <summary>Reads the configuration under <c>EmailVerify:</c>, and says all that is wrong with it at once. Unknown keys are refused: a misspelt one would be silently without effect.</summary>
internal sealed partial class OptionsReader
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "EmailVerify";

    // More steps than verdicts keep evidence for would lose some of it.
    private const int MaxRetries = Verification.MaxEvidence - 1;
    private const int MaxEgresses = 256;
    private const int MostSessions = 100_000;

    private const int MostNames = 20;

    private const string Listed = " Every setting is listed at /help/operate#settings of a running service.";

    private static readonly TimeSpan SoonestLook = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(24);

    private readonly IConfigurationSection root;
    private readonly List<string> errors = [];

    private OptionsReader(IConfigurationSection root) => this.root = root;

    /// <summary>Reads the configuration.</summary>
    /// <param name="configuration">All of it.</param>
    /// <param name="sandbox">Whether <c>--sandbox</c> was given.</param>
    /// <exception cref="OptionsRefusedException">Something is wrong; it names everything that is.</exception>
    public static EmailVerifyOptions Read(IConfiguration configuration, bool sandbox)
    {
        var reader = new OptionsReader(configuration.GetSection(Section));
        var options = reader.Read(sandbox);
        var known = reader.errors.Count;
        reader.RefuseUnknown(reader.root);
        if (reader.errors.Count > known)
            reader.errors[^1] += Listed;
        return reader.errors.Count == 0 ? options : throw new OptionsRefusedException([.. reader.errors]);
    }

    private EmailVerifyOptions Read(bool sandbox)
    {
        var smtp = new SmtpOptions
        {
            Port = Number("Smtp:Port", 1, ushort.MaxValue),
            Tls = Word("Smtp:Tls", TlsMode.Opportunistic),
            Addresses = Addresses(),
        };
        var enforces = Flag("Lanes:Enforce") ?? true;
        if (!enforces && (smtp.Addresses is null || smtp.Addresses == AddressPolicy.PublicOnly))
            Wrong("Lanes:Enforce", "false lifts the limits that protect other people's mail servers: it needs Smtp:AllowPrivateAddresses, and then only private addresses are connected to");
        var small = new SandboxSettings(Duration("Sandbox:RoundTrip", TimeSpan.FromSeconds(10)) ?? TimeSpan.Zero, Flag("Sandbox:Tls") ?? true, Number("Sandbox:Port", 0, ushort.MaxValue) ?? 0);
        return new EmailVerifyOptions
        {
            Cluster = Cluster(),
            Data = Text("Data"),
            AdminKey = AdminKey(sandbox),
            DnsServers = Servers(),
            Smtp = smtp,
            Egresses = Egresses(),
            Schedule = Schedule(sandbox ? EmailVerifyOptions.SandboxSchedule : RetrySchedule.Default),
            Fresh = Fresh(),
            Retention = Retention(),
            EnforcesLanes = enforces,
            MaxSessions = Number("Lanes:MaxSessions", 1, MostSessions) ?? SessionSlots.Most,
            Providers = Providers(),
            Lists = new OperatorLists(Domains("Addresses:Lists:Disposable"), Domains("Addresses:Lists:NotDisposable"), Domains("Addresses:Lists:Free")),
            Doctor = Doctor(),
            Sandbox = sandbox ? small : null,
        };
    }

    // What only a cluster needs may also stand where there is none: the profile alone decides.
    private ClusterOptions? Cluster()
    {
        const string Key = "ConnectionStrings:Postgres";
        IPAddress? address = null;
        if (Text("Cluster:Address") is { } text && !IPAddress.TryParse(text, out address))
            Wrong("Cluster:Address", $"\"{text}\" is no IP address");
        var id = Text("Cluster:Id") ?? ClusterOptions.DefaultId;
        if (!NameForm().IsMatch(id))
            Wrong("Cluster:Id", "must be letters, digits and hyphens, at most 32");
        var postgres = Text(Key);
        var cluster = new ClusterOptions(postgres ?? string.Empty)
        {
            Reports = Text("ConnectionStrings:Reports"),
            Redis = Text("ConnectionStrings:Redis"),
            Id = id,
            Address = address,
            Port = Number("Cluster:Port", 1, ushort.MaxValue),
        };
        if (Word("Profile", Profile.Embedded) is Profile.Embedded)
            return null;
        if (postgres is null)
            Wrong(Key, "is missing: the profile cluster keeps everything in PostgreSQL. It is a connection string such as Host=db.example.com;Database=emailverify;Username=emailverify;Password=…");
        return cluster;
    }

    private string? AdminKey(bool sandbox)
    {
        var key = Text("AdminKey");
        if (key is null)
            return sandbox ? ConfiguredKey.Sandbox : null;
        if (key.Length is < ConfiguredKey.MinLength or > ApiKeyText.MaxLength || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            Wrong("AdminKey", $"must be visible ASCII without blanks, from {ConfiguredKey.MinLength} to {ApiKeyText.MaxLength} characters: whoever guesses it may do everything");
        if (key is ConfiguredKey.Sandbox && !sandbox)
            Wrong("AdminKey", "is the documented key of the sandbox, which everybody knows: it is accepted with --sandbox only");
        return key;
    }

    private AddressPolicy? Addresses()
    {
        const string Key = "Smtp:AllowPrivateAddresses";
        if (Text(Key) is not { } text)
            return null;
        if (AddressPolicy.TryParse(text, out var policy))
            return policy;
        Wrong(Key, $"\"{text}\" is neither true nor false nor networks such as 10.1.0.0/16");
        return null;
    }

    private ImmutableArray<IPEndPoint> Servers()
    {
        var servers = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (var (key, text) in List("Dns:Servers"))
        {
            // A port of 0 is what the parser gives where none is written.
            if (IPEndPoint.TryParse(text, out var server))
                servers.Add(server.Port == 0 ? new IPEndPoint(server.Address, 53) : server);
            else
                Wrong(key, $"\"{text}\" is neither an IP address nor ip:port");
        }

        return servers.ToImmutable();
    }

    private ImmutableArray<Egress> Egresses()
    {
        var egresses = ImmutableArray.CreateBuilder<Egress>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var children = root.GetSection("Egresses").GetChildren().ToArray();
        if (children.Length > MaxEgresses)
            Wrong("Egresses", string.Create(CultureInfo.InvariantCulture, $"has more than {MaxEgresses} entries"));
        foreach (var child in children.Take(MaxEgresses))
        {
            var at = "Egresses:" + child.Key;
            var name = Text(at + ":Name") ?? "eg-" + child.Key;
            if (!NameForm().IsMatch(name))
                Wrong(at + ":Name", "must be letters, digits and hyphens, at most 32");
            if (!names.Add(name))
                Wrong(at + ":Name", $"\"{name}\" is there twice");
            IPAddress? address = null;
            if (Text(at + ":Address") is { } text && !IPAddress.TryParse(text, out address))
                Wrong(at + ":Address", $"\"{text}\" is no IP address");
            Socks5Proxy? proxy = null;
            if (Text(at + ":Socks5") is { } socks && !Socks5Proxy.TryParse(socks, out proxy))
                Wrong(at + ":Socks5", "must be socks5://host:port or socks5://user:password@host:port, where what is special in user name and password is percent-encoded; it may be secret and is not repeated here");
            var helo = Required(at + ":HeloName");
            var isHelo = helo is not null && HostForm().IsMatch(helo);
            if (helo is not null && !isHelo)
                Wrong(at + ":HeloName", $"\"{helo}\" is no full host name, such as mail.example.com");
            var sender = Required(at + ":MailFrom");
            var isSender = Egress.IsMailFrom(sender);
            if (sender is not null && !isSender)
                Wrong(at + ":MailFrom", "must be an email address such as probe@mail.example.com");
            if (isHelo && isSender)
                egresses.Add(new Egress(name, address, helo!, sender!) { Socks5 = proxy });
        }

        return egresses.ToImmutable();
    }

    private DoctorOptions Doctor()
    {
        const string Key = "Doctor:Every";
        var every = Duration(Key, TimeSpan.FromDays(7)) ?? new DoctorOptions().Every;
        if (every > TimeSpan.Zero && every < SoonestLook)
            Wrong(Key, "must be 5m or more, or 0s to look only when asked: each look knocks at a mail host");
        return new DoctorOptions { MailDomains = Names("Doctor:MailDomains", mayBeNone: false), BlockLists = Names("Doctor:BlockLists", mayBeNone: true), Every = every };
    }

    private ImmutableArray<string>? Names(string key, bool mayBeNone)
    {
        if (mayBeNone && Text(key) is "none")
            return [];
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var (at, text) in List(key))
        {
            var name = text.ToLowerInvariant();
            if (HostName.IsValid(name) && name.Contains('.', StringComparison.Ordinal))
                names.Add(name);
            else
                Wrong(at, $"\"{text}\" is no domain, such as example.com");
        }

        if (names.Count > MostNames)
            Wrong(key, string.Create(CultureInfo.InvariantCulture, $"has more than {MostNames} names"));
        return names.Count == 0 ? null : names.ToImmutable();
    }

    private RetrySchedule Schedule(RetrySchedule otherwise)
    {
        const string Key = "Retries:Schedule";
        if (Text(Key) is not { } text)
            return otherwise;
        var steps = ImmutableArray.CreateBuilder<TimeSpan>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (HumanDuration.TryParse(part, out var step) && step > TimeSpan.Zero && step <= LongestRetry)
                steps.Add(step);
            else
                Wrong(Key, $"\"{part}\" is no duration up to 24h, such as 6m or 1h");
        }

        if (steps.Count > MaxRetries)
            Wrong(Key, string.Create(CultureInfo.InvariantCulture, $"has more than {MaxRetries} steps"));
        return steps.Count > 0 ? new RetrySchedule(steps.ToImmutable()) : otherwise;
    }

    private Freshness Fresh()
    {
        const string Key = "Verdicts:Fresh";
        var fresh = Freshness.Default.ByReason;
        foreach (var child in root.GetSection(Key).GetChildren())
        {
            var at = $"{Key}:{child.Key}";
            var duration = Duration(at, TimeSpan.FromDays(366));
            if (!Words.TryParse<VerdictReason>(child.Key, out var reason))
                Wrong(at, "is no reason of a verdict");
            else if (!fresh.ContainsKey(reason))
                Wrong(at, "is a reason of unknown, which is never served again");
            else if (duration is { } given)
                fresh = fresh.SetItem(reason, given);
        }

        return new Freshness(fresh);
    }

    private Retention Retention()
    {
        const string Key = "Verifications:KeepFor";
        if (Duration(Key, Core.Verdicts.Retention.Longest) is not { } kept)
            return Core.Verdicts.Retention.Default;
        if (kept < Core.Verdicts.Retention.Shortest)
            Wrong(Key, string.Create(CultureInfo.InvariantCulture, $"is less than {Core.Verdicts.Retention.Shortest.Days}d"));
        return new Retention(kept);
    }

    private ProviderCatalog Providers() => FromFile("Providers:Overrides", file => ProviderCatalog.Default.With(file.ReadToEnd()), ProviderCatalog.Default);

    private IReadOnlyCollection<string> Domains(string key) => FromFile(key, OperatorLists.ReadDomains, []);

    private T FromFile<T>(string key, Func<TextReader, T> read, T otherwise)
    {
        if (Text(key) is not { } path)
            return otherwise;
        try
        {
            using var file = new StreamReader(path);
            return read(file);
        }
        catch (FormatException failure)
        {
            Wrong(key, $"\"{path}\" cannot be used: {failure.Message.TrimEnd('.')}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Wrong(key, $"\"{path}\" cannot be read: {failure.Message.TrimEnd('.')}");
        }

        return otherwise;
    }

    private int? Number(string key, int lowest, int highest)
    {
        if (Text(key) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= lowest && number <= highest)
            return number;
        Wrong(key, string.Create(CultureInfo.InvariantCulture, $"\"{text}\" is no number from {lowest} to {highest}"));
        return null;
    }

    private bool? Flag(string key)
    {
        if (Text(key) is not { } text)
            return null;
        if (bool.TryParse(text, out var flag))
            return flag;
        Wrong(key, $"\"{text}\" is neither true nor false");
        return null;
    }

    private TimeSpan? Duration(string key, TimeSpan longest)
    {
        if (Text(key) is not { } text)
            return null;
        if (HumanDuration.TryParse(text, out var duration) && duration <= longest)
            return duration;
        Wrong(key, $"\"{text}\" is no duration, such as 40ms, 6m or 14d, or too long");
        return null;
    }

    private TEnum Word<TEnum>(string key, TEnum otherwise)
        where TEnum : struct, Enum
    {
        if (Text(key) is not { } text)
            return otherwise;
        if (Words.TryParse<TEnum>(text.ToLowerInvariant(), out var value))
            return value;
        Wrong(key, $"\"{text}\" is none of {string.Join(", ", Words.All<TEnum>())}");
        return otherwise;
    }

    private string? Required(string key)
    {
        var text = Text(key);
        if (text is null)
            Wrong(key, "is missing: an egress needs a HELO name and a sender");
        return text;
    }

    // A list is written with indexes, or as one text with commas.
    private IEnumerable<(string Key, string Text)> List(string key)
    {
        if (Text(key) is { } single)
        {
            foreach (var part in single.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                yield return (key, part);
        }

        foreach (var child in root.GetSection(key).GetChildren())
        {
            var at = $"{key}:{child.Key}";
            yield return (at, Text(at) ?? string.Empty);
        }
    }

    // Whoever reads a setting adds it to the list, or nobody would be told of it.
    private string? Text(string key) => SettingList.Find(key) is null && !SettingList.IsWhole(key)
        ? throw new InvalidOperationException($"The setting {key} is not in the list.")
        : root[key] is { Length: > 0 } text ? text : null;

    private void RefuseUnknown(IConfigurationSection section)
    {
        foreach (var child in section.GetChildren())
        {
            var key = child.Path[(root.Path.Length + 1)..];
            if (child.Value is not null && SettingList.Find(key) is null && !SettingList.IsWhole(key))
                errors.Add($"{Section}:{key} is no setting of this version.{(SettingList.Nearest(key) is { } near ? $" Did you mean {Section}:{near}?" : string.Empty)}");
            RefuseUnknown(child);
        }
    }

    private void Wrong(string key, string what) => errors.Add($"{Section}:{key} {what}.");

    [GeneratedRegex("^[A-Za-z0-9-]{1,32}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameForm();

    // RFC 5321 2.3.5: a fully qualified name; an address literal says to most hosts that nobody set the machine up.
    [GeneratedRegex(@"^(?=.{4,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HostForm();
}

/// <summary>The configuration is wrong; the start is refused.</summary>
internal sealed class OptionsRefusedException(ImmutableArray<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>Gets a sentence for each thing that is wrong.</summary>
    public ImmutableArray<string> Errors { get; } = errors;
}
