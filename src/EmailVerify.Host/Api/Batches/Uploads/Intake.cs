using System.Buffers;
using System.Collections.Immutable;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Api.Batches.Uploads;

/// <summary>Takes rows in: each with the hash of its address and the row that it repeats, by chunks, of which one is written while the next is read.</summary>
/// <param name="store">Where to.</param>
/// <param name="batchId">Into which batch.</param>
/// <param name="pepper">The installation's secret.</param>
/// <param name="dedupes">Whether rows that repeat an earlier one are found.</param>
internal sealed class Intake(IBatchStore store, string batchId, ReadOnlyMemory<byte> pepper, bool dedupes)
{
    private const int HashOctets = 16;

    private readonly RepeatFinder? repeatFinder = dedupes ? new RepeatFinder() : null;
    private readonly ImmutableArray<Repeat>.Builder repeats = ImmutableArray.CreateBuilder<Repeat>();
    private Buffers filling = new();
    private Buffers other = new();
    private Task writing = Task.CompletedTask;
    private long rows;
    private long duplicates;
    private long withoutAddress;
    private int inChunk;

    /// <summary>Gets what was counted; final once <see cref="ReadAsync"/> has ended.</summary>
    public BatchCounts Counts(bool dropsDuplicates) => new()
    {
        Total = dropsDuplicates ? rows - duplicates : rows,
        Unique = rows - duplicates,
        Duplicates = duplicates,
        WithoutAddress = withoutAddress,
    };

    /// <summary>Reads to the end, and returns when each row is durable.</summary>
    /// <returns>Why the file is not taken, or null.</returns>
    public async ValueTask<UploadFault?> ReadAsync(RowReader reader, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                switch (await reader.ReadAsync(cancellationToken))
                {
                    case RowReading.Row(var row):
                        Add(row);
                        if (inChunk == ChunkRows.PerChunk)
                            await WriteAsync();
                        break;
                    case RowReading.Refused(var fault):
                        return fault;
                    default:
                        if (inChunk > 0)
                            await WriteAsync();
                        await writing;
                        return null;
                }
            }
        }
        finally
        {
            // Whoever removes the draft must not be overtaken by a chunk of it.
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Add(in InputRow row)
    {
        rows++;
        ChunkRows.Write(filling.Rows, row);
        var hash = filling.Hashes.AsSpan(inChunk++ * HashOctets, HashOctets);
        hash.Clear();
        if (row.Email.Length == 0)
            withoutAddress++;

        // A text that is no address has its verdict already: there is nothing to share.
        if (!EmailAddress.TryParse(row.Email, out var address))
            return;
        var key = AddressHash.Of(pepper.Span, address);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(hash, key.Bits);
        if (repeatFinder?.Find(rows, key) is not { } first)
            return;
        duplicates++;
        repeats.Add(new Repeat(rows, first));
    }

    private async ValueTask WriteAsync()
    {
        await writing;
        var number = (int)((rows - 1) / ChunkRows.PerChunk);
        var chunk = new ChunkDraft(number, inChunk, filling.Rows.WrittenMemory, filling.Hashes.AsMemory(0, inChunk * HashOctets), repeats.DrainToImmutable());
        writing = store.AppendAsync(batchId, chunk);
        (filling, other) = (other, filling);
        filling.Rows.ResetWrittenCount();
        inChunk = 0;
    }

    private sealed class Buffers
    {
        public ArrayBufferWriter<byte> Rows { get; } = new();

        public byte[] Hashes { get; } = new byte[ChunkRows.PerChunk * HashOctets];
    }
}
