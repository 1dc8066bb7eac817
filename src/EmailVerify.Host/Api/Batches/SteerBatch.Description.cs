using EmailVerify.Core;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Batches;

internal sealed partial class SteerBatch
{
    /// <summary>Describes pause.</summary>
    public static Description DescribePause() => DescribeWithReason("Pause a batch", "Nothing new is asked until it is resumed; what is being asked is finished.");

    /// <summary>Describes resume.</summary>
    public static Description DescribeResume() => DescribeWithReason("Resume a batch", "Goes on with a batch that is paused.");

    /// <summary>Describes cancel.</summary>
    public static Description DescribeCancel() => DescribeWithReason("Cancel a batch", "Ends it; the results so far stay.");

    /// <summary>Describes retry.</summary>
    public static Description DescribeRetry() => Describe(
        "Retry a batch's unknowns",
        "Asks once more about the rows that ended as `unknown`, as a new round of the same batch. While they are asked about again they are not `done`.",
        Object(May("reasons", List(OneOf([.. Retried.Order().Select(Words.Of)]), 100).OrNull(), "Only rows with one of these reasons.")).Named("RetryRequest", "Which unknowns are asked about once more."),
        """{"reasons":["timeout","greylisted"]}""");

    private static Description DescribeWithReason(string summary, string text) => Describe(
        summary,
        text,
        Object(May("reason", Text(BatchWish.MaxText).OrNull(), "Why, for people.")).Named("SteerRequest", "Why a batch is steered."),
        """{"reason":"the list is being checked"}""");

    private static Description Describe(string summary, string text, Shape request, string example) => new(Tags.Batches, summary, text + " Repeating it is harmless.")
    {
        Parameters = [BatchShape.IdInPath],
        Body = new Body("Nothing needs to be said.", Content.Json(request, example)) { IsOptional = true },
        Answers = [new(202, "The batch as it is now.", Content.Json(BatchShape.Shape, BatchShape.Example)) { Headers = [AnswerHeader.Location] }],
        Problems = [ProblemCode.NotFound, ProblemCode.BatchStateConflict, ProblemCode.Erased, ProblemCode.StorageFull],
    };
}
