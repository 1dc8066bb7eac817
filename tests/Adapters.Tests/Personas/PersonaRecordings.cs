using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using EmailVerify.Adapters.Smtp;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Sandbox;
using EmailVerify.Sandbox.Personas;

namespace EmailVerify.Adapters.Tests.Personas;

/// <summary>
/// The first conversation about each address of the small internet, recorded where Core's tests replay it. After a change of personas:
/// <c>RECORD_CONVERSATIONS=1 dotnet test --project tests/Adapters.Tests -- --filter-class '*PersonaRecordings'</c>.
/// </summary>
public sealed class PersonaRecordings
{
    private static readonly Egress Us = new("eg-1", null, "probe.example", "verify@probe.example");

    // What hangs until a step's time is over is no conversation.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(3);
    private static readonly ProbeTimeouts Short = new() { Connect = TimeSpan.FromSeconds(1), Banner = Step, Command = Step, Starttls = Step, Rcpt = Step };

    // The conversations that end without a usable reply.
    private static readonly string[] Lost = ["hang-at-rcpt", "cut-at-rcpt", "cut-mid-line"];

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Personas_ThatConverse_AreRecorded()
    {
        if (Environment.GetEnvironmentVariable("RECORD_CONVERSATIONS") is "1")
            await RecordAsync();

        // A persona that was changed, renamed or removed since has other examples than its recordings.
        var expected = SandboxInternet.Personas
            .Where(persona => persona.Server.Conduct is Conduct.Smtp && !Lost.Contains(persona.Name, StringComparer.Ordinal))
            .SelectMany(persona => Conversations(persona).Select((one, at) => (Name: FormattableString.Invariant($"{persona.Name}@{at + 1}"), one.Address.Canonical)))
            .ToDictionary(one => one.Name, one => one.Canonical, StringComparer.Ordinal);
        var recorded = Directory.EnumerateFiles(Folder(), "*.smtp").ToDictionary(file => Path.GetFileNameWithoutExtension(file), AskedIn, StringComparer.Ordinal);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), recorded.Keys.Order(StringComparer.Ordinal));
        Assert.All(recorded, one => Assert.Equal(expected[one.Key], one.Value ?? expected[one.Key]));
    }

    // Nobody is asked about where the host turned us away before.
    private static string? AskedIn(string file) => File.ReadLines(file).FirstOrDefault(line => line.StartsWith("@ ask ", StringComparison.Ordinal))?.Split(' ')[2];

    private static async Task RecordAsync()
    {
        Directory.CreateDirectory(Folder());
        foreach (var old in Directory.EnumerateFiles(Folder(), "*.smtp"))
            File.Delete(old);
        foreach (var persona in SandboxInternet.Personas)
        {
            var number = 0;
            foreach (var (address, hosts) in Conversations(persona))
            {
                // Each from the beginning: nobody has been greylisted, counted or blocked yet.
                await using var sandbox = await SandboxInternet.StartAsync(new SandboxOptions { Tarpit = TimeSpan.Zero, Load = null }, TimeProvider.System, Ends);
                var exchangers = hosts
                    .Select(host => new Exchanger(host.Name, host.Preference, sandbox.AddressOf(host.Name) is { } ip ? [ip] : []))
                    .Where(exchanger => !exchanger.Addresses.IsEmpty)
                    .ToImmutableArray();
                if (!exchangers.IsEmpty && await RecordAsync(sandbox, exchangers, address) is { } script)
                    await File.WriteAllTextAsync(Path.Combine(Folder(), $"{persona.Name}@{++number}.smtp"), Renumbered(script, exchangers), Ends);
            }
        }
    }

    // Which loopback address a host gets depends on all personas before it.
    private static string Renumbered(string script, ImmutableArray<Exchanger> exchangers) => exchangers.Index().Reverse().Aggregate(
        script, (text, host) => text.Replace(host.Item.Addresses[0].ToString(), FormattableString.Invariant($"192.0.2.{host.Index + 1}"), StringComparison.Ordinal));

    private static async Task<string?> RecordAsync(SandboxInternet sandbox, ImmutableArray<Exchanger> exchangers, EmailAddress address)
    {
        var (head, script) = (new StringBuilder("@ reads rules\n"), new StringBuilder());
        foreach (var exchanger in exchangers)
            head.Append(FormattableString.Invariant($"@ host {exchanger.Host} {exchanger.Addresses[0]}\n"));
        var dialer = new RecordingDialer(new SocketDialer(sandbox.SmtpPort, IPAddress.IsLoopback, TimeProvider.System), script);
        var setup = new SessionSetup(Us, new ProviderPolicy { Name = "test" }, TlsMode.Opportunistic, Short);
        var opening = await new SessionOpener(dialer, ReplyRules.Default.Read, TimeProvider.System).OpenAsync(exchangers, setup, Ends);
        head.Append("@ open\n");
        if (opening is SessionOpening.Failed failed)
        {
            head.Append("= ").Append(Tell(failed.Outcome)).Append('\n');
            return failed.Outcome is ProbeOutcome.Lost ? null : $"{(dialer.HasUnsolicited ? "@ only Whole\n" : string.Empty)}{head}{script}";
        }

        var session = (SmtpSession)((SessionOpening.Ready)opening).Session;
        head.Append(FormattableString.Invariant($"= ready {session.Exchanger.Host} {session.Tls ?? "clear"}\n"));
        var outcome = await session.AskAsync(address, new Decoys(), Ends);
        head.Append(FormattableString.Invariant($"@ ask {address.Canonical} decoys\n= {Tell(outcome)}\n"));
        await session.QuitAsync();
        head.Append("@ quit\n");
        return outcome is ProbeOutcome.Lost ? null : $"{(dialer.HasUnsolicited ? "@ only Whole\n" : string.Empty)}{head}{script}";
    }

    // As TranscriptTests of Core tell it where the rules read.
    private static string Tell(ProbeOutcome? outcome) => outcome switch
    {
        null => "not asked",
        ProbeOutcome.Answered answered =>
            $"answered {answered.Reply.Code} {answered.Finding.Meaning} {answered.Finding.Rule}{string.Concat(answered.Decoys.Select(decoy => $" decoy={decoy.Reply.Code} {decoy.Finding.Meaning}"))}",
        ProbeOutcome.Refused refused => $"refused {refused.Trace.Stage} {refused.Reply.Code} {refused.Finding.Meaning} {refused.Finding.Rule} by {refused.Trace.Exchanger}",
        ProbeOutcome.Lost => "lost",
        ProbeOutcome.Smtputf8Missing => "smtputf8 missing",
        _ => throw new ArgumentException("No outcome."),
    };

    private static IEnumerable<(EmailAddress Address, (string Name, int Preference)[] Hosts)> Conversations(Persona persona)
    {
        foreach (var example in persona.Examples)
        {
            if (!EmailAddress.TryParse(example.Address, out var address))
                continue;
            if (persona.Domains.FirstOrDefault(candidate => string.Equals(candidate.Name, address.Domain, StringComparison.Ordinal)) is not { Dns: DnsManner.Answer } domain)
                continue;
            var hosts = domain.Mx
                .Select(record => record.Split(' '))
                .Select(record => (Name: record[1], Preference: int.Parse(record[0], CultureInfo.InvariantCulture)))
                .Where(host => host.Name is not ".")
                .OrderBy(host => host.Preference)
                .ToArray();
            if (hosts.Length > 0 && hosts.Any(host => persona.Hosts.Any(own => own.Address is "own" && string.Equals(own.Name, host.Name, StringComparison.Ordinal))))
                yield return (address, hosts);
        }
    }

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "../../Core.Tests/Probes/Transcripts/Personas");

    private sealed class Decoys : ISessionPermits
    {
        public bool WishesDecoys => true;

        public ValueTask PaceAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<string?> DecoyAsync(int number) => ValueTask.FromResult<string?>(number == 0 ? "bolita42" : "ramo.tesk");
    }
}
