using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Batches;

internal sealed partial class GetBatchSummary
{
    private const int MaxGroups = 1_000;

    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Batches, "Summarise a batch", "What its results are by reason, provider and domain, and how fast they come. All rows are read for it, so the sums may be a little older than the counts.")
    {
        Parameters = [BatchShape.IdInPath],
        Answers =
        [
            new(200, "The summary.", Content.Json(
                Object(
                    Has("id", Id("bat"), "The batch's id."),
                    Has("status", Word<BatchStatus>(), "How it stands."),
                    Has("round", Whole(1, int.MaxValue), "1, and one more with each retry."),
                    Has("counts", BatchShape.Counts),
                    Has("reasons", Map(Count, 64).OrNull(), "How many rows have which reason; null where the rows are gone."),
                    Has("providers", List(Object([Has("provider", Text(255).OrNull(), "Who runs the mail servers; null where that is not known."), .. BatchShape.Done]), MaxGroups).OrNull(), "The providers with most rows."),
                    Has("domains", List(Object([Has("domain", Text(255).OrNull(), "The domain; null for what has none."), .. BatchShape.Done]), MaxGroups).OrNull(), "The domains with most rows."),
                    Has("rate_per_second", BatchShape.Rate, "How many rows are done in a second, now."),
                    Has("eta", BatchShape.Eta.OrNull())).Named("BatchSummary", "What the results of a batch are."),
                """
                {"id":"bat_01M86CH6NGEJZ82ZR96BBCGNBY","status":"completed","round":1,
                 "counts":{"total":3,"done":3,"deliverable":2,"undeliverable":1,"risky":0,"unknown":0,"unique":3,"duplicates":0,"retrying":0,"without_address":0},
                 "reasons":{"accepted_email":2,"rejected_email":1},
                 "providers":[{"provider":"google","done":3,"deliverable":2,"undeliverable":1,"risky":0,"unknown":0}],
                 "domains":[{"domain":"gmail.com","done":3,"deliverable":2,"undeliverable":1,"risky":0,"unknown":0}],"rate_per_second":0,"eta":null}
                """)),
        ],
        Problems = [ProblemCode.NotFound],
    };
}
