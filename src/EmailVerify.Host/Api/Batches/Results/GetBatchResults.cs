using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.Problems;
using Microsoft.Net.Http.Headers;

namespace EmailVerify.Host.Api.Batches.Results;

/// <summary>
/// GET <c>/v1/batches/{id}/results</c>: what is known of each row, also while the batch runs.
/// What fails in the middle cuts the connection: no answer that is too short looks whole.
/// </summary>
internal sealed partial class GetBatchResults(BatchDesk desk, ResultStream results)
{
    // What says where in the results an answer begins and ends.
    private static readonly ImmutableArray<string> Bounds = ["after", "limit"];

    // How lists are called that people send.
    private static readonly ImmutableArray<string> ListTypes = [".csv", ".tsv", ".txt", ".ndjson", ".jsonl", ".json"];

    // In characters: each may take fourteen in the header, which so stays below 1 kB.
    private const int MostOfName = 60;

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
        if (tag is not null && !IsPart(context.Request) && EntityTag.IsKnown(context.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = query.Type is MediaTypes.Csv ? MediaTypes.CsvWithHeader : query.Type;
        response.Headers["EmailVerify-Batch-Status"] = Words.Of(batch.Status);
        if (query.Type is MediaTypes.Csv)
            response.Headers.ContentDisposition = DispositionOf(batch);
        if (HttpMethods.IsHead(context.Request.Method))
            return;

        // :: Step 3: the rows.
        await results.WriteAsync(response.BodyWriter, batch, query, columns, context.RequestAborted);
    }

    // Under the name of the list, so that its owner knows it again.
    private static string DispositionOf(Batch batch)
    {
        var name = batch.Name ?? string.Empty;
        if (ListTypes.FirstOrDefault(type => name.EndsWith(type, StringComparison.OrdinalIgnoreCase)) is { } type)
            name = name[..^type.Length];
        var shown = string.Concat(name.EnumerateRunes().Take(MostOfName).Select(rune => Rune.IsControl(rune) || rune.Value is '/' or '\\' ? "_" : rune.ToString()));
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(shown.Length == 0 ? $"{batch.Id}.csv" : $"{shown}-verified.csv");
        return disposition.ToString();
    }

    // Parts of the results have the tag of the whole: who has one of them need not have this one.
    private static bool IsPart(HttpRequest request) => Bounds.Any(request.Query.ContainsKey);

    // Bounds do not count: who goes on behind the last whole line has the tag of the download that was cut off.
    private static string TagOf(Batch batch, ResultsQuery query, HttpRequest request)
    {
        var wish = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{batch.Id}\n{batch.Revision}\n{query.Type}\n");
        foreach (var (name, values) in request.Query.Where(one => !Bounds.Contains(one.Key, StringComparer.OrdinalIgnoreCase)).OrderBy(one => one.Key, StringComparer.Ordinal))
            _ = wish.Append(name).Append('=').Append(values).Append('\n');
        return EntityTag.Of(Encoding.UTF8.GetBytes(wish.ToString()));
    }
}
