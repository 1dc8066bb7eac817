using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Batches.Events;

internal sealed partial class GetBatchEvents
{
    private const string Example = """
        retry: 3000

        id: 118
        event: snapshot
        data: {"id":"bat_01M86CH6NGEJZ82ZR96BBCGNBY","status":"running","counts":{"total":1000,"done":412,"deliverable":300,"undeliverable":62,"risky":33,"unknown":17}}

        id: 119
        event: progress
        data: {"id":"bat_01M86CH6NGEJZ82ZR96BBCGNBY","status":"running","counts":{"total":1000,"done":431,"deliverable":312,"undeliverable":66,"risky":35,"unknown":18},"eta":{"at":"2026-11-24T10:20:00.000Z","limited_by":"google"}}

        : 15 s without news

        id: 171
        event: end
        data: {"id":"bat_01M86CH6NGEJZ82ZR96BBCGNBY","status":"completed","counts":{"total":1000,"done":1000,"deliverable":758,"undeliverable":131,"risky":73,"unknown":38}}


        """;

    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Batches,
        "Follow a batch",
        """
        Progress as server-sent events (WHATWG HTML 9.2). `snapshot` comes first and says how the batch stands; then `progress` where counts move, `state` where status, pause or round change, and one `end`,
        also for who comes late. Between them comments keep the connection open. Whoever comes back after the end with its `Last-Event-ID` gets 204, which stops an EventSource.
        """)
    {
        Parameters = [BatchShape.IdInPath, Parameter.Header("Last-Event-ID", Text(64), "The id of the last event that was seen; browsers send it by themselves.", "171")],
        Answers =
        [
            new(200, "The stream.", Content.Of(
                MediaTypes.EventStream,
                Object(
                    Has("id", Id("bat"), "The batch's id."),
                    Has("status", Word<BatchStatus>(), "How it stands."),
                    May("pause", BatchShape.Pause.OrNull(), "In `state`: why it is paused."),
                    Has("counts", BatchShape.BaseCounts),
                    May("eta", BatchShape.Eta.OrNull(), "In `progress`: when the end is expected.")).Named("BatchEvent", "What an event says: its `data`."),
                Example)),
            new(204, "The batch has ended, and the caller has seen its `end`."),
        ],
        Problems = [ProblemCode.NotFound, ProblemCode.RateLimited],
    };
}
