using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Batches;

namespace EmailVerify.Host.Api.Batches;

/// <summary>GET <c>/v1/batches/{id}/summary</c>: what the results are by reason, and how fast they come.</summary>
internal sealed class GetBatchSummary(BatchDesk desk, IBatchStore store)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await desk.FindAsync(context) is not { } batch)
        {
            await BatchDesk.Unknown.WriteAsync(context);
            return;
        }

        var reasons = batch.ErasedAt is null ? await store.ReasonsAsync(batch.Id, context.RequestAborted) : default;
        JsonAnswer.Write(context.Response, new Summary(await desk.LookAsync(batch), reasons), Write);
    }

    private static void Write(Utf8JsonWriter writer, in Summary summary)
    {
        var (view, reasons) = summary;
        writer.WriteStartObject();
        writer.WriteString("id"u8, view.Batch.Id);
        writer.WriteString("status"u8, Words.Of(view.Batch.Status));
        writer.WriteNumber("round"u8, view.Batch.Round);
        BatchWriter.WriteCounts(writer, view.Batch.Counts);
        if (reasons.IsDefault)
        {
            // With the rows what they were is gone too.
            writer.WriteNull("reasons"u8);
        }
        else
        {
            writer.WriteStartObject("reasons"u8);
            foreach (var (reason, count) in reasons.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key))
                writer.WriteNumber(Words.Of(reason), count);
            writer.WriteEndObject();
        }

        BatchWriter.WriteRate(writer, view);
        BatchWriter.WriteEta(writer, view, withRate: true);
        writer.WriteEndObject();
    }

    private readonly record struct Summary(BatchView View, ImmutableArray<KeyValuePair<VerdictReason, long>> Reasons);
}
