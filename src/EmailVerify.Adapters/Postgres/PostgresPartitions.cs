using System.Collections.Immutable;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>
/// The partitions of tables by month: made ahead or when a write finds none, dropped when a month is over for long. There is no default partition: it would take in what a wrong clock
/// made, and would have to be searched whenever one is made. Of all silos one at a time changes partitions.
/// </summary>
internal sealed class PostgresPartitions(PostgresDatabase database, ImmutableArray<PartitionedTable> tables) : IPostgresSweep
{
    /// <summary>How many months behind the present one have their partitions.</summary>
    public const int Ahead = 3;

    // One write may miss the partition of each table.
    private const int Tries = 4;

    // It is gone once it is detached. Removing its files takes a third of a second for each GB (measured), longer in all than other statements may; only who needs a month that is not there waits for that.
    private static readonly TimeSpan FilesTakeAtMost = TimeSpan.FromMinutes(10);

    private const string LockInTransaction = "SELECT pg_advisory_xact_lock($1)";
    private const string LockInSession = "SELECT pg_advisory_lock($1)";
    private const string Unlock = "SELECT pg_advisory_unlock($1)";

    // Attached, being detached (which a death can leave so), or a table of that name that is no partition any more.
    private const string List =
        """
        SELECT relname, CASE WHEN inhrelid IS NULL THEN 'apart' WHEN inhdetachpending THEN 'leaving' ELSE 'attached' END
        FROM pg_class LEFT JOIN pg_inherits ON inhrelid = pg_class.oid AND inhparent = to_regclass($1)
        WHERE relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass($1)) AND relkind = 'r' AND starts_with(relname, $1 || '_')
        """;

    private enum Place
    {
        Attached,
        Leaving,
        Apart,
    }

