using System.Collections.Immutable;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Batches;

/// <summary>
/// The tables of batches. What a task has ended for is durable. What cannot be done now ends in a <see cref="StorageUnavailableException"/>, a full disk in a <see cref="StorageFullException"/>.
/// A batch is invisible to everything here until it was published.
/// </summary>
public interface IBatchStore
{
    /// <summary>Makes room for a batch that is being uploaded.</summary>
    Task BeginAsync(string batchId, DateTimeOffset now);

    /// <summary>Adds a chunk to a batch that is being uploaded.</summary>
    Task AppendAsync(string batchId, ChunkDraft chunk);

    /// <summary>Makes a batch visible, with the answer that a repeated request gets, in one transaction.</summary>
    /// <returns><see langword="false"/> when the key of the answer is no longer reserved by its owner: then nothing was published, for another request may have done it.</returns>
    Task<bool> PublishAsync(Batch batch, IdempotencyAnswer? answer);

    /// <summary>Removes rows and results of a draft, or of a batch that was erased (<see cref="BatchLife.Erase"/>), in small transactions; the counts of a batch stay.</summary>
    Task EraseAsync(string batchId);

    /// <summary>Reads a batch, or null. A foreign id is an unknown id.</summary>
    ValueTask<Batch?> FindAsync(string customerId, string batchId, CancellationToken cancellationToken);

    /// <summary>Reads a batch, whosever it is, or null.</summary>
    ValueTask<Batch?> FindAsync(string batchId, CancellationToken cancellationToken);

    /// <summary>Reads a page of a customer's batches, newest first.</summary>
    ValueTask<ImmutableArray<Batch>> ListAsync(string customerId, BatchQuery query, CancellationToken cancellationToken);

    /// <summary>Reads the ids of the batches that are not at their end and not paused by a person.</summary>
    ValueTask<ImmutableArray<string>> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Changes a batch; where the change gives back the same object nothing is written. One that was erased takes no change.</summary>
    /// <param name="batchId">Which.</param>
    /// <param name="change">A pure function of the batch as it is; perhaps called twice.</param>
    /// <returns>The batch as it is then, its revision raised where it changed; null when there is none.</returns>
    Task<Batch?> ChangeAsync(string batchId, Func<Batch, Batch> change);

    /// <summary>
    /// Begins a new round of a batch that has ended (<see cref="BatchLife.Retry"/>): chunks with rows that are asked once more are open again. One without such rows ends at once.
    /// In small steps, of which only the last one shows.
    /// </summary>
    /// <returns>The batch as it is then; null when there is none, or when it has not ended.</returns>
    Task<Batch?> RetryAsync(string batchId, ImmutableArray<VerdictReason> reasons, DateTimeOffset now);

    /// <summary>Claims open chunks, in their order. Whoever had one before is fenced off.</summary>
    /// <param name="batchId">Of which batch.</param>
    /// <param name="after">Behind this number; −1 from the first.</param>
    /// <param name="limit">At most so many.</param>
    Task<ImmutableArray<ChunkClaim>> ClaimAsync(string batchId, int after, int limit);

    /// <summary>Claims one chunk.</summary>
    /// <returns>Null when it is not open.</returns>
    Task<ChunkClaim?> ClaimAsync(string batchId, int number);

    /// <summary>Reads what a worker needs of a chunk: its rows, those that have a final result or were put off left out.</summary>
    /// <returns>Null when there is no such chunk, or the claim is no longer the newest.</returns>
    ValueTask<ImmutableArray<BatchItem>?> LoadAsync(string batchId, ChunkClaim claim, CancellationToken cancellationToken);

    /// <summary>Takes rows whose time has come, oldest first, and leases them: a worker that dies with them is just another delay.</summary>
    /// <param name="batchId">Of which batch.</param>
    /// <param name="silo">Where the worker is, so that its neighbours can end the leases when it died (<see cref="ILeases"/>); of no use where one process has the data alone.</param>
    /// <param name="now">The time.</param>
    /// <param name="leaseUntil">When the lease ends by itself.</param>
    /// <param name="limit">At most so many.</param>
    Task<ImmutableArray<BatchItem>> TakeDueAsync(string batchId, string silo, DateTimeOffset now, DateTimeOffset leaseUntil, int limit);

    /// <summary>Leases rows for longer; those whose lease has ended and that another has taken stay the other's.</summary>
    /// <param name="batchId">Of which batch.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="leasedUntil">Until when they are leased now.</param>
    /// <param name="leaseUntil">Until when they are to be.</param>
    /// <returns>Until when they are leased from now on, as outcomes must name it.</returns>
    Task<DateTimeOffset> ExtendAsync(string batchId, ImmutableArray<long> rows, DateTimeOffset leasedUntil, DateTimeOffset leaseUntil);

