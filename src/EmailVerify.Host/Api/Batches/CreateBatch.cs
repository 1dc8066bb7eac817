using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.Batches.Uploads;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Batches;

/// <summary>
/// POST <c>/v1/batches</c>: takes a list of addresses and begins to verify it. The body is a stream: rows are durable as they come, and invisible until the last one is; of what is
/// refused or cut nothing stays. 202 says that every row is durable. An Idempotency-Key keeps the 202; whatever else it met, the request may be repeated with it.
/// </summary>
internal sealed partial class CreateBatch(IBatchStore store, BatchAdmission admission, DoctorDesk doctor, UploadBounds bounds, TimeProvider clock, ILogger<CreateBatch> logger)
{
    /// <summary>How many batches of a customer may be queued, running or paused.</summary>
    public const int MaxOpen = 100;

    private const int OpenRetryAfterSeconds = 60;

    private readonly UploadPlaces places = new();

    public async Task HandleAsync(HttpContext context)
    {
        // :: Step 1: the head of the request.
        if (!Reservation.TryRead(context.Request.Headers, out var key))
        {
            await Reservation.Malformed().WriteAsync(context);
            return;
        }

        var opened = Upload.Open(context, bounds);
        if (opened is not { Value: { } upload })
        {
            await opened.Problem!.WriteAsync(context);
            return;
        }

        // :: Step 2: a place.
        using var opening = upload;
        var customer = Caller.Of(context).CustomerId;
        if (places.Enter(customer) is { } full)
        {
            await full.WriteAsync(context);
            return;
        }

        try
        {
            // :: Step 3: the key, if there is one.
            if (key is null)
            {
                await CreateAsync(context, upload, reservation: null);
                return;
            }

            var (own, claim) = await Reservation.TakeAsync(store, new IdempotencyKey(customer, "POST /v1/batches", key), clock, logger);
            await using var reservation = own;
            await (claim switch
            {
                IdempotencyClaim.Answered(var record) => RepeatAsync(context, upload, record),
                IdempotencyClaim.InProgress => Reservation.InProgress().WriteAsync(context),
                _ => CreateAsync(context, upload, reservation),
            });
        }
        catch (Exception failure) when (UploadProblems.Of(failure) is { } problem && !context.Response.HasStarted)
        {
            await problem.WriteAsync(context);
        }
        finally
        {
            places.Leave(customer);
        }
    }

    private static async Task RepeatAsync(HttpContext context, Upload upload, IdempotencyRecord record)
    {
        await upload.DrainAsync(context.RequestAborted);
        await Reservation.RepeatAsync(context, record, upload.Fingerprint());
    }

    private async Task CreateAsync(HttpContext context, Upload upload, Reservation? reservation)
    {
        var customer = Caller.Of(context).CustomerId;
        var open = await store.ListAsync(
            customer, new BatchQuery([BatchStatus.Queued, BatchStatus.Running, BatchStatus.Paused], null, null, null, null, MaxOpen), context.RequestAborted);
        if (open.Length >= MaxOpen)
        {
            await new Problem(ProblemCode.TooManyOpenBatches, $"A customer may have {MaxOpen} open batches.") { RetryAfterSeconds = OpenRetryAfterSeconds }.WriteAsync(context);
            return;
        }

        // :: Step 4: the rows and the batch, seen from here on, and the answer that a repeated request gets.
        switch (await admission.AdmitAsync(upload, customer, doctor.For(Caller.Of(context)), reservation, context.RequestAborted))
        {
            case Admitted.Refused(var problem):
                await problem.WriteAsync(context);
                return;
            case Admitted.Faulty(var fault):
                await UploadProblems.Of(fault).WriteAsync(context);
                return;
            case Admitted.Published(var batch, var json):
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                context.Response.Headers.Location = BatchWriter.PathOf(batch.Id);
                JsonAnswer.Send(context.Response, json.Span);
                return;
        }
    }
}
