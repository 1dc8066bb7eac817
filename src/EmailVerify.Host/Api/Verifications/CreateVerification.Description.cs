using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Verifications;

internal sealed partial class CreateVerification
{
    private static Shape Request => Object(
        Has("email", VerificationShape.Email, "The address. One that is bad is no error: it gets the verdict `undeliverable`, `invalid_email`."),
        May("timeout", Number(0, VerificationRequest.LongestWait.TotalSeconds).OrNull(), "How many seconds to wait for a verdict, 5 unless said; the smaller of this and `Prefer: wait` counts."),
        May("on_deadline", OneOf("accepted", "unknown").OrNull(), "What the end of the wait is answered with: 202, or 200 with `unknown`, `timeout`."),
        May("max_age_seconds", Whole(0, VerificationRequest.MaxAgeSeconds).OrNull(), "How old a verdict may be; 0 asks anew. Any that is fresh unless said."),
        May("tag", Text(VerificationRequest.MaxTagLength).OrNull(), "The caller's own mark; it is echoed."),
        May("evidence", Flag.OrNull(), "Whether the answer shows evidence; it does unless this is `false`.")).Named("VerificationRequest", "One address to verify.");

    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Verifications,
        "Verify one address",
        "Asks the mail servers of the address' domain, unless a fresh verdict is known. Without a verdict by the end of the wait the answer is 202, and the work goes on. Repeating a request is harmless: "
            + "it finds the verdict, or joins the work, of the one before.")
    {
        Parameters = [VerificationShape.Prefer, VerificationShape.ShowsEvidence],
        Body = new Body("The address, and what is wanted of the answer.", Content.Json(
            Request,
            new Example("small", """{"email":"jane.doe@example.com"}"""),
            new Example("whole", """{"email":"jane.doe@example.com","timeout":2.5,"on_deadline":"unknown","max_age_seconds":0,"tag":"signup-form","evidence":false}"""))),
        Answers =
        [
            new(200, "The verdict.", Content.Json(VerificationShape.Shape, VerificationShape.Example))
            {
                Headers = [AnswerHeader.PreferenceApplied.Sometimes(), AnswerHeader.Location.Sometimes()],
            },
            VerificationShape.NotYet,
        ],
        Problems = [ProblemCode.MalformedHeader, ProblemCode.QuotaExceeded, ProblemCode.StorageFull],
    };
}
