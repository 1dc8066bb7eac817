using EmailVerify.Core.Lanes;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Lanes;

internal sealed partial class GetProviders
{
    private const string LaneExample = """
        {"egress":"eg-1","rate_per_second":6.0,"min_rate_per_second":0.05,"max_rate_per_second":12.0,"sessions":3,"max_sessions":10,"circuit":"closed","until":null,"why":null,
         "refused_ratio":0.12,"refused_ratio_cap":0.3,"waiting":{"interactive":0,"batch":120},
         "last_replies":[{"at":"2026-11-24T10:15:40.912Z","exchanger":"gmail-smtp-in.l.google.com","code":550,"enhanced":"5.1.1","text":"<recipient>: no such user","meaning":"no_such_mailbox"}]}
        """;

    private static Shape Rate => Number(0, 1_000_000);

    private static Shape Share => Number(0, 1).OrNull();

    private static Shape Lane => Object(
        Has("egress", Text(64), "The identity that asks."),
        Has("rate_per_second", Rate, "How many addresses are asked about in a second, at most, now."),
        Has("min_rate_per_second", Rate, "The least that this falls to."),
        Has("max_rate_per_second", Rate, "The most that this rises to."),
        Has("sessions", Count, "The connections that are open."),
        Has("max_sessions", Count.OrNull(), "How many may be; null where they have no bound of their own."),
        Has("circuit", Word<Circuit>(), "Whether it is asked: closed is yes, open is no, half open is a trial."),
        Has("until", Time.OrNull(), "Until when it is not asked."),
        Has("why", Word("rate_limited", "blocked", "settling").OrNull(), "What stands in the way."),
        Has("refused_ratio", Share, "Which share of what was asked lately was refused."),
        Has("refused_ratio_cap", Share, "From which share on it is asked less."),
        Has("waiting", Object(Has("interactive", Count, "Single verifications."), Has("batch", Count, "Rows of batches.")), "What waits for it."),
        Has("last_replies", Shapes.List(
            Object(
                Has("at", Time, "When."),
                Has("exchanger", Text(255).OrNull(), "Which host."),
                Has("code", Whole(200, 599).OrNull(), "The basic code; null where there was no reply."),
                Has("enhanced", Text(16).OrNull(), "The enhanced status code."),
                Has("text", Text(512).OrNull(), "The text; names of the recipient and of us are masked."),
                Has("meaning", Text(64).OrNull(), "How it was read; without a reply, how the connection ended.")),
            100), "What it said last.")).Named("Lane", "How one identity gets on with one provider.");

    private static Member[] Members =>
    [
        Has("provider", Text(255), "Its name."),
        Has("named", Flag, "Whether our data name it; else it is a small host."),
        Has("lanes", Shapes.List(Lane, 10_000), "How each identity gets on with it."),
    ];

    /// <summary>Describes the list.</summary>
    public static Description DescribeList() => new(
        Tags.Operation, "List providers", "How we get on with each provider that is or was asked since the start: those in trouble first, then the busiest. Of small hosts, which no data name, the most notable are shown.")
    {
        Answers =
        [
            new(200, "The providers.", Content.Json(
                Object(
                    Has("providers", Shapes.List(Object(Members).Named("Provider", "How we get on with a provider."), 100_000), "The providers."),
                    Has("left_out", Count, "How many small hosts are not shown.")).Named("Providers", "How we get on with providers."),
                $$"""{"providers":[{"provider":"google","named":true,"lanes":[{{LaneExample}}]}],"left_out":0}""")),
        ],
    };

    /// <summary>Describes one.</summary>
    public static Description DescribeOne() => new(Tags.Operation, "Read a provider", "How we get on with a provider, and by which policy it is asked.")
    {
        Parameters = [Parameter.Path("name", Text(255, least: 1), "Its name.", "google")],
        Answers =
        [
            new(200, "The provider.", Content.Json(
                Object(
                [
                    .. Members,
                    Has("policy", Object(
                        Has("cautious_rate_per_second", Rate, "The rate to begin with."),
                        Has("max_rate_per_second", Rate, "The highest rate."),
                        Has("max_sessions", Count, "How many connections may be open."),
                        Has("sessions_per_minute", Number(0, 1_000_000), "How many may be opened in a minute."),
                        Has("recipients_per_session", Count, "How many addresses are asked about on one of them."),
                        Has("refusals_per_session", Count, "After how many refusals it is closed."),
                        Has("refused_ratio_cap", Share, "From which share of refusals on it is asked less."),
                        Has("pause_seconds", Number(0, 31_622_400), "How long it is left alone after it objected."),
                        Has("reviewed", new Shape { Type = "string", Rules = [("format", "date"), ("maxLength", 10)] }.OrNull(), "When somebody looked at these numbers last."),
                        Has("exchangers", Shapes.List(Text(255), 10_000), "By which names its hosts are known.")).Named("ProviderPolicy", "By which numbers a provider is asked.")),
                ]).Named("ProviderInFull", "A provider, and by which policy it is asked."),
                $$$"""
                {"provider":"google","named":true,"lanes":[{{{LaneExample}}}],
                 "policy":{"cautious_rate_per_second":2.0,"max_rate_per_second":12.0,"max_sessions":10,"sessions_per_minute":30,"recipients_per_session":20,"refusals_per_session":5,"refused_ratio_cap":0.3,
                 "pause_seconds":900,"reviewed":"2026-11-01","exchangers":["google.com","googlemail.com"]}}
                """)),
        ],
        Problems = [ProblemCode.NotFound],
    };
}
