using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.Batches.Results;

/// <summary>
/// GET <c>/v1/batches/{id}/results</c>: what is known of each row, chunk by chunk, also while the batch runs. It holds one chunk, however many rows there are.
/// What fails in the middle cuts the connection: no answer that is too short looks whole.
/// </summary>
internal sealed class GetBatchResults(BatchDesk desk, IBatchStore store)
{
    // What is written is passed on by so much.
    private const int FlushLength = 64 * 1024;

    private const int DonePage = 1_000;

    public async Task HandleAsync(HttpContext context)
    {
        // :: Step 1: the request.
        var parsed = ResultsQuery.Parse(context.Request);
        if (parsed is not { Value: { } query })
        {
            await parsed.Problem!.WriteAsync(context);
            return;
        }

        if (await desk.FindAsync(context) is not { } batch)
        {
            await BatchDesk.Unknown.WriteAsync(context);
            return;
        }

        if (batch.ErasedAt is not null)
        {
            await BatchDesk.Erased.WriteAsync(context);
            return;
        }

        if (KeptColumns.Of(batch, query.Columns) is not { } columns)
        {
            await Uploads.UploadProblems.Of(new UploadFault.ColumnNotFound(batch.Columns)).WriteAsync(context);
            return;
        }

        // :: Step 2: what has ended does not change, and has a tag.
        var tag = batch.HasEnded ? TagOf(batch, query, context.Request) : null;
        if (EntityTag.IsOther(context.Request, tag))
        {
            await new Problem(ProblemCode.PreconditionFailed, "The results are no longer those that the header If-Match names: the batch runs, or has run again.").WriteAsync(context);
            return;
        }

        var response = context.Response;
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "private, no-store";
        response.Headers.Vary = "Accept";
        if (tag is not null && EntityTag.IsKnown(context.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = query.Type is MediaTypes.Csv ? "text/csv; charset=utf-8; header=present" : query.Type;
        response.Headers["EmailVerify-Batch-Status"] = Words.Of(batch.Status);
        if (query.Type is MediaTypes.Csv)
            response.Headers.ContentDisposition = $"attachment; filename=\"{batch.Id}.csv\"";
        if (HttpMethods.IsHead(context.Request.Method))
            return;

        // :: Step 3: the rows.
        await StreamAsync(context, batch, query, columns);
    }

    private static string TagOf(Batch batch, ResultsQuery query, HttpRequest request) => EntityTag.Of(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{batch.Id}\n{batch.Revision}\n{query.Type}\n{request.QueryString.Value}")));

    private async Task StreamAsync(HttpContext context, Batch batch, ResultsQuery query, KeptColumns columns)
    {
        var buffer = new ArrayBufferWriter<byte>(2 * FlushLength);
        using var json = query.Type is MediaTypes.Csv ? null : new JsonResultWriter(buffer, batch, query, columns);
        IResultWriter writer = json is null ? new CsvResultWriter(buffer, batch, query, columns) : json;
        var cancellationToken = context.RequestAborted;
        var isPage = query.Type is MediaTypes.Json;
        var written = 0L;
        ResultRow last = default;
        string? next = null;
        writer.Begin();
        await foreach (var row in RowsAsync(batch, query, cancellationToken))
        {
            if (ShownResult.Of(row, batch, query) is not { } shown)
                continue;
            if (written == query.Limit)
            {
                next = PlaceOf(last, query);
                break;
            }

            writer.Write(shown);
            written++;
            last = row;

            // Who gives a limit to a stream wants no look beyond it.
            if (written == query.Limit && !isPage)
                break;
            if (buffer.WrittenCount >= FlushLength && !await FlushAsync())
                return;
        }

        // Who follows a running batch in the order of commits goes on where this page ended.
        if (next is null && query.ByDone && !batch.HasEnded)
            next = written > 0 ? PlaceOf(last, query) : query.AfterDone == default ? null : query.AfterDone.Text();
        writer.End(next);
        _ = await FlushAsync();

        async ValueTask<bool> FlushAsync()
        {
            var flushed = await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, cancellationToken);
            buffer.ResetWrittenCount();
            return !flushed.IsCompleted;
        }
    }

    private static string PlaceOf(in ResultRow row, ResultsQuery query) =>
        query.ByDone ? new ResultCursor(row.Result!.Place, row.Number).Text() : row.Number.ToString(CultureInfo.InvariantCulture);

    private IAsyncEnumerable<ResultRow> RowsAsync(Batch batch, ResultsQuery query, CancellationToken cancellationToken) =>
        query.ByDone ? ByDoneAsync(batch, query, cancellationToken) : ByRowAsync(batch, query, cancellationToken);

    private async IAsyncEnumerable<ResultRow> ByRowAsync(Batch batch, ResultsQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = batch.Counts.Unique + batch.Counts.Duplicates;
        for (var number = query.AfterRow / ChunkRows.PerChunk; number * ChunkRows.PerChunk < rows; number++)
        {
            var chunk = await store.ReadAsync(batch, (int)number, query.ShowsEvidence, cancellationToken);
            if (chunk.IsEmpty)
                throw new InvalidOperationException("A chunk is gone: the batch was erased while it was read.");
            foreach (var row in chunk)
            {
                if (row.Number > query.AfterRow)
                    yield return row;
            }
        }
    }

    private async IAsyncEnumerable<ResultRow> ByDoneAsync(Batch batch, ResultsQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var place = query.AfterDone.Before;
        while (true)
        {
            var page = await store.ReadDoneAsync(batch, place, DonePage, cancellationToken);
            foreach (var row in page)
            {
                if (!query.AfterDone.Covers(row))
                    yield return row;
            }

            if (page.IsEmpty)
                break;
            place = page[^1].Result!.Place;
        }

        if (await store.FindAsync(batch.Id, cancellationToken) is not { ErasedAt: null })
            throw new InvalidOperationException("The batch was erased while it was read.");
    }
}
