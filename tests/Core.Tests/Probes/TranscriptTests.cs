using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Probes;

/// <summary>Plays every transcript, its octets whole, line by line and octet by octet: the outcome is the same.</summary>
public sealed class TranscriptTests
{
    private static readonly Egress Us = new("eg-1", null, "probe.example", "verify@probe.example");

    private static readonly ImmutableArray<Exchanger> Route =
    [
        new("mx1.example", 10, [IPAddress.Parse("192.0.2.1")]),
        new("mx2.example", 20, [IPAddress.Parse("192.0.2.2"), IPAddress.Parse("192.0.2.3")]),
    ];

    public static TheoryData<string, Pieces> Transcripts()
    {
        var data = new TheoryData<string, Pieces>();
        foreach (var file in Directory.EnumerateFiles(Folder(), "*.smtp", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var only = File.ReadLines(file).FirstOrDefault(line => line.StartsWith("@ only ", StringComparison.Ordinal))?.Split(' ')[2];
            foreach (var pieces in only is null ? Enum.GetValues<Pieces>() : [Enum.Parse<Pieces>(only)])
                data.Add(Path.GetRelativePath(Folder(), file)[..^5], pieces);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Transcripts))]
    public async Task Session_PlayedFromATranscript_EndsAsWritten(string name, Pieces pieces)
    {
        var transcript = Transcript.Load(Path.Combine(Folder(), name + ".smtp"), pieces);
        var setup = new SessionSetup(Us, new ProviderPolicy { Name = "test" }, TlsMode.Opportunistic, new ProbeTimeouts());
        SmtpSession? session = null;
        var (route, read, shownRules) = (Route, (Func<ReplyContext, ReplyFinding>)FakeReading.Read, false);
        while (transcript.Deeds.TryDequeue(out var deed))
        {
            var words = deed.Text.Split(' ');
            string? told = null;
            switch (words[0])
            {
                case "only":
                    break;
                case "reads":
                    (route, read, shownRules) = ([], ReplyRules.Default.Read, true);
                    break;
                case "host":
                    route = route.Add(new Exchanger(words[1], route.Length, [IPAddress.Parse(words[2])]));
                    break;
                case "tls":
                    setup = setup with { Tls = Enum.Parse<TlsMode>(words[1]) };
                    break;
                case "policy":
                    setup = setup with { Policy = Adjust(setup.Policy, words[1], words.ElementAtOrDefault(2)) };
                    break;
                case "open":
                    var opening = await new SessionOpener(transcript, read, transcript.Clock).OpenAsync(route, setup, TestContext.Current.CancellationToken);
                    session = (SmtpSession?)(opening as SessionOpening.Ready)?.Session;
                    told = opening is SessionOpening.Failed failed ? Tell(failed.Outcome, shownRules) : $"ready {session!.Exchanger.Host} {session.Tls ?? "clear"}";
                    break;
                case "ask":
                    Assert.True(EmailAddress.TryParse(words[1], out var target));
                    var decoys = words.Contains("decoys") ? new FakePermits(ordinal => ordinal == 0 ? "bolita42" : "ramo.tesk") : null;
                    told = Tell(await session!.AskAsync(target, decoys, TestContext.Current.CancellationToken), shownRules);
                    break;
                case "state":
                    told = $"{(session!.CanContinue ? "open" : $"{session.Ending!.Cause} {session.Ending.Reply?.Code}".TrimEnd())} recipients={session.Recipients} refusals={session.Refusals}";
                    break;
                case "quit":
                    await session!.QuitAsync();
                    break;
                default:
                    Assert.Fail($"No such deed: {deed}");
                    break;
            }

            if (told is not null)
                Assert.Equal(Assert.IsType<TranscriptLine>(transcript.Deeds.Dequeue()).ToString(), $"= {told}");
        }

        transcript.AssertPlayed();
    }

    private static ProviderPolicy Adjust(ProviderPolicy policy, string name, string? value) => name switch
    {
        "demands-tls" => policy with { DemandsTls = true },
        "pipelines-rcpt" => policy with { PipelinesRcpt = true },
        "recipients" => policy with { RecipientsPerSession = int.Parse(value!, CultureInfo.InvariantCulture) },
        "refusals" => policy with { RefusalsPerSession = int.Parse(value!, CultureInfo.InvariantCulture) },
        _ => throw new ArgumentException(name),
    };

    private static string Tell(ProbeOutcome? outcome, bool shownRules) => outcome switch
    {
        null => "not asked",
        ProbeOutcome.Answered answered when shownRules => $"answered {answered.Reply.Code} {answered.Finding.Meaning} {answered.Finding.Rule}{string.Concat(answered.Decoys.Select(decoy => $" decoy={decoy.Reply.Code} {decoy.Finding.Meaning}"))}",
        ProbeOutcome.Refused refused when shownRules => $"refused {refused.Trace.Stage} {refused.Reply.Code} {refused.Finding.Meaning} {refused.Finding.Rule} by {refused.Trace.Exchanger}",
        ProbeOutcome.Answered answered => $"answered {answered.Reply.Code} {answered.Finding.Meaning}{string.Concat(answered.Decoys.Select(decoy => $" decoy={decoy.Reply.Code}"))}",
        ProbeOutcome.Refused refused => $"refused {refused.Trace.Stage} {refused.Reply.Code} by {refused.Trace.Exchanger}",
        ProbeOutcome.Lost lost => $"lost {lost.Trace.Stage} {lost.Cause} after {lost.Trace.Duration.TotalSeconds}",
        ProbeOutcome.Smtputf8Missing => "smtputf8 missing",
        _ => throw new ArgumentException("No outcome."),
    };

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "Transcripts");
}
