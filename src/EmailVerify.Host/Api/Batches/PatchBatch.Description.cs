using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Batches;

internal sealed partial class PatchBatch
{
    private const string PatchExample = """{"name":"newsletter, second half","tag":null,"priority":"low"}""";

    /// <summary>Describes it.</summary>
    public static Description Describe()
    {
        var patch = Object(
            May("name", Text(BatchWish.MaxText).OrNull(), "The name for people."),
            May("tag", Text(BatchWish.MaxText).OrNull(), "The customer's own mark."),
            May("priority", OneOf<BatchPriority>().OrNull(), "The rank; null is `normal`.")).Named("BatchPatch", "What is changed of a batch (RFC 7396): null takes a value away, what is missing stays.");
        return new(Tags.Batches, "Change a batch", "Changes name, tag and priority. `If-Match` is honoured where it is sent.")
        {
            Parameters = [BatchShape.IdInPath, Parameter.IfMatch],
            Body = new Body("The changes.", Content.Json(patch, PatchExample), Content.Of(MediaTypes.MergePatch, patch, PatchExample)) { IsOptional = true },
            Answers = [new(200, "The batch as it is now.", Content.Json(BatchShape.Shape, BatchShape.Example)) { Headers = [AnswerHeader.ETag] }],
            Problems = [ProblemCode.NotFound, ProblemCode.Erased, ProblemCode.PreconditionFailed, ProblemCode.StorageFull],
        };
    }
}