    /// <summary>Says when the next row that was put off is due, or null.</summary>
    ValueTask<DateTimeOffset?> NextDueAsync(string batchId, CancellationToken cancellationToken);

    /// <summary>Stores what became of rows, with the batch's counts, in one transaction. Each row gets one result a round, whoever brings it first.</summary>
    /// <returns>The batch as it is then; null when the worker was fenced off or the batch has ended, and nothing was stored.</returns>
    Task<Batch?> FlushAsync(BatchFlush flush);

    /// <summary>Reads a chunk's rows with their results as they stand.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="number">Which chunk.</param>
    /// <param name="withEvidence">Whether evidence is read too.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>Every row of the chunk in order, with or without a result; empty when there is no such chunk.</returns>
    ValueTask<ImmutableArray<ResultRow>> ReadAsync(Batch batch, int number, bool withEvidence, CancellationToken cancellationToken);

    /// <summary>Reads results in the order of their commits.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="place">The place of the row that was read last.</param>
    /// <param name="row">That row: the one of the place, or one that repeats it. It and what is before it is left out.</param>
    /// <param name="limit">At most so many rows, repeated ones included.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The rows, those that repeat one behind it; perhaps fewer than the limit, and empty only at the end. Rows that leave the results as duplicates are not read.</returns>
    ValueTask<ImmutableArray<ResultRow>> ReadDoneAsync(Batch batch, ResultPlace place, long row, int limit, CancellationToken cancellationToken);

    /// <summary>Reserves an idempotency key, or says what became of the request that had it first.</summary>
    /// <param name="key">The key.</param>
    /// <param name="owner">Who asks: a random text of this request. Only with it the reservation is kept, answered or given back.</param>
    /// <param name="now">The time.</param>
    /// <param name="leaseUntil">When the reservation ends by itself.</param>
    Task<IdempotencyClaim> ReserveAsync(IdempotencyKey key, string owner, DateTimeOffset now, DateTimeOffset leaseUntil);

    /// <summary>Keeps a reservation of one's own for longer; another's stays as it is.</summary>
    Task RenewAsync(IdempotencyKey key, string owner, DateTimeOffset leaseUntil);

    /// <summary>Gives a reservation of one's own back: its request was refused before it began work. Another's stays as it is.</summary>
    Task ReleaseAsync(IdempotencyKey key, string owner);

    /// <summary>Adds up the rows that are done. Reads all of them: a second for some 500,000.</summary>
    /// <returns>Null when there is no such batch.</returns>
    ValueTask<BatchSummary?> SummaryAsync(string batchId, CancellationToken cancellationToken);
}

/// <summary>Which part of the list of batches.</summary>
/// <param name="Status">Only these; empty is all.</param>
/// <param name="Name">Only those whose name contains it, whatever the case; null is all.</param>
/// <param name="From">Made at or after; null is the beginning.</param>
/// <param name="To">Made before; null is the end.</param>
/// <param name="Before">The keyset: made before this id, exclusive; null is the newest.</param>
/// <param name="Limit">At most so many, 1 to 1,001.</param>
public sealed record BatchQuery(ImmutableArray<BatchStatus> Status, string? Name, DateTimeOffset? From, DateTimeOffset? To, string? Before, int Limit);

/// <summary>A chunk on its way in.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Count">How many rows it has.</param>
/// <param name="Rows">Its rows by <see cref="ChunkRows"/>.</param>
/// <param name="Hashes">Of each row the hash of its address, 16 octets; zeros where it has none.</param>
/// <param name="Repeats">Its rows that repeat an earlier one.</param>
public sealed record ChunkDraft(int Number, int Count, ReadOnlyMemory<byte> Rows, ReadOnlyMemory<byte> Hashes, ImmutableArray<Repeat> Repeats);

/// <summary>A row that repeats the address of an earlier one.</summary>
/// <param name="Row">The row, from 1.</param>
/// <param name="Of">The earliest row with that address.</param>
public readonly record struct Repeat(long Row, long Of);

/// <summary>The right to work on a chunk.</summary>
/// <param name="Number">Which.</param>
/// <param name="Epoch">How often it has been claimed: an older claim's results are refused.</param>
public readonly record struct ChunkClaim(int Number, int Epoch);

/// <summary>A row that is to be asked about.</summary>
/// <param name="Row">The row, from 1.</param>
/// <param name="Email">The address as it stands there.</param>
/// <param name="Hash">The hash of its address; zero where it has none.</param>
/// <param name="Repeated">How many later rows share its result.</param>
public sealed record BatchItem(long Row, string Email, AddressHash Hash, int Repeated)
{
    /// <summary>Gets the verification that earlier attempts have begun; null when there was none.</summary>
    public Verification? Verification { get; init; }

