using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Exports;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using Microsoft.Net.Http.Headers;

namespace EmailVerify.Host.Api.Exports;

/// <summary><c>/v1/exports</c>: lists and shows exports, gives their files, and removes them.</summary>
internal sealed partial class KeptExports(IExportStore store, TimeProvider clock)
{
    private const int RetryAfterSeconds = 5;

    private static readonly Problem Unknown = new(ProblemCode.NotFound, "No export has this id.");

    /// <summary>GET: all of them, newest first. Their number is bounded.</summary>
    public async Task ListAsync(HttpContext context)
    {
        var exports = await store.ListAsync(Caller.Of(context).CustomerId, context.RequestAborted);
        JsonAnswer.Write(context.Response, new Shown(exports, clock.GetUtcNow()), static (Utf8JsonWriter writer, in Shown shown) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("exports"u8);
            foreach (var export in shown.Exports)
                ExportWriter.Write(writer, new ShownExport(export, shown.Now));
            writer.WriteEndArray();
            writer.WriteNull("next"u8);
            writer.WriteEndObject();
        });
    }

    /// <summary>GET <c>…/{id}</c>: one.</summary>
    public async Task GetAsync(HttpContext context)
    {
        if (await FindAsync(context) is { } export)
            JsonAnswer.Write(context.Response, new ShownExport(export, clock.GetUtcNow()), ExportWriter.Write);
        else
            await Unknown.WriteAsync(context);
    }

    /// <summary>GET <c>…/{id}/file</c>: its file, whole or in ranges.</summary>
    public async Task FileAsync(HttpContext context)
    {
        // :: Step 1: is there one?
        if (await FindAsync(context) is not { } export)
        {
            await Unknown.WriteAsync(context);
            return;
        }

        var now = clock.GetUtcNow();
        if (export.HasExpiredAt(now))
        {
            await new Problem(ProblemCode.Erased, "The file of this export was removed: its time is over.").WriteAsync(context);
            return;
        }

        if (!export.HasFileAt(now))
        {
            await NotReady(export).WriteAsync(context);
            return;
        }

        // :: Step 2: the framework does what RFC 9110 13 and 14 say of tags and ranges. A file that is completed never changes.
        var response = context.Response;
        response.Headers.CacheControl = "private, no-store";
        var tag = EntityTag.Of(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{export.Id}\n{export.Length}")));
        var name = $"{Words.Of(export.Kind)}-{export.Id}.{Words.Of(export.Format)}.gz";
        await Results.Stream(new ExportFile(store, export), MediaTypes.Gzip, name, export.FinishedAt, new EntityTagHeaderValue(tag), enableRangeProcessing: true).ExecuteAsync(context);

        // :: Step 3: it says by a status alone what is not to be had.
        Problem? problem = response.StatusCode switch
        {
            StatusCodes.Status412PreconditionFailed => new Problem(ProblemCode.PreconditionFailed, "The file is not the one that the request means."),
            StatusCodes.Status416RangeNotSatisfiable => new Problem(ProblemCode.RangeNotSatisfiable, string.Create(CultureInfo.InvariantCulture, $"The file has {export.Length} octets.")),
            _ => null,
        };
        if (problem is null)
            return;
        response.ContentLength = null;
        response.Headers.ContentDisposition = default;
        await problem.WriteAsync(context);
    }

    /// <summary>DELETE <c>…/{id}</c>: removes it, whatever it does.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        if (context.Request.RouteValues["id"] is string id && await store.RemoveAsync(Caller.Of(context).CustomerId, id))
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else
            await Unknown.WriteAsync(context);
    }

    private static Problem NotReady(Export export) => new(
        ProblemCode.ExportNotReady,
        export.Status is ExportStatus.Failed ? "The export has failed, and gets no file." : "The export is still being made.")
    {
        RetryAfterSeconds = export.HasEnded ? null : RetryAfterSeconds,
        Extras = writer => writer.WriteString("state"u8, Words.Of(export.Status)),
    };

    // A foreign id is an unknown id.
    private async ValueTask<Export?> FindAsync(HttpContext context) => context.Request.RouteValues["id"] is string id && Id.HasForm(id, Export.IdPrefix)
        ? await store.FindAsync(Caller.Of(context).CustomerId, id, context.RequestAborted)
        : null;

    private readonly record struct Shown(ImmutableArray<Export> Exports, DateTimeOffset Now);
}
