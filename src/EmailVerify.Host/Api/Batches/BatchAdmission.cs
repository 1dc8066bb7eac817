using EmailVerify.Adapters.Files;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Doctor;
using EmailVerify.Grains.Batches;
using EmailVerify.Host.Api.Batches.Uploads;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Api.Batches;

/// <summary>Makes a batch of an upload, wherever that comes from: rows are durable as they come, and invisible until the last one is; of what is refused or cut nothing stays.</summary>
internal sealed class BatchAdmission(IBatchStore store, BatchDesk desk, Installation installation, TimeProvider clock, ILogger<BatchAdmission> logger)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>Takes an upload in, and has the work on it begin.</summary>
    /// <param name="upload">The upload.</param>
    /// <param name="customer">Whose the batch is to be.</param>
    /// <param name="doctor">What the customer may know of the doctor's last report, which the answer warns of; null is nothing.</param>
    /// <param name="reservation">The key by which a repeated request finds the batch, or null.</param>
    /// <param name="cancellationToken">Gives up; nothing stays.</param>
    public async Task<Admitted> AdmitAsync(Upload upload, string customer, DoctorReport? doctor, Reservation? reservation, CancellationToken cancellationToken)
    {
        var id = Id.New("bat", clock);
        var isBegun = false;
        var isPublished = false;
        try
        {
            // :: Step 1: the rows.
            var begun = await upload.BeginAsync(cancellationToken);
            if (begun is not { Value: { } rows })
                return new Admitted.Refused(begun.Problem!);
            using var reader = rows;
            isBegun = true;
            await store.BeginAsync(id, clock.GetUtcNow());
            var intake = new Intake(store, id, installation.Pepper, upload.Wish.Dedupes ?? true);
            if (await intake.ReadAsync(reader, cancellationToken) is { } fault)
                return new Admitted.Faulty(fault);
            if (await upload.EndAsync(reader, cancellationToken) is { } problem)
                return new Admitted.Refused(problem);

            // :: Step 2: the batch, seen from here on, and the answer that a repeated request gets.
            var batch = Make(id, customer, upload, reader, intake);
            var json = JsonAnswer.Render(new ShownBatch(new BatchView(batch), doctor), BatchWriter.Write);
            isPublished = await store.PublishAsync(batch, reservation?.Answer(upload.Fingerprint(), StatusCodes.Status202Accepted, BatchWriter.PathOf(id), json));

            // Its lease has ended and another request has the key: that one makes the batch, or has made it.
            if (!isPublished)
                return new Admitted.Refused(Reservation.InProgress());
            reservation?.Keep();

            // :: Step 3: the work.
            if (batch.Status is BatchStatus.Queued)
                await desk.WakeAsync(id);
            return new Admitted.Published(batch, json);
        }
        finally
        {
            if (isBegun && !isPublished)
                await EraseAsync(id);
        }
    }

    private Batch Make(string id, string customer, Upload upload, RowReader reader, Intake intake)
    {
        var wish = upload.Wish;
        var now = clock.GetUtcNow();
        var waits = wish.Starts == false;
        return new Batch
        {
            Id = id,
            CustomerId = customer,
            Name = wish.Name ?? upload.FileName,
            Tag = wish.Tag,
            Status = waits ? BatchStatus.Paused : BatchStatus.Queued,
            Pause = waits ? new BatchPause(BatchPauser.Customer, "start=false") : null,
            Priority = wish.Priority ?? BatchPriority.Normal,
            MaxAge = wish.MaxAge,
            DropsDuplicates = wish.DropsDuplicates == true,
            Shape = upload.Shape,
            Columns = reader.Columns,
            Column = reader.Column,
            Delimiter = (reader as CsvRowReader)?.Form.Delimiter,
            Counts = intake.Counts(wish.DropsDuplicates == true),
            Revision = 1,
            CreatedAt = now,
            ExpiresAt = now + Kept,
        };
    }

    private async ValueTask EraseAsync(string id)
    {
        try
        {
            await store.EraseAsync(id);
        }
        catch (Exception failure)
        {
            BatchLog.NotErased(logger, id, failure.GetType().Name);
        }
    }
}

/// <summary>What became of an upload. Closed.</summary>
internal abstract record Admitted
{
    private Admitted()
    {
    }

    /// <summary>It is a batch now.</summary>
    /// <param name="Batch">The batch.</param>
    /// <param name="Json">How it is shown; a repeated request gets the same.</param>
    public sealed record Published(Batch Batch, ReadOnlyMemory<byte> Json) : Admitted;

    /// <summary>Its rows are not taken.</summary>
    public sealed record Faulty(UploadFault Fault) : Admitted;

    /// <summary>What is asked of it is not taken.</summary>
    public sealed record Refused(Problem Problem) : Admitted;
}
