namespace EmailVerify.Host.Api.Batches;

/// <summary>GET <c>/v1/batches/{id}</c>: how a batch stands. Its ETag makes asking often cheap.</summary>
internal sealed partial class GetBatch(BatchDesk desk)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await desk.FindAsync(context) is not { } batch)
        {
            await BatchDesk.Unknown.WriteAsync(context);
            return;
        }

        var view = await desk.LookAsync(batch);
        var tag = BatchDesk.TagOf(view);
        var response = context.Response;
        response.Headers.ETag = tag;
        if (EntityTag.IsKnown(context.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            response.Headers.CacheControl = "private, no-store";
            return;
        }

        JsonAnswer.Write(response, desk.Show(context, view), BatchWriter.Write);
    }
}
