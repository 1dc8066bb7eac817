using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Batches;

internal sealed partial class GetBatchProviders
{
    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Batches, "Read where a batch's rows are", "Where the rows of a batch are, by provider, and what may be asked there now. It may be asked every two seconds.")
    {
        Parameters = [BatchShape.IdInPath],
        Answers =
        [
            new(200, "Where they are.", Content.Json(
                Object(
                    Has("id", Id("bat"), "The batch's id."),
                    Has("status", Word<BatchStatus>(), "How it stands."),
                    Has("total", Count, "The rows."),
                    Has("done", Count, "The rows with a verdict."),
                    Has("retrying", Count, "The rows that are asked about again."),
                    Has("not_begun", Count, "The rows that no worker has looked at yet."),
                    Has("providers", List(
                        Object(
                            Has("provider", Text(255), "Its name; `other` is all hosts that no data name."),
                            Has("waiting", Count, "The rows that wait for it."),
                            Has("done", Count, "Its rows with a verdict."),
                            Has("retrying", Count, "Its rows that are asked about again."),
                            Has("rate_per_second", Number(0, 1_000_000).OrNull(), "How many addresses it may be asked about in a second; null where that is not known."),
                            Has("sessions", Count, "The connections to it."),
                            Has("state", Word("running", "waiting", "paused", "done"), "How it goes there."),
                            Has("paused_until", Time.OrNull(), "When it is asked again."),
                            Has("why", Word("rate_limited", "blocked", "settling").OrNull(), "Why it is not asked.")).Named("BatchProvider", "The rows of a batch at one provider."),
                        10_000), "The providers, those with most rows first.")).Named("BatchProviders", "Where the rows of a batch are."),
                """
                {"id":"bat_01M86CH6NGEJZ82ZR96BBCGNBY","status":"running","total":1000,"done":412,"retrying":5,"not_begun":80,
                 "providers":[{"provider":"google","waiting":503,"done":412,"retrying":5,"rate_per_second":12.0,"sessions":3,"state":"running","paused_until":null,"why":null}]}
                """)),
        ],
        Problems = [ProblemCode.NotFound],
    };
}
