using System.Globalization;
using System.Security.Cryptography;
using EmailVerify.Grains.Batches;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace EmailVerify.Host.Api.Batches.Events;

/// <summary>
/// GET <c>/v1/batches/{id}/events</c>: progress as server-sent events. <c>snapshot</c> first, then <c>progress</c> and <c>state</c>, and one <c>end</c>, also for who comes late;
/// who comes back after it gets 204, which ends an EventSource.
/// </summary>
internal sealed partial class GetBatchEvents(BatchDesk desk, BatchWatches watches, ServiceState state)
{
    private const int RetryAfterSeconds = 30;
    private const int SoonestReturn = 1_000;
    private const int LatestReturn = 5_000;

    public async Task HandleAsync(HttpContext context)
    {
        // :: Step 1: the batch.
        if (await desk.FindAsync(context) is not { } batch)
        {
            await BatchDesk.Unknown.WriteAsync(context);
            return;
        }

        var view = await desk.LookAsync(batch);
        if (view.Batch.HasEnded && LastEventId(context.Request) >= view.Batch.Revision)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        // :: Step 2: a place.
        var keyId = Caller.Of(context).KeyId;
        if (!watches.TryEnter(keyId))
        {
            await new Problem(ProblemCode.RateLimited, $"A key may have {BatchWatches.MaxOfKey} streams of events open, and all keys together {BatchWatches.MaxOfProcess}.")
            {
                RetryAfterSeconds = RetryAfterSeconds,
            }.WriteAsync(context);
            return;
        }

        try
        {
            // :: Step 3: the stream.
            Begin(context);
            if (HttpMethods.IsHead(context.Request.Method))
                return;
            await (view.Batch.HasEnded ? TellEndAsync(context, view) : WatchAsync(context, view));
        }
        finally
        {
            watches.Leave(keyId);
        }
    }

    private static void Begin(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = MediaTypes.EventStream;
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private static async Task TellEndAsync(HttpContext context, BatchView view)
    {
        byte[] all = [.. BatchEvent.Retry.Span, .. BatchEvent.First(view)];
        _ = await context.Response.BodyWriter.WriteAsync(all, context.RequestAborted);
    }

    // What a client has sent to itself: our id of the last event, or something of another's.
    private static long LastEventId(HttpRequest request) =>
        long.TryParse(request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1;

    private async Task WatchAsync(HttpContext context, BatchView view)
    {
        var aborted = context.RequestAborted;
        var output = context.Response.BodyWriter;
        var watch = watches.Join(view);
        try
        {
            var first = watch.First(out var seen);
            if ((await output.WriteAsync((byte[])[.. BatchEvent.Retry.Span, .. first], aborted)).IsCompleted)
                return;
            while (!seen.View.Batch.HasEnded)
            {
                if (state.IsDraining)
                {
                    _ = await output.WriteAsync(BatchEvent.ComeBack(RandomNumberGenerator.GetInt32(SoonestReturn, LatestReturn + 1)), aborted);
                    return;
                }

                // The batch is gone.
                if (seen.IsLast)
                    return;
                await seen.Waiting.Task.WaitAsync(aborted);

                // News before a sign of life: who missed some while it was slow gets the newest.
                var newest = watch.News;
                var octets = newest.Number > seen.Number ? newest.Octets : newest.Beat > seen.Beat ? BatchEvent.Heartbeat : default;
                seen = newest;
                if (!octets.IsEmpty && (await output.WriteAsync(octets, aborted)).IsCompleted)
                    return;
            }
        }
        finally
        {
            watches.Part(watch);
        }
    }
}
