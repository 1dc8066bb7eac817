using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Verifications;

internal sealed partial class GetTrends
{
    private static Member[] Counted =>
    [
        Has("total", Count, "How many verdicts."),
        Has("deliverable", Count, "How many of them are deliverable."),
        Has("undeliverable", Count, "How many are undeliverable."),
        Has("risky", Count, "How many are risky."),
        Has("unknown", Count, "How many are unknown."),
        Has("reasons", Map(Count, 64), "How many have which reason; reasons without any are left out."),
    ];

    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Verifications,
        "See how verdicts develop from day to day",
        """
        How many verdicts this customer was given, by the UTC day that their verifications began on, by status and by reason; days without any are there with zeros. What was judged again counts as it
        stands now, what is pending does not count yet. Counts name nobody: they stay when verifications are erased, and are kept for 400 days. As CSV there is a line for each day, without reasons.
        """)
    {
        Parameters =
        [
            Parameter.Query("from", Day, "The first day; 29 days before `to` unless said.", "2026-11-23"),
            Parameter.Query("to", Day, "The last day, at most 399 days later; today unless said.", "2026-11-24"),
            Parameter.Query("format", OneOf("json", "csv"), "Does what the header Accept does, where a header is hard to send.", "csv"),
        ],
        Answers =
        [
            new(
                200,
                "The days, the earliest first.",
                Content.Json(
                    Object(
                        Has("from", Day, "The first day."),
                        Has("to", Day, "The last day."),
                        Has("days", List(Object([Has("day", Day, "The day, UTC."), .. Counted]), DayCount.KeptDays), "Each day."),
                        Has("totals", Object([.. Counted]), "All days together.")).Named("Trends", "How many verdicts were given on which day."),
                    """
                    {"from":"2026-11-23","to":"2026-11-24",
                     "days":[{"day":"2026-11-23","total":0,"deliverable":0,"undeliverable":0,"risky":0,"unknown":0,"reasons":{}},
                      {"day":"2026-11-24","total":15,"deliverable":12,"undeliverable":2,"risky":0,"unknown":1,"reasons":{"accepted_email":12,"rejected_email":2,"timeout":1}}],
                     "totals":{"total":15,"deliverable":12,"undeliverable":2,"risky":0,"unknown":1,"reasons":{"accepted_email":12,"rejected_email":2,"timeout":1}}}
                    """),
                Content.Of(MediaTypes.Csv, FileText, "day,total,deliverable,undeliverable,risky,unknown\r\n2026-11-23,0,0,0,0,0\r\n2026-11-24,15,12,2,0,1\r\n")),
        ],
        Problems = [ProblemCode.ValidationFailed],
    };
}
