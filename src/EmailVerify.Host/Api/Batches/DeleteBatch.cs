using EmailVerify.Grains.Batches;

namespace EmailVerify.Host.Api.Batches;

/// <summary>DELETE <c>/v1/batches/{id}</c>: cancels it and removes rows and results; its counts stay a while. Repeating it says the same.</summary>
internal sealed partial class DeleteBatch(BatchDesk desk, IGrains<IBatchGrain> grains)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await desk.FindAsync(context) is not { } batch)
        {
            await BatchDesk.Unknown.WriteAsync(context);
            return;
        }

        if (batch.ErasedAt is null)
            await grains.Get(batch.Id).EraseAsync();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
