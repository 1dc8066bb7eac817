using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Grains.Batches;

namespace EmailVerify.Host.Api.Batches;

/// <summary>GET <c>/v1/batches/{id}/summary</c>: what the results are by reason, provider and domain, and how fast they come.</summary>
internal sealed partial class GetBatchSummary(BatchDesk desk, BatchSums sums)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await desk.FindAsync(context) is not { } batch)
        {
            await BatchDesk.Unknown.WriteAsync(context);
            return;
        }

        // With the rows what they were is gone too.
        JsonAnswer.Write(context.Response, new Summary(await desk.LookAsync(batch), await sums.OfAsync(batch, context.RequestAborted)), Write);
    }

    private static void Write(Utf8JsonWriter writer, in Summary summary)
    {
        var (view, sums) = summary;
        writer.WriteStartObject();
        writer.WriteString("id"u8, view.Batch.Id);
        writer.WriteString("status"u8, Words.Of(view.Batch.Status));
        writer.WriteNumber("round"u8, view.Batch.Round);
        BatchWriter.WriteCounts(writer, view.Batch.Counts);
        if (sums is null)
        {
            writer.WriteNull("reasons"u8);
            writer.WriteNull("providers"u8);
            writer.WriteNull("domains"u8);
        }
        else
        {
            writer.WriteStartObject("reasons"u8);
            foreach (var (reason, count) in sums.Reasons)
                writer.WriteNumber(Words.Of(reason), count);
            writer.WriteEndObject();
            WriteGroups(writer, "providers"u8, "provider"u8, sums.Providers);
            WriteGroups(writer, "domains"u8, "domain"u8, sums.Domains);
        }

        BatchWriter.WriteRate(writer, view);
        BatchWriter.WriteEta(writer, view, withRate: true);
        writer.WriteEndObject();
    }

    private static void WriteGroups(Utf8JsonWriter writer, ReadOnlySpan<byte> property, ReadOnlySpan<byte> nameOfOne, ImmutableArray<SummaryGroup> groups)
    {
        writer.WriteStartArray(property);
        foreach (var group in groups)
        {
            writer.WriteStartObject();
            writer.WriteString(nameOfOne, group.Name);
            BatchWriter.WriteDone(writer, group.Done, group.Deliverable, group.Undeliverable, group.Risky, group.Unknown);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private readonly record struct Summary(BatchView View, BatchSummary? Sums);
}
