using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using EmailVerify.Core.Batches;

namespace EmailVerify.Host.Api.Batches.Results;

/// <summary>Writes the results of a batch, chunk by chunk. It holds one chunk, however many rows there are.</summary>
internal sealed class ResultStream(IBatchStore store)
{
    // What is written is passed on by so much.
    private const int FlushLength = 64 * 1024;

    private const int DonePage = 1_000;

    /// <summary>Writes what is asked for, in the form that is asked for.</summary>
    public async Task WriteAsync(PipeWriter output, Batch batch, ResultsQuery query, KeptColumns columns, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(2 * FlushLength);
        using var json = query.Type is MediaTypes.Csv ? null : new JsonResultWriter(buffer, batch, query, columns);
        await WriteAsync(output, buffer, json is null ? new CsvResultWriter(buffer, batch, query, columns) : json, batch, query, cancellationToken);
    }

    /// <summary>Writes what is asked for in another form.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="buffer">Where the form writes.</param>
    /// <param name="writer">The form.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task WriteAsync(PipeWriter output, ArrayBufferWriter<byte> buffer, IResultWriter writer, Batch batch, ResultsQuery query, CancellationToken cancellationToken)
    {
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
            var flushed = await output.WriteAsync(buffer.WrittenMemory, cancellationToken);
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
        var (place, last) = query.AfterDone;
        while (true)
        {
            var page = await store.ReadDoneAsync(batch, place, last, DonePage, cancellationToken);
            if (page.IsEmpty)
                break;
            foreach (var row in page)
                yield return row;
            (place, last) = (page[^1].Result!.Place, page[^1].Number);
        }

        if (await store.FindAsync(batch.Id, cancellationToken) is not { ErasedAt: null })
            throw new InvalidOperationException("The batch was erased while it was read.");
    }
}
