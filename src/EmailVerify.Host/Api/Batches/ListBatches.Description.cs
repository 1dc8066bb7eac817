using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Batches;

internal sealed partial class ListBatches
{
    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Batches, "List batches", "The batches of a customer, newest first. How fast each goes, and so when it will end, `getBatch` tells.")
    {
        Parameters =
        [
            Parameter.Query("status", List(OneOf<BatchStatus>(), 6), "Only batches in one of these states, with commas between.", "running,paused"),
            Parameter.Query("name", Text(BatchWish.MaxText), "Only batches whose name has this text in it.", "newsletter"),
            .. Parameter.Page(Whole(1, MaxLimit), "created"),
        ],
        Answers =
        [
            new(200, "The page.", Content.Json(
                Object(
                    Has("batches", List(BatchShape.Shape, MaxLimit), "The batches."),
                    Has("next", Parameter.Cursor.OrNull(), "The cursor of the next page, for `after`; null on the last one.")).Named("Batches", "A page of batches."),
                $$"""{"batches":[{{BatchShape.NewExample}}],"next":null}"""))
            {
                Headers = [AnswerHeader.Link.Sometimes()],
            },
        ],
        Problems = [ProblemCode.ValidationFailed, ProblemCode.CursorMismatch],
    };
}
