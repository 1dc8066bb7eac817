using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.Batches;

internal sealed partial class GetBatch
{
    /// <summary>Describes it.</summary>
    public static Description Describe() => new(Tags.Batches, "Read a batch", "How it stands. With `If-None-Match` asking often is cheap; `getBatchEvents` tells without being asked.")
    {
        Parameters = [BatchShape.IdInPath, Parameter.IfNoneMatch],
        Answers = [new(200, "The batch.", Content.Json(BatchShape.Shape, BatchShape.Example)) { Headers = [AnswerHeader.ETag] }, Answers.NotModified],
        Problems = [ProblemCode.NotFound],
    };
}