    /// <summary>Gets until when it is leased: the fence of rows that were put off; null for rows of a claimed chunk.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }
}

/// <summary>What became of some rows.</summary>
/// <param name="BatchId">Of which batch.</param>
/// <param name="Claim">The claim under which they were worked on; null for rows that were put off and leased.</param>
/// <param name="Outcomes">What became of each.</param>
/// <param name="ClosesChunk">Whether each row of the claimed chunk now has a result or was put off.</param>
/// <param name="At">The time.</param>
public sealed record BatchFlush(string BatchId, ChunkClaim? Claim, ImmutableArray<ItemOutcome> Outcomes, bool ClosesChunk, DateTimeOffset At);

/// <summary>What became of one row. Closed.</summary>
/// <param name="Item">The row.</param>
public abstract record ItemOutcome(BatchItem Item)
{
    /// <summary>It has its result.</summary>
    /// <param name="Item">The row.</param>
    /// <param name="Verdict">The verdict.</param>
    /// <param name="VerificationId">The verification that holds its evidence; null for verdicts on the text alone.</param>
    /// <param name="Save">The verification to be stored with it; null when it is there already.</param>
    public sealed record Done(BatchItem Item, Verdict Verdict, string? VerificationId, Verification? Save) : ItemOutcome(Item);

    /// <summary>It is asked again later.</summary>
    /// <param name="Item">The row.</param>
    /// <param name="DueAt">When.</param>
    /// <param name="Egress">The egress that asked last, or null.</param>
    /// <param name="Save">The pending verification; null while nobody was asked about it.</param>
    public sealed record PutOff(BatchItem Item, DateTimeOffset DueAt, string? Egress, Verification? Save) : ItemOutcome(Item);
}

/// <summary>A row with its result.</summary>
/// <param name="Number">The row, from 1.</param>
/// <param name="Input">The row as it was given.</param>
/// <param name="RepeatOf">The earlier row whose result it shares, or null.</param>
/// <param name="Result">Its result, or null while it has none.</param>
public readonly record struct ResultRow(long Number, InputRow Input, long? RepeatOf, BatchResult? Result);

/// <summary>The result of a row.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="VerificationId">The verification behind it, or null.</param>
/// <param name="Attempts">How often mail servers were asked.</param>
/// <param name="IsFinal">Whether it counts in the present round; false while it is asked for once more.</param>
/// <param name="Place">Where it stands in the order of commits.</param>
/// <param name="Evidence">What was seen; empty unless it was asked for.</param>
public sealed record BatchResult(Verdict Verdict, string? VerificationId, int Attempts, bool IsFinal, ResultPlace Place, ImmutableArray<Evidence> Evidence);

/// <summary>A place in the order in which results were committed.</summary>
/// <param name="Revision">The batch's revision with that commit.</param>
/// <param name="Row">The row within it; the row that others repeat stands for them.</param>
public readonly record struct ResultPlace(long Revision, long Row);

/// <summary>An idempotency key within its scope.</summary>
/// <param name="CustomerId">Whose.</param>
/// <param name="Operation">Method and path.</param>
/// <param name="Key">What the client sent, 1 to 255 visible ASCII characters.</param>
public sealed record IdempotencyKey(string CustomerId, string Operation, string Key);

/// <summary>What a request that had an idempotency key was answered.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Fingerprint">The SHA-256 of its query and body.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Location">The header <c>Location</c>, or null.</param>
/// <param name="Body">The body.</param>
/// <param name="CreatedAt">When.</param>
public sealed record IdempotencyRecord(IdempotencyKey Key, ReadOnlyMemory<byte> Fingerprint, int Status, string? Location, ReadOnlyMemory<byte> Body, DateTimeOffset CreatedAt)
{
    /// <summary>How long an answer is kept.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(48);
}

/// <summary>An answer to be kept.</summary>
/// <param name="Owner">Who reserved its key.</param>
/// <param name="Record">The answer.</param>
public sealed record IdempotencyAnswer(string Owner, IdempotencyRecord Record);

/// <summary>What became of the reservation of an idempotency key. Closed.</summary>
public abstract record IdempotencyClaim
{
    private IdempotencyClaim()
    {
    }

    /// <summary>It is the first: do the work.</summary>
    public sealed record Fresh : IdempotencyClaim;

    /// <summary>The first one is still at work.</summary>
    public sealed record InProgress : IdempotencyClaim;

    /// <summary>The first one was answered.</summary>
    public sealed record Answered(IdempotencyRecord Record) : IdempotencyClaim;
}
