using EmailVerify.Host.Api.OpenApi;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Retries;

internal sealed partial class GetRetries
{
    private static Shape Table => Object(Has("waiting", Count, "How many wait."), Has("next_at", Time.OrNull(), "When the first of them is due.")).Named("Waiting", "What waits to be asked again.");

    /// <summary>Describes it.</summary>
    public static Description Describe() => new(Tags.Operation, "Read what waits", "What waits to be asked again, and when it is due. It is counted at most once in two seconds, and more rarely where much waits.")
    {
        Answers =
        [
            new(200, "What waits.", Content.Json(
                Object(
                    Has("verifications", Table, "Single verifications."),
                    Has("batch_rows", Table, "Rows of batches."),
                    Has("due", List(
                        Object(
                            Has("from", Time.OrNull(), "Due at or after this time; null is what is overdue."),
                            Has("to", Time.OrNull(), "Due before this time; null is all that is later."),
                            Has("count", Count, "How many."),
                            Has("verifications", Count, "Of them single verifications."),
                            Has("batch_rows", Count, "Of them rows of batches.")),
                        16), "When it is due."),
                    Has("at", Time, "When it was counted.")).Named("Retries", "What waits to be asked again."),
                """
                {"verifications":{"waiting":3,"next_at":"2026-11-24T10:21:40.912Z"},"batch_rows":{"waiting":0,"next_at":null},
                 "due":[{"from":null,"to":"2026-11-24T10:15:40.912Z","count":0,"verifications":0,"batch_rows":0},
                  {"from":"2026-11-24T10:15:40.912Z","to":"2026-11-24T10:25:40.912Z","count":3,"verifications":3,"batch_rows":0}],"at":"2026-11-24T10:15:40.912Z"}
                """)),
        ],
    };
}
