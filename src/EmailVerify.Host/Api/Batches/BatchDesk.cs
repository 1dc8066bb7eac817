using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Grains.Batches;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.Batches;

/// <summary>Finds the batches that requests are about, and says how they stand.</summary>
internal sealed class BatchDesk(IBatchStore store, IGrains<IBatchGrain> grains, DoctorDesk doctor, ILogger<BatchDesk> logger)
{
    /// <summary>How long a grain is waited for that could only add to what the store knows.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The problem of an id that names no batch of the caller.</summary>
    public static Problem Unknown => new(ProblemCode.NotFound, "No batch has this id.");

    /// <summary>The problem of a batch whose rows are gone.</summary>
    public static Problem Erased => new(ProblemCode.Erased, "The rows and results of this batch were removed.");

    /// <summary>Reads the batch that the path names, or null. A foreign id is an unknown id.</summary>
    public async ValueTask<Batch?> FindAsync(HttpContext context) => context.Request.RouteValues["id"] is string id && Id.HasForm(id, "bat")
        ? await store.FindAsync(Caller.Of(context).CustomerId, id, context.RequestAborted)
        : null;

    /// <summary>Makes of a batch what is shown of it to a caller.</summary>
    public ShownBatch Show(HttpContext context, BatchView view) => new(view, doctor.For(Caller.Of(context)));

    /// <summary>Makes the tag of how a batch stands. The doctor's warnings are no part of that: its next look changes no tag.</summary>
    public static string TagOf(BatchView view) => EntityTag.Of(JsonAnswer.Render(new ShownBatch(view, null), BatchWriter.Write));

    /// <summary>Says how a batch stands: at what pace, its grain knows, and where that cannot be asked, the store's word has to do. What has ended needs no grain.</summary>
    /// <param name="batch">As the store has it.</param>
    public async ValueTask<BatchView> LookAsync(Batch batch)
    {
        if (batch.HasEnded)
            return new BatchView(batch);
        try
        {
            // The grain may be a flush behind the store, and the store was read before the grain was asked.
            return await GrainCall.OnceAsync(grains.Get(batch.Id).LookAsync(), Patience) is not { } view ? new BatchView(batch)
                : view.Batch.Revision >= batch.Revision ? view
                : view with { Batch = batch };
        }
        catch (Exception failure)
        {
            BatchLog.NotLookedAt(logger, batch.Id, failure.GetType().Name);
            return new BatchView(batch);
        }
    }

    /// <summary>Says where the rows of a batch are that has not ended, by provider; null where its grain cannot be asked.</summary>
    public async ValueTask<BatchRows?> ProvidersAsync(Batch batch)
    {
        try
        {
            return await GrainCall.OnceAsync(grains.Get(batch.Id).ProvidersAsync(), Patience);
        }
        catch (Exception failure)
        {
            BatchLog.NotLookedAt(logger, batch.Id, failure.GetType().Name);
            return null;
        }
    }

    /// <summary>Has the work on a batch begin. That it does not begin now is no failure: silos look for open work now and then.</summary>
    public async ValueTask WakeAsync(string batchId)
    {
        try
        {
            await GrainCall.OnceAsync(grains.Get(batchId).WakeAsync(), Patience);
        }
        catch (Exception failure)
        {
            BatchLog.NotWoken(logger, batchId, failure.GetType().Name);
        }
    }
}
