using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Orleans reminders in the table <c>reminders</c>. Few rows: reminders are per shard here, never per address.</summary>
public sealed class SqliteReminderTable(SqliteDatabase database, IOptions<ClusterOptions> cluster) : IReminderTable
{
    private const string Selected = "grain_id, name, start_at, period, etag";
    private const string OfGrain = $"SELECT {Selected} FROM reminders WHERE service_id = ?1 AND grain_id = ?2";
    private const string One = $"SELECT {Selected} FROM reminders WHERE service_id = ?1 AND grain_id = ?2 AND name = ?3";
    private const string Between = $"SELECT {Selected} FROM reminders WHERE service_id = ?1 AND hash > ?2 AND hash <= ?3";
    private const string AroundZero = $"SELECT {Selected} FROM reminders WHERE service_id = ?1 AND (hash > ?2 OR hash <= ?3)";

    private const string Upsert =
        """
        INSERT INTO reminders (service_id, grain_id, name, hash, start_at, period, etag) VALUES (?1, ?2, ?3, ?4, ?5, ?6, random() & 0x3fffffffffffffff)
        ON CONFLICT (service_id, grain_id, name) DO UPDATE SET hash = excluded.hash, start_at = excluded.start_at, period = excluded.period, etag = excluded.etag
        RETURNING etag
        """;

    private const string Delete = "DELETE FROM reminders WHERE service_id = ?1 AND grain_id = ?2 AND name = ?3 AND etag = ?4";
    private const string Clear = "DELETE FROM reminders WHERE service_id = ?1";

    private readonly string service = cluster.Value.ServiceId;

    /// <inheritdoc/>
    public async Task<ReminderTableData> ReadRows(GrainId grainId)
    {
        var key = grainId.ToString();
        return Data(await database.ReadAsync(session => session.All(OfGrain, Read, service, key), CancellationToken.None));
    }

    /// <summary>Reads the rows with a hash in (begin, end] on the ring; begin equal to or behind end goes around zero, which for equals is the whole ring.</summary>
    public async Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        var query = begin < end ? Between : AroundZero;
        return Data(await database.ReadPageAsync(session => session.All(query, Read, service, (long)begin, (long)end), CancellationToken.None));
    }

    /// <inheritdoc/>
    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        var key = grainId.ToString();
        return await database.ReadAsync(session => session.First(One, Read, service, key, reminderName), CancellationToken.None);
    }

    /// <inheritdoc/>
    public Task<string?> UpsertRow(ReminderEntry entry)
    {
        var key = entry.GrainId.ToString();
        var hash = (long)entry.GrainId.GetUniformHashCode();
        var start = entry.StartAt.Kind is DateTimeKind.Local ? entry.StartAt.ToUniversalTime() : entry.StartAt;
        return database.WriteAsync(session => session.First(
            Upsert, row => row.GetInt64(0).ToString(CultureInfo.InvariantCulture), service, key, entry.ReminderName, hash, start.Ticks, entry.Period.Ticks));
    }

    /// <inheritdoc/>
    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        var key = grainId.ToString();
        return long.TryParse(eTag, NumberStyles.None, CultureInfo.InvariantCulture, out var etag)
            ? database.WriteAsync(session => session.Execute(Delete, service, key, reminderName, etag) == 1)
            : Task.FromResult(false);
    }

    /// <inheritdoc/>
    public Task TestOnlyClearTable() => database.WriteAsync(session => session.Execute(Clear, service));

    private static ReminderTableData Data(ImmutableArray<ReminderEntry> entries) => new(entries);

    private static ReminderEntry Read(SqliteDataReader row) => new()
    {
        GrainId = GrainId.Parse(row.GetString(0), CultureInfo.InvariantCulture),
        ReminderName = row.GetString(1),
        StartAt = new DateTime(row.GetInt64(2), DateTimeKind.Utc),
        Period = new TimeSpan(row.GetInt64(3)),
        ETag = row.GetInt64(4).ToString(CultureInfo.InvariantCulture),
    };
}
