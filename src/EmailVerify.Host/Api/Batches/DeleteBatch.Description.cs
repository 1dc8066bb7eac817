using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.Batches;

internal sealed partial class DeleteBatch
{
    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Batches, "Delete a batch", "Cancels it and removes its rows and results; its counts stay for 30 days. Repeating it says the same.")
    {
        Parameters = [BatchShape.IdInPath],
        Answers = [new(204, "Rows and results are gone.")],
        Problems = [ProblemCode.NotFound, ProblemCode.StorageFull],
    };
}
