using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Verifications;

internal sealed partial class JudgeVerification
{
    private static Shape Judged => Object(
        Has("status", OneOf<VerdictStatus>(), "The status."),
        Has("reason", Word<VerdictReason>(), "Why."),
        Has("score", Whole(0, 100), "The chance in percent that mail is accepted."),
        Has("rules", VerificationShape.Rules, "The version of the rules that said so.")).Named("Judgement", "What rules said of evidence.");

    private static Shape Shape => Object(
        Has("id", Id("ver"), "The verification's id."),
        Has("email", VerificationShape.Email, "The address as it was given."),
        Has("before", Judged, "What is stored."),
        Has("after", Judged, "What today's rules say."),
        Has("changed", Flag, "Whether they differ."),
        Has("applied", Flag, "Whether what is stored is now what today's rules say."),
        Has("rule", Text(128).OrNull(), "The rule that made the difference."),
        Has("would_ask_again", Word<VerdictReason>().OrNull(), "Why today's rules would ask once more instead of deciding; nothing is changed then.")).Named("Rejudgement", "Stored evidence, judged again.");

    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Operation,
        "Judge a verification again",
        "Judges the stored evidence by today's rules, without a network, and shows what would change; with `apply` it does. Results of batches keep what they were given.")
    {
        Parameters = [VerificationShape.IdInPath],
        Body = new Body("Whether the change is made.", Content.Json(
            Object(May("apply", Flag.OrNull(), "Whether the change is stored; it is only shown unless this is `true`.")).Named("JudgeRequest", "Whether a new judgement is stored."), """{"apply":true}"""))
        {
            IsOptional = true,
        },
        Answers =
        [
            new(200, "What today's rules say.", Content.Json(Shape, """
                {"id":"ver_01M86GVNRVEYHRV72HWAW4YR51","email":"jane.doe@example.com",
                 "before":{"status":"unknown","reason":"unexpected_reply","score":50,"rules":"2026.11.2"},
                 "after":{"status":"undeliverable","reason":"rejected_email","score":1,"rules":"2026.11.3"},
                 "changed":true,"applied":true,"rule":"generic/no-such-user","would_ask_again":null}
                """)),
        ],
        Problems = [ProblemCode.NotFound, ProblemCode.NoEvidence, ProblemCode.StorageFull],
    };
}
