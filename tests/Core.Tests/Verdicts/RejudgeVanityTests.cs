using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Tests.Probes;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Verdicts;

/// <summary>What a host was read as when it was asked, it is read as when it is judged again.</summary>
public sealed class RejudgeVanityTests
{
    private static readonly Egress Us = new("eg-1", null, "probe.example", "verify@probe.example");
    private static readonly Rejudge Rejudge = new(ReplyRules.Default, ProviderCatalog.Default, Freshness.Default);

    [Theory]
    [InlineData("vanity-yandex@2", "mx.vanity-yandex.test", "blocked@vanity-yandex.test", "mx.yandex.")]
    [InlineData("vanity-yandex@1", "mx.vanity-yandex.test", "ada@vanity-yandex.test", "mx.yandex.")]
    [InlineData("vanity-microsoft365@2", "mx.vanity-365.test", "nobody@vanity-365.test", ".mail.protection.outlook.com")]
    public async Task Of_AHostThatWasToldByItsGreeting_IsUnchanged(string recording, string host, string email, string readAs)
    {
        var evidence = await AskedAsync(recording, host, email);
        var verification = Verified(email, evidence);

        Assert.Contains(readAs, Assert.Single(verification.Evidence).ReadAs, StringComparison.Ordinal);
        Assert.IsType<Rejudgement.Unchanged>(Rejudge.Of(verification, DateTimeOffset.UnixEpoch.AddDays(1)));
        var stored = verification with { Evidence = EvidenceJson.Read(EvidenceJson.Write(verification.Evidence)) };
        Assert.IsType<Rejudgement.Unchanged>(Rejudge.Of(stored, DateTimeOffset.UnixEpoch.AddDays(1)));
    }

    [Fact]
    public async Task Of_AnOlderRowWhoseHostTheDnsTold_IsReadAsTheProviderOfItsVerdict()
    {
        var evidence = (await AskedAsync("vanity-yandex@2", "mx.vanity-yandex.test", "blocked@vanity-yandex.test")) with { ReadAs = null };
        var verification = Verified("blocked@vanity-yandex.test", evidence);

        Assert.IsType<Rejudgement.Unchanged>(Rejudge.Of(verification with { Verdict = verification.Verdict! with { Provider = "yandex" } }, DateTimeOffset.UnixEpoch.AddDays(1)));
    }

    private static async Task<Evidence> AskedAsync(string recording, string host, string email)
    {
        var transcript = Transcript.Load(Path.Combine(Folder(), recording + ".smtp"), Pieces.Whole);
        var setup = new SessionSetup(Us, new ProviderPolicy { Name = "vanity.test" }, TlsMode.Opportunistic, new ProbeTimeouts());
        var opener = new SessionOpener(transcript, ReplyRules.Default.Read, transcript.Clock, ProviderCatalog.Default);
        ImmutableArray<Exchanger> exchangers = [new Exchanger(host, 10, [IPAddress.Parse("192.0.2.1")])];
        var ready = Assert.IsType<SessionOpening.Ready>(await opener.OpenAsync(exchangers, setup, TestContext.Current.CancellationToken));
        var address = EmailAddress.Parse(email);
        var outcome = await ready.Session.AskAsync(address, new FakePermits(ordinal => ordinal == 0 ? "bolita42" : "ramo.tesk"), TestContext.Current.CancellationToken);
        Assert.NotNull(outcome);
        return EvidenceOf.Attempt(new LaneAnswer.Ended(0, outcome, [host]), Us, address);
    }

    private static Verification Verified(string email, Evidence evidence)
    {
        var final = Judge.Final(evidence.Meaning switch
        {
            ReplyMeaning.MailboxExists => VerdictReason.AcceptedEmail,
            ReplyMeaning.MailboxDisabled => VerdictReason.MailboxDisabled,
            _ => VerdictReason.RejectedEmail,
        });
        var verdict = new Verdict(final.Status, final.Reason, final.Score, null, null, null, "vanity.test", evidence.Exchanger, evidence.At, evidence.At, VerdictSource.Live, "old");
        return new Verification
        {
            Id = "ver_1",
            CustomerId = "cus_a",
            AddressHash = new AddressHash(7),
            Email = email,
            CreatedAt = evidence.At,
            Attempts = 1,
            Evidence = [evidence],
            Verdict = verdict,
        };
    }

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "../Probes/Transcripts/Personas");
}