    /// <summary>Makes the partitions of the present month and of the next ones.</summary>
    public async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var months = Enumerable.Range(0, Ahead + 1).Select(IdMonth.Of(now).After).ToArray();
        foreach (var table in tables)
        {
            var there = await ListAsync(table, cancellationToken);
            if (months.Except(there).Any())
                await MakeAsync(table, months);
        }
    }

    /// <summary>Writes in one transaction; a partition that is missing is made, and all is done again.</summary>
    /// <param name="ids">The ids whose months the write needs.</param>
    /// <param name="work">The work, fit to be done again.</param>
    public async Task<T> WriteAsync<T>(IEnumerable<Guid> ids, Func<NpgsqlConnection, Task<T>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await database.WriteAsync(work);
            }
            catch (PostgresException refused) when (attempt < Tries && TableOf(refused) is { } table && ids.Any(id => IdMonth.Of(id).IsSane))
            {
                await MakeAsync(table, [.. ids.Select(IdMonth.Of).Where(month => month.IsSane).Distinct()]);
            }
        }
    }

    /// <summary>Lists the months that have a partition, the earliest first.</summary>
    public async Task<ImmutableArray<IdMonth>> ListAsync(PartitionedTable table, CancellationToken cancellationToken)
    {
        var places = await database.ReadAsync(connection => PlacesAsync(connection, table, cancellationToken), cancellationToken);
        return [.. places.Where(one => one.Value is Place.Attached).Select(one => one.Key).OrderBy(month => month.Number)];
    }

    /// <summary>Drops every month that ended before a time and has no row that its table keeps. Writers of other months are not held up.</summary>
    /// <returns>The months whose partitions are gone.</returns>
    public async Task<ImmutableArray<IdMonth>> DropAsync(PartitionedTable table, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var last = IdMonth.Of(before);
        return await database.ReadAsync(
            async connection =>
            {
                var dropped = ImmutableArray.CreateBuilder<IdMonth>();
                _ = await connection.ExecuteAsync(LockInSession, PostgresValue.Of(AdvisoryLock.Partitions));
                try
                {
                    // First those that are half taken out: while one is, PostgreSQL takes out no other.
                    foreach (var (month, place) in (await PlacesAsync(connection, table, cancellationToken)).OrderByDescending(one => one.Value is Place.Leaving).ThenBy(one => one.Key.Number))
                    {
                        if (month.Number < last.Number && await DropAsync(connection, table, month, place, cancellationToken))
                            dropped.Add(month);
                    }
                }
                finally
                {
                    // A connection that is broken has lost the lock already.
                    if (connection.State is System.Data.ConnectionState.Open)
                        _ = await connection.ExecuteAsync(Unlock, PostgresValue.Of(AdvisoryLock.Partitions));
                }

                return dropped.DrainToImmutable();
            },
            cancellationToken);
    }

    private static async Task<bool> DropAsync(NpgsqlConnection connection, PartitionedTable table, IdMonth month, Place place, CancellationToken cancellationToken)
    {
        var partition = table.PartitionOf(month);
        if (place is Place.Attached && await KeepsAsync())
            return false;
        if (place is Place.Attached)
            _ = await connection.ExecuteAsync($"ALTER TABLE {table.Name} DETACH PARTITION {partition} CONCURRENTLY");
        else if (place is Place.Leaving)
            _ = await connection.ExecuteAsync($"ALTER TABLE {table.Name} DETACH PARTITION {partition} FINALIZE");

        // Who was writing when it was looked into has been waited for.
        if (await KeepsAsync())
        {
            await MakeAsync(connection, table, month, Place.Apart);
            return false;
        }

        await using var drop = new NpgsqlCommand($"DROP TABLE {partition}", connection) { CommandTimeout = (int)FilesTakeAtMost.TotalSeconds };
        _ = await drop.ExecuteNonQueryAsync(cancellationToken);
        return true;

        async Task<bool> KeepsAsync() => await connection.FirstAsync($"SELECT 1 FROM {partition} WHERE {table.Keeps} LIMIT 1", row => row.GetInt32(0), cancellationToken) == 1;
    }

    // Names and bounds cannot be parameters. They are made of constants and of numbers.
    private static async Task MakeAsync(NpgsqlConnection connection, PartitionedTable table, IdMonth month, Place? place)
    {
        var (partition, from, to) = (table.PartitionOf(month), month.Least, month.After(1).Least);
        if (place is null)
            _ = await connection.ExecuteAsync($"CREATE TABLE {partition} (LIKE {table.Name} INCLUDING ALL)");
        else if (place is Place.Leaving)
            _ = await connection.ExecuteAsync($"ALTER TABLE {table.Name} DETACH PARTITION {partition} FINALIZE");

        // With a constraint that says the same, attaching reads no row; afterwards the bounds say it.
        _ = await connection.ExecuteAsync($"ALTER TABLE {partition} ADD CONSTRAINT {partition}_bounds CHECK ({table.Key} >= '{from}' AND {table.Key} < '{to}')");
        _ = await connection.ExecuteAsync($"ALTER TABLE {table.Name} ATTACH PARTITION {partition} FOR VALUES FROM ('{from}') TO ('{to}')");
        _ = await connection.ExecuteAsync($"ALTER TABLE {partition} DROP CONSTRAINT {partition}_bounds");
    }

    private static async Task<Dictionary<IdMonth, Place>> PlacesAsync(NpgsqlConnection connection, PartitionedTable table, CancellationToken cancellationToken)
    {
        var found = await connection.AllAsync(List, row => (Name: row.GetString(0), Place: row.Word<Place>(1)), cancellationToken, PostgresValue.Of(table.Name));
        var places = new Dictionary<IdMonth, Place>();
        foreach (var (name, place) in found)
        {
            if (IdMonth.TryParse(name.AsSpan(table.Name.Length + 1), out var month))
                places[month] = place;
        }

        return places;
    }

    // A row without a partition breaks a constraint that has no name.
    private PartitionedTable? TableOf(PostgresException refused) => refused is { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: null or "" }
        ? tables.FirstOrDefault(table => string.Equals(table.Name, refused.TableName, StringComparison.Ordinal))
        : null;

    private Task<int> MakeAsync(PartitionedTable table, IdMonth[] months) => database.WriteAsync(async connection =>
    {
        _ = await connection.ExecuteAsync(LockInTransaction, PostgresValue.Of(AdvisoryLock.Partitions));
        var places = await PlacesAsync(connection, table, CancellationToken.None);
        foreach (var month in months)
        {
            Place? place = places.TryGetValue(month, out var found) ? found : null;
            if (place is not Place.Attached)
                await MakeAsync(connection, table, month, place);
        }

        return months.Length;
    });
}
