using System.Collections.Immutable;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Exports;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Exports;

/// <summary>Reads what an export has, page by page.</summary>
internal sealed class ExportRows(IVerificationReports reports, IBatchStore batches, Installation installation)
{
    /// <summary>How many rows a page has.</summary>
    public const int PerPage = 1_000;

    /// <summary>Makes what writes the rows of an export.</summary>
    public ExportText TextOf(Export export, GzipPart part) => new(part, export, installation.IsSandbox);

    /// <summary>Reads a page and writes it.</summary>
    /// <param name="export">The export.</param>
    /// <param name="before">The keyset: made before this id, exclusive.</param>
    /// <param name="text">Where to.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>How many rows it had, and the id of the last one; null where it had none.</returns>
    public async ValueTask<(int Rows, string? Last)> CopyAsync(Export export, string before, ExportText text, CancellationToken cancellationToken)
    {
        var (from, to, status, reason, domain, batchId) = export.Filters;
        if (export.Kind is ExportKind.Verifications)
        {
            var search = new VerificationSearch(from, to, status, reason, domain, batchId, before, PerPage);
            return Copy(await reports.SearchAsync(export.CustomerId, search, cancellationToken), text.Write, verification => verification.Id);
        }

        return Copy(await batches.ListAsync(export.CustomerId, new BatchQuery([], Name: null, from, to, before, PerPage), cancellationToken), text.Write, batch => batch.Id);
    }

    private static (int Rows, string? Last) Copy<T>(ImmutableArray<T> page, Action<T> write, Func<T, string> idOf)
    {
        foreach (var row in page)
            write(row);
        return (page.Length, page.IsEmpty ? null : idOf(page[^1]));
    }
}
