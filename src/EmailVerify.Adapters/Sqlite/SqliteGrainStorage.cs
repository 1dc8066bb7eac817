using System.Globalization;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>
/// Orleans grain state in the table <c>grain_state</c>. The key is the whole grain id ("type/key"), so that neither two grain types
/// nor two keys that look like one number share a row. Writing is optimistic: whoever has an old ETag is told so, and loses.
/// </summary>
public sealed class SqliteGrainStorage(SqliteDatabase database, IGrainStorageSerializer serializer, IActivatorProvider activators, IOptions<ClusterOptions> cluster) : IGrainStorage
{
    private const string Read = "SELECT etag, payload FROM grain_state WHERE service_id = ?1 AND state_name = ?2 AND grain_id = ?3";
    private const string ReadETag = "SELECT etag FROM grain_state WHERE service_id = ?1 AND state_name = ?2 AND grain_id = ?3";

    // 62 random bits: the ETag of a row that was removed and made again never equals an old one.
    private const string Insert =
        """
        INSERT INTO grain_state (service_id, state_name, grain_id, etag, payload) VALUES (?1, ?2, ?3, random() & 0x3fffffffffffffff, ?4)
        ON CONFLICT DO NOTHING RETURNING etag
        """;

    private const string Update =
        """
        UPDATE grain_state SET etag = random() & 0x3fffffffffffffff, payload = ?5
        WHERE service_id = ?1 AND state_name = ?2 AND grain_id = ?3 AND etag = ?4 RETURNING etag
        """;

    private const string Delete = "DELETE FROM grain_state WHERE service_id = ?1 AND state_name = ?2 AND grain_id = ?3 AND etag = ?4";

    private readonly string service = cluster.Value.ServiceId;

    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = grainId.ToString();
        var found = await database.ReadAsync(
            session => session.First(Read, row => ((long ETag, byte[] Payload)?)(row.GetInt64(0), row.Octets(1)), service, stateName, key),
            CancellationToken.None);
        if (found is { } row)
        {
            grainState.State = serializer.Deserialize<T>(new BinaryData(row.Payload));
            grainState.ETag = Text(row.ETag);
            grainState.RecordExists = true;
        }
        else
        {
            Forget(grainState);
        }
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = grainId.ToString();
        var payload = serializer.Serialize(grainState.State).ToArray();
        var known = grainState.ETag;
        grainState.ETag = await database.WriteAsync(session =>
        {
            var written = known is null
                ? session.First(Insert, row => (long?)row.GetInt64(0), service, stateName, key, payload)
                : session.First(Update, row => (long?)row.GetInt64(0), service, stateName, key, Number(known), payload);
            return written is { } etag ? Text(etag) : throw Conflict(session, stateName, key, known);
        });
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = grainId.ToString();
        var known = grainState.ETag;
        _ = await database.WriteAsync(session =>
        {
            var removed = known is null
                ? Stored(session, stateName, key) is null
                : session.Execute(Delete, service, stateName, key, Number(known)) == 1;
            return removed ? true : throw Conflict(session, stateName, key, known);
        });
        Forget(grainState);
    }

    private static string Text(long etag) => etag.ToString(CultureInfo.InvariantCulture);

    // An ETag that is not ours matches no row: -1 is none of the 62 bits.
    private static long Number(string etag) => long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private void Forget<T>(IGrainState<T> grainState)
    {
        grainState.State = activators.GetActivator<T>().Create();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private string? Stored(SqliteSession session, string stateName, string key) =>
        session.First(ReadETag, row => Text(row.GetInt64(0)), service, stateName, key);

    private InconsistentStateException Conflict(SqliteSession session, string stateName, string key, string? known) =>
        new($"State {stateName} of {key} was written by another activation.", Stored(session, stateName, key) ?? "none", known ?? "none");
}
