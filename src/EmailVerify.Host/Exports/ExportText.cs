using System.Buffers;
using System.Collections.Immutable;
using EmailVerify.Adapters.Files;
using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Exports;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Batches;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Batches;
using EmailVerify.Host.Api.Verifications;

namespace EmailVerify.Host.Exports;

/// <summary>Writes what an export has, row by row, as the API shows it.</summary>
/// <param name="output">Where to.</param>
/// <param name="export">The export.</param>
/// <param name="inSandbox">Whether the world that was asked is the sandbox.</param>
internal sealed class ExportText(IBufferWriter<byte> output, Export export, bool inSandbox)
{
    /// <summary>The columns of verifications.</summary>
    public static readonly ImmutableArray<string> VerificationColumns = ["id", "email", "tag", "created_at", .. VerdictCells.Names];

    /// <summary>The columns of batches.</summary>
    public static readonly ImmutableArray<string> BatchColumns =
    [
        "id", "name", "tag", "status", "total", "done", "deliverable", "undeliverable", "risky", "unknown", "unique", "duplicates", "retrying", "without_address",
        "created_at", "started_at", "finished_at", "expires_at", "erased_at",
    ];

    private readonly ResultCsvWriter csv = new(output);

    private VerdictCells Cells => field ??= new VerdictCells(csv);

    /// <summary>Writes what comes before the first row.</summary>
    public void Begin()
    {
        if (export.Format is not ExportFormat.Csv)
            return;
        foreach (var name in export.Kind is ExportKind.Verifications ? VerificationColumns : BatchColumns)
            Cells.Write(name);
        csv.EndRow();
    }

    /// <summary>Writes a verification.</summary>
    public void Write(Verification verification)
    {
        if (export.Format is ExportFormat.Ndjson)
        {
            WriteLine(VerificationView.Of(verification, export.ShowsEvidence, inSandbox), VerificationWriter.Write);
            return;
        }

        var facts = EmailAddress.TryParse(verification.Email, out var address) ? AddressFacts.Of(address, verification.Verdict) : default;
        Cells.Write(verification.Id);
        Cells.Write(verification.Email);
        Cells.Write(verification.Tag);
        Cells.Write(verification.CreatedAt);
        Cells.Write(verification.Verdict, facts);
        csv.EndRow();
    }

    /// <summary>Writes a batch.</summary>
    public void Write(Batch batch)
    {
        if (export.Format is ExportFormat.Ndjson)
        {
            WriteLine(new ShownBatch(new BatchView(batch), Doctor: null), BatchWriter.Write);
            return;
        }

        Cells.Write(batch.Id);
        Cells.Write(batch.Name);
        Cells.Write(batch.Tag);
        Cells.Write(Words.Of(batch.Status));
        Cells.Write(batch.Counts.Total);
        Cells.Write(batch.Counts.Done);
        Cells.Write(batch.Counts.Deliverable);
        Cells.Write(batch.Counts.Undeliverable);
        Cells.Write(batch.Counts.Risky);
        Cells.Write(batch.Counts.Unknown);
        Cells.Write(batch.Counts.Unique);
        Cells.Write(batch.Counts.Duplicates);
        Cells.Write(batch.Counts.Retrying);
        Cells.Write(batch.Counts.WithoutAddress);
        Cells.Write(batch.CreatedAt);
        Cells.Write(batch.StartedAt);
        Cells.Write(batch.FinishedAt);
        Cells.Write(batch.ExpiresAt);
        Cells.Write(batch.ErasedAt);
        csv.EndRow();
    }

    private void WriteLine<T>(in T value, WriteJson<T> write)
    {
        output.Write(JsonAnswer.Render(value, write));
        output.Write("\n"u8);
    }
}
