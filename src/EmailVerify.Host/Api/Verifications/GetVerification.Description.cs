using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.Verifications;

internal sealed partial class GetVerification
{
    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Verifications,
        "Read one verification",
        "200 when there is a verdict, 202 before. With `Prefer: wait` it waits for the verdict. What has a verdict changes only by being judged again, and has an ETag.")
    {
        Parameters = [VerificationShape.IdInPath, VerificationShape.Prefer, VerificationShape.ShowsEvidence, Parameter.IfNoneMatch],
        Answers =
        [
            new(200, "The verdict.", Content.Json(VerificationShape.Shape, VerificationShape.Example)) { Headers = [AnswerHeader.ETag, AnswerHeader.PreferenceApplied.Sometimes()] },
            VerificationShape.NotYet,
            Answers.NotModified,
        ],
        Problems = [ProblemCode.MalformedHeader, ProblemCode.NotFound],
    };
}
