using System.Collections.Immutable;
using EmailVerify.Core.Batches;

namespace EmailVerify.Core.Exports;

/// <summary>
/// The tables of exports: what was asked for, how far it is, and the file so far, in parts. What a task has ended for is durable.
/// What cannot be done now ends in a <see cref="StorageUnavailableException"/>, a full disk in a <see cref="StorageFullException"/>.
/// </summary>
public interface IExportStore
{
    /// <summary>Adds an export, with the answer that a repeated request gets, in one transaction, within the bounds of its customer.</summary>
    Task<ExportAdmission> AddAsync(Export export, IdempotencyAnswer? answer);

    /// <summary>Reads an export, or null. A foreign id is an unknown id.</summary>
    ValueTask<Export?> FindAsync(string customerId, string exportId, CancellationToken cancellationToken);

    /// <summary>Reads a customer's exports, newest first, those too whose file is gone: some hundred at most.</summary>
    ValueTask<ImmutableArray<Export>> ListAsync(string customerId, CancellationToken cancellationToken);

    /// <summary>Removes an export at once, then its parts in small steps. Who works on it is fenced off.</summary>
    /// <returns><see langword="false"/> when there is none. A foreign id is an unknown id.</returns>
    Task<bool> RemoveAsync(string customerId, string exportId);

    /// <summary>Claims the export that is due first: one that waits, or whose lease has ended. Whoever had it before is fenced off.</summary>
    /// <param name="now">The time.</param>
    /// <param name="leaseUntil">Until when it is the caller's.</param>
    /// <returns>Null when none is due.</returns>
    Task<ExportClaim?> ClaimAsync(DateTimeOffset now, DateTimeOffset leaseUntil);

    /// <summary>Stores how far a claimed export is, and with it the part that brought it there, in one transaction.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="export">The export as it is from now on.</param>
    /// <param name="part">The octets at the end of its file, a gzip member (RFC 1952), so that all parts together are a gzip file; empty adds none.</param>
    /// <param name="dueAt">When another may claim it: the end of the lease.</param>
    /// <returns>
    /// <see langword="false"/> when the claim holds no longer, for another has claimed it or it was removed, or when the part is not the next one, for one that seemed to fail was stored:
    /// then nothing was stored.
    /// </returns>
    Task<bool> SaveAsync(ExportClaim claim, Export export, ReadOnlyMemory<byte> part, DateTimeOffset dueAt);

    /// <summary>Says when another may claim an export, or its claimer again: a later end of the lease, or an earlier one. It leaves how far it is to what was stored last.</summary>
    /// <returns><see langword="false"/> when the claim holds no longer.</returns>
    Task<bool> PutOffAsync(ExportClaim claim, DateTimeOffset dueAt);

    /// <summary>Says whether where reports are read from is as new as an export. A standby hears of commits in their order, so with the export it has all that was stored before.</summary>
    ValueTask<bool> IsReportedAsync(string exportId, CancellationToken cancellationToken);

    /// <summary>Reads octets of a completed export's file.</summary>
    /// <param name="exportId">Of which export.</param>
    /// <param name="position">The first octet, from 0.</param>
    /// <param name="count">How many at most; there are fewer where a part ends.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>None when the file is shorter, or was removed.</returns>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(string exportId, long position, int count, CancellationToken cancellationToken);
}

/// <summary>The right to work on an export.</summary>
/// <param name="Export">The export as it was when it was claimed.</param>
/// <param name="Epoch">How often it has been claimed: what an older claim brings is refused.</param>
public sealed record ExportClaim(Export Export, int Epoch);

/// <summary>What became of an export that was to be added.</summary>
public enum ExportAdmission
{
    /// <summary>It was added.</summary>
    Added,

    /// <summary>The key of its answer is no longer reserved by its owner: nothing was added, for another request may have done it.</summary>
    KeyLost,

    /// <summary>The customer has <see cref="Export.MaxUnfinished"/> that have not ended.</summary>
    TooManyUnfinished,

    /// <summary>The customer has <see cref="Export.MaxKept"/> whose time is not over.</summary>
    TooManyKept,
}
