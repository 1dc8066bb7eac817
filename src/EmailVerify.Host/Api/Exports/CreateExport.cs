using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Exports;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;
using EmailVerify.Host.Exports;

namespace EmailVerify.Host.Api.Exports;

/// <summary>POST <c>/v1/exports</c>: asks for a file of the customer's data, which is made in the background. An Idempotency-Key keeps the 202.</summary>
internal sealed partial class CreateExport(IExportStore store, IBatchStore keys, ExportBell bell, TimeProvider clock, ILogger<CreateExport> logger)
{
    // An export of a customer with little data has ended by then.
    private const int UnfinishedRetryAfterSeconds = 60;

    public async Task HandleAsync(HttpContext context)
    {
        // :: Step 1: the request.
        if (!Reservation.TryRead(context.Request.Headers, out var key))
        {
            await Reservation.Malformed().WriteAsync(context);
            return;
        }

        byte[] fingerprint = [];
        var parsed = await JsonBody.ReadAsync(context, body =>
        {
            fingerprint = FingerprintOf(context.Request, body);
            return ExportRequest.Parse(body);
        });
        if (parsed is not { Value: { } request })
        {
            await parsed.Problem!.WriteAsync(context);
            return;
        }

        // :: Step 2: the key, if there is one.
        if (key is null)
        {
            await AddAsync(context, request, fingerprint, reservation: null);
            return;
        }

        var (own, claim) = await Reservation.TakeAsync(keys, new IdempotencyKey(Caller.Of(context).CustomerId, "POST /v1/exports", key), clock, logger);
        await using var reservation = own;
        await (claim switch
        {
            IdempotencyClaim.Answered(var record) => Reservation.RepeatAsync(context, record, fingerprint),
            IdempotencyClaim.InProgress => Reservation.InProgress().WriteAsync(context),
            _ => AddAsync(context, request, fingerprint, reservation),
        });
    }

    private static byte[] FingerprintOf(HttpRequest request, ReadOnlySequence<byte> body) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(request.QueryString.Value ?? string.Empty), .. body.ToArray()]);

    // :: Step 3: the export, and the answer that a repeated request gets.
    private async Task AddAsync(HttpContext context, ExportRequest request, byte[] fingerprint, Reservation? reservation)
    {
        var now = clock.GetUtcNow();
        var id = Id.New(Export.IdPrefix, clock);
        var export = new Export
        {
            Id = id,
            CustomerId = Caller.Of(context).CustomerId,
            Kind = request.Kind,
            Format = request.Format,
            Filters = request.Filters,
            ShowsEvidence = request.ShowsEvidence,
            Before = Export.BeginningOf(id, request.Kind),
            CreatedAt = now,
        };
        var json = JsonAnswer.Render(new ShownExport(export, now), ExportWriter.Write);
        var path = ExportWriter.PathOf(id);
        switch (await store.AddAsync(export, reservation?.Answer(fingerprint, StatusCodes.Status202Accepted, path, json)))
        {
            case ExportAdmission.Added:
                reservation?.Keep();
                bell.Ring();
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                context.Response.Headers.Location = path;
                JsonAnswer.Send(context.Response, json);
                return;
            case ExportAdmission.KeyLost:
                // Its lease has ended and another request has the key: that one makes the export, or has made it.
                await Reservation.InProgress().WriteAsync(context);
                return;
            case ExportAdmission.TooManyUnfinished:
                await TooMany($"A customer may have {Export.MaxUnfinished} exports that have not ended: wait until one has, or delete one.", UnfinishedRetryAfterSeconds).WriteAsync(context);
                return;
            default:
                await TooMany($"A customer may have {Export.MaxKept} exports whose time is not over: delete one whose file was fetched.", await ExpiryOfFirstAsync(export, context.RequestAborted))
                    .WriteAsync(context);
                return;
        }
    }

    private static Problem TooMany(string detail, int seconds) => new(ProblemCode.TooManyExports, detail) { RetryAfterSeconds = seconds };

    /// <summary>Finds in how many seconds the time of one of the kept exports is over.</summary>
    private async ValueTask<int> ExpiryOfFirstAsync(Export refused, CancellationToken cancellationToken)
    {
        var kept = await store.ListAsync(refused.CustomerId, cancellationToken);
        var first = kept.Where(one => !one.HasExpiredAt(refused.CreatedAt)).Min(one => one.ExpiresAt);

        // Null is that some were deleted meanwhile.
        return first is { } end ? (int)Math.Ceiling((end - refused.CreatedAt).TotalSeconds) : 1;
    }
}
