using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.OpenApi;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Batches;

/// <summary>A batch as <see cref="BatchWriter"/> writes it, for the document.</summary>
internal static class BatchShape
{
    private const int MaxColumns = 256;

    /// <summary>How long the name of a column may be: as long as a row.</summary>
    private const int MaxColumn = 64 * 1024;

    private static readonly Member[] Moving =
    [
        Has("total", Count, "The rows."),
        .. Done,
    ];

    /// <summary>Gets the id of a batch in a path.</summary>
    public static Parameter IdInPath { get; } = Parameter.Path("id", Id("bat"), "The batch's id.", "bat_01M86CH6NGEJZ82ZR96BBCGNBY");

    /// <summary>Gets how many rows are done, and how many of them have which status.</summary>
    public static Member[] Done =>
    [
        Has("done", Count, "The rows with a verdict: the sum of the four below."),
        Has("deliverable", Count),
        Has("undeliverable", Count),
        Has("risky", Count),
        Has("unknown", Count),
    ];

    /// <summary>Gets the counts that move.</summary>
    public static Shape BaseCounts { get; } = Object(Moving).Named("BaseCounts", "How many rows there are, and how many of them have which status.");

    /// <summary>Gets all counts.</summary>
    public static Shape Counts { get; } = Object(
    [
        .. Moving,
        Has("unique", Count, "The rows that repeat no other."),
        Has("duplicates", Count, "The rows that repeat another."),
        Has("retrying", Count, "The rows that are asked about again."),
        Has("without_address", Count, "The rows without an address."),
    ]).Named("Counts", "What is counted of a batch.");

    /// <summary>Gets when the end is expected.</summary>
    public static Shape Eta { get; } = Object(
        Has("at", Time, "When the last row is expected to be done."),
        Has("limited_by", Text(255).OrNull(), "The provider that takes longest."),
        May("rate_per_second", Rate, "How many rows are done in a second, now.")).Named("Eta", "When a batch is expected to end.");

    /// <summary>Gets why it is paused.</summary>
    public static Shape Pause { get; } = Object(
        Has("by", Word<BatchPauser>(), "Who paused it."),
        Has("reason", Text(BatchWish.MaxText).OrNull(), "Why: a stable word when it was the system, as `no_egress` or `storage_full`; else what was said.")).Named("Pause", "Why a batch is paused.");

    /// <summary>Gets a rate of rows.</summary>
    public static Shape Rate => Number(0, 1_000_000);

    /// <summary>Gets the shape.</summary>
    public static Shape Shape { get; } = Object(
        Has("id", Id("bat"), "The batch's id."),
        Has("status", Word<BatchStatus>(), "How it stands: `queued` → `running` ⇄ `paused` → `completed`; any of them → `cancelled` or `failed`."),
        Has("name", Text(BatchWish.MaxText).OrNull(), "Its name for people."),
        Has("tag", Text(BatchWish.MaxText).OrNull(), "The customer's own mark."),
        Has("round", Whole(1, int.MaxValue), "1, and one more with each retry."),
        Has("priority", Word<BatchPriority>(), "Its rank among others."),
        Has("counts", Counts),
        Has("eta", Eta.OrNull()),
        Has("pause", Pause.OrNull()),
        Has("warnings", DoctorShape.Warnings, "Why nearly every row would end as `unknown` now; empty while all is well, or when the batch has ended."),
        Has("column", Text(MaxColumn).OrNull(), "The column of the addresses."),
        Has("columns", List(Text(MaxColumn), MaxColumns), "The columns of the file, in their order."),
        Has("delimiter", Text(1).OrNull(), "What stands between the cells of the file, and so of its results as CSV; null where there are no cells, and results have a comma."),
        Has("created_at", Time, "When it was accepted."),
        Has("started_at", Time.OrNull(), "When work on it began."),
        Has("finished_at", Time.OrNull(), "When it ended."),
        Has("expires_at", Time, "When its rows and results are removed."),
        Has("erased_at", Time.OrNull(), "When they were."),
        Has("links", Object(Has("self", Path(), "This batch."), Has("results", Path(), "Its results."), Has("events", Path(), "Its progress.")), "Where to go on.")).Named("Batch", "A batch: a list of addresses, and how far it is.");

    /// <summary>What a batch looks like.</summary>
    public const string Example = """
        {"id":"bat_01M86CH6NGEJZ82ZR96BBCGNBY","status":"running","name":"newsletter.csv","tag":null,"round":1,"priority":"normal",
         "counts":{"total":1000000,"done":412033,"deliverable":301122,"undeliverable":61544,"risky":32870,"unknown":16497,"unique":941207,"duplicates":58793,"retrying":10240,"without_address":12},
         "eta":{"at":"2026-11-24T16:40:00.000Z","limited_by":"google","rate_per_second":24.0},"pause":null,"warnings":[],"column":"E-Mail","columns":["E-Mail","City"],"delimiter":";",
         "created_at":"2026-11-24T09:00:03.120Z","started_at":"2026-11-24T09:00:03.410Z","finished_at":null,"expires_at":"2027-02-22T09:00:03.120Z","erased_at":null,
         "links":{"self":"/v1/batches/bat_01M86CH6NGEJZ82ZR96BBCGNBY","results":"/v1/batches/bat_01M86CH6NGEJZ82ZR96BBCGNBY/results","events":"/v1/batches/bat_01M86CH6NGEJZ82ZR96BBCGNBY/events"}}
        """;

    /// <summary>What one looks like that has just been accepted.</summary>
    public const string NewExample = """
        {"id":"bat_01M86CH6NGEJZ82ZR96BBCGNBY","status":"queued","name":"newsletter.csv","tag":null,"round":1,"priority":"normal",
         "counts":{"total":2,"done":0,"deliverable":0,"undeliverable":0,"risky":0,"unknown":0,"unique":2,"duplicates":0,"retrying":0,"without_address":0},
         "eta":null,"pause":null,"warnings":[],"column":"E-Mail","columns":["E-Mail","City"],"delimiter":";",
         "created_at":"2026-11-24T09:00:03.120Z","started_at":null,"finished_at":null,"expires_at":"2027-02-22T09:00:03.120Z","erased_at":null,
         "links":{"self":"/v1/batches/bat_01M86CH6NGEJZ82ZR96BBCGNBY","results":"/v1/batches/bat_01M86CH6NGEJZ82ZR96BBCGNBY/results","events":"/v1/batches/bat_01M86CH6NGEJZ82ZR96BBCGNBY/events"}}
        """;
}
