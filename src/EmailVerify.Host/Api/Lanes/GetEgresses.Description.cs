using EmailVerify.Core.Doctor;
using EmailVerify.Host.Api.OpenApi;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Lanes;

internal sealed partial class GetEgresses
{
    private static Shape Identity => Object(
        Has("name", Text(64), "Its name."),
        Has("address", Text(64).OrNull(), "The IP address that it asks from; null is the machine's choice, or the proxy's."),
        Has("proxy", Text(320).OrNull(), "The SOCKS5 proxy that it connects through, such as `socks5://***@proxy.example.net:1080`, where `***` stands for user name and password; null connects directly."),
        Has("helo_name", Text(255), "As whom it greets."),
        Has("mail_from", Text(320), "The sender that it gives; empty is the null sender."),
        Has("state", Word("healthy", "resting", "absent"), "Whether it is used; `absent` is one whose silo is away."),
        Has("until", Time.OrNull(), "Until when it rests, or until when its domains wait for it to come back."),
        Has("why", Word("blocked", "away").OrNull(), "Why it is not used."),
        Has("blocked_by", List(Text(255), 10_000), "The providers whose blocks sent it to rest."),
        Has("last_block", Object(Has("provider", Text(255), "By whom."), Has("at", Time, "When.")).OrNull(), "When it was blocked last."),
        Has("block_lists", Object(
            Has("state", Word<CheckState>(), "How the doctor's look at the block lists ended: `failed` is on one."),
            Has("seen", Text(4_096), "What was seen, for a person."),
            Has("at", Time, "When.")).OrNull(), "Whether it is on block lists, as the doctor saw it last; null where he has not looked of late."),
        Has("providers", List(
            Object(
                Has("provider", Text(255), "Its name; `other` is all small hosts together."),
                Has("accepted", Count, "How many addresses it accepted."),
                Has("refused", Count, "How many it refused."),
                Has("blocked", Count, "How often it refused us.")),
            100_000), "How it was received since the start.")).Named("Egress", "A sender identity.");

    /// <summary>Describes it.</summary>
    public static Description Describe() => new(Tags.Operation, "List egresses", "Who we ask as, which of these identities rest and why, whether they are on block lists, and how each provider has received them since the start.")
    {
        Answers =
        [
            new(200, "The egresses.", Content.Json(
                Object(Has("egresses", List(Identity, 1_000), "The egresses.")).Named("Egresses", "Who we ask as."),
                """
                {"egresses":[{"name":"eg-1","address":"192.0.2.7","proxy":null,"helo_name":"probe.example.net","mail_from":"probe@example.net","state":"healthy","until":null,"why":null,"blocked_by":[],"last_block":null,
                 "block_lists":{"state":"ok","seen":"192.0.2.7 is not on zen.spamhaus.org.","at":"2026-11-24T10:15:40.912Z"},
                 "providers":[{"provider":"google","accepted":412,"refused":88,"blocked":0}]}]}
                """)),
        ],
    };
}
