using EmailVerify.Core.Verdicts;

namespace EmailVerify.Adapters.Postgres;

/// <summary>
/// Drops the months whose verifications are kept no longer, and before them the verdicts that are served from these; and the months of batches that are all erased. Nobody who writes or reads
/// other months waits for it.
/// </summary>
internal sealed class PostgresRetention(PostgresDatabase database, PostgresPartitions partitions, Retention retention) : IPostgresSweep
{
    private const int Slices = 256;

    // The verdicts in the order of their hashes, a part at a time: whoever verifies such an address now waits for no more than that.
    internal const string RemoveVerdicts = "DELETE FROM verdicts WHERE address_hash >= $1 AND ($2 IS NULL OR address_hash < $2) AND verification_id < $3";

    /// <inheritdoc/>
    public async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = retention.Before(now);
        var first = IdMonth.Of(before);
        if ((await partitions.ListAsync(PartitionedTable.Verifications, cancellationToken)).Any(month => month.Number < first.Number))
        {
            for (var slice = 0; slice < Slices; slice++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                byte[] from = [(byte)slice];
                byte[]? to = slice + 1 < Slices ? [(byte)(slice + 1)] : null;
                _ = await database.WriteAsync(connection =>
                    connection.ExecuteAsync(RemoveVerdicts, PostgresValue.Of(from), PostgresValue.Of(to), PostgresValue.Of(first.Least)));
            }
        }

        // Also where none is attached: one may have been left half taken out.
        _ = await partitions.DropAsync(PartitionedTable.Verifications, before, cancellationToken);
        _ = await partitions.DropAsync(PartitionedTable.BatchResults, now, cancellationToken);
    }
}
