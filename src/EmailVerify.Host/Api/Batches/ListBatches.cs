using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Doctor;
using EmailVerify.Grains.Batches;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Api.Batches;

/// <summary>GET <c>/v1/batches</c>: a customer's batches, newest first. Counts are the store's; how fast a batch goes, it tells itself.</summary>
internal sealed partial class ListBatches(IBatchStore store, DoctorDesk doctor, Installation installation)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public async Task HandleAsync(HttpContext context)
    {
        // :: Step 1: which part of the list.
        var parameters = new Parameters(context.Request.Query);
        var status = parameters.List<BatchStatus>("status");
        var name = parameters.Text("name", BatchWish.MaxText);
        var from = parameters.Time("from");
        var to = parameters.Time("to");
        var limit = (int)(parameters.Number("limit", 1, MaxLimit) ?? DefaultLimit);
        var after = parameters.Text("after", int.MaxValue);
        if (parameters.Problem is { } wrong)
        {
            await wrong.WriteAsync(context);
            return;
        }

        var pepper = installation.Pepper;
        var customer = Caller.Of(context).CustomerId;
        var list = string.Create(
            CultureInfo.InvariantCulture,
            $"batches\n{customer}\n{string.Join(',', status.Distinct().Select(Words.Of).Order(StringComparer.Ordinal))}\n{from?.UtcTicks}\n{to?.UtcTicks}\n{name}");
        string? before = null;
        if (after is not null && !Cursor.TryRead(after, list, pepper.Span, out before))
        {
            await new Problem(ProblemCode.CursorMismatch, "The cursor was not given for this list.")
            {
                Errors = [ProblemError.AtParameter("after", "invalid", "Take next of the answer before.")],
            }.WriteAsync(context);
            return;
        }

        // :: Step 2: the page. One more than is shown says whether there is a next one.
        var found = await store.ListAsync(customer, new BatchQuery(status, name, from, to, before, limit + 1), context.RequestAborted);
        var shown = found.Length > limit ? found[..limit] : found;
        var next = found.Length > limit ? Cursor.After(shown[^1].Id, list, pepper.Span) : null;
        if (next is not null)
            context.Response.Headers.Link = $"<{context.Request.Path}{Cursor.NextQuery(context.Request.Query, next)}>; rel=\"next\"";
        JsonAnswer.Write(context.Response, new Page(shown, next, doctor.For(Caller.Of(context))), Write);
    }

    private static void Write(Utf8JsonWriter writer, in Page page)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("batches"u8);
        foreach (var batch in page.Shown)
            BatchWriter.Write(writer, new ShownBatch(new BatchView(batch), page.Doctor));
        writer.WriteEndArray();
        writer.WriteString("next"u8, page.Next);
        writer.WriteEndObject();
    }

    private readonly record struct Page(ImmutableArray<Batch> Shown, string? Next, DoctorReport? Doctor);
}
