using System.Buffers;
using System.IO.Pipelines;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Customers;
using EmailVerify.Grains.Batches;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Batches;
using EmailVerify.Host.Api.Batches.Results;
using EmailVerify.Host.Api.Batches.Uploads;
using EmailVerify.Host.Api.Requests;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Cli;

/// <summary>The batch of a file in this process.</summary>
/// <param name="services">The engine.</param>
/// <param name="inSandbox">Whether it asks the sandbox.</param>
/// <param name="isKept">Whether the data folder outlives this process.</param>
internal sealed class LocalBatch(IServiceProvider services, bool inSandbox, bool isKept) : IBatchPlace
{
    private const string Operation = "verify --file";

    private readonly IBatchStore store = services.GetRequiredService<IBatchStore>();
    private readonly BatchDesk desk = services.GetRequiredService<BatchDesk>();
    private readonly TimeProvider clock = services.GetRequiredService<TimeProvider>();
    private string id = string.Empty;

    /// <inheritdoc/>
    public string? Afterwards => isKept ? " They are kept: the same command goes on with the rest." : null;

    /// <inheritdoc/>
    public async Task<BatchStanding> OpenAsync(SourceFile file, string? column, CancellationToken cancellationToken)
    {
        // A batch that was removed leaves its key behind: the next one is tried.
        for (var time = 1; ; time++)
        {
            var key = new IdempotencyKey(CustomerIds.Default, Operation, FormattableString.Invariant($"{file.Fingerprint}.{time}"));
            var (own, claim) = await Reservation.TakeAsync(store, key, clock, services.GetRequiredService<ILogger<LocalBatch>>());
            await using var reservation = own;
            if (claim is IdempotencyClaim.Answered({ Location: { } path }))
            {
                id = path[(path.LastIndexOf('/') + 1)..];
                if (await store.FindAsync(CustomerIds.Default, id, cancellationToken) is { ErasedAt: null } batch)
                    return BatchStanding.Of(await desk.LookAsync(batch));
                continue;
            }

            var admitted = await AdmitAsync(file, column, own, cancellationToken);
            id = admitted.Id;
            return BatchStanding.Of(new BatchView(admitted));
        }
    }

    /// <inheritdoc/>
    public async Task<BatchStanding> LookAsync(CancellationToken cancellationToken) => BatchStanding.Of(await desk.LookAsync(await FindAsync(cancellationToken)));

    /// <inheritdoc/>
    public async Task SteerAsync(BatchCommand command, CancellationToken cancellationToken) =>
        _ = await services.GetRequiredService<IGrains<IBatchGrain>>().Get(id).SteerAsync(command, reason: null, reasons: []);

    /// <inheritdoc/>
    public async Task WriteAsync(OutputFile output, VerifyFormat format, CancellationToken cancellationToken)
    {
        var batch = await FindAsync(cancellationToken);
        var results = services.GetRequiredService<ResultStream>();
        var pipe = PipeWriter.Create(output.Stream, new StreamPipeWriterOptions(leaveOpen: true));
        var query = ResultsQuery.All(format is VerifyFormat.Ndjson ? MediaTypes.Ndjson : MediaTypes.Csv);
        if (format is VerifyFormat.Table)
        {
            var buffer = new ArrayBufferWriter<byte>();
            await results.WriteAsync(pipe, buffer, new TableResultWriter(buffer, inSandbox, output.Palette), batch, query, cancellationToken);
        }
        else
        {
            await results.WriteAsync(pipe, batch, query, KeptColumns.Of(batch, wanted: default)!, cancellationToken);
        }

        await pipe.CompleteAsync();
    }

    private async Task<Batch> AdmitAsync(SourceFile file, string? column, Reservation? reservation, CancellationToken cancellationToken)
    {
        using var upload = Upload.OfFile(file.Stream, file.Format, file.Name, column, services.GetRequiredService<UploadBounds>());
        return await services.GetRequiredService<BatchAdmission>().AdmitAsync(upload, CustomerIds.Default, doctor: null, reservation, cancellationToken) switch
        {
            Admitted.Published(var batch, _) => batch,
            Admitted.Faulty(var fault) => throw new CommandRefusedException(ExitCodes.Refused, FaultSentences.Of(fault)),
            Admitted.Refused(var problem) => throw new CommandRefusedException(ExitCodes.Refused, problem.Detail),
            var other => throw new InvalidOperationException($"Not an admission: {other}"),
        };
    }

    private async ValueTask<Batch> FindAsync(CancellationToken cancellationToken) =>
        await store.FindAsync(CustomerIds.Default, id, cancellationToken) ?? throw new InvalidOperationException("The batch is gone.");
}
