using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>What judging everything again reads and writes.</summary>
public sealed class PostgresRejudging(PostgresDatabase database) : IRejudgeStore
{
    // A page is so many rows whether or not they are of interest, so that no statement lasts long. A page of fewer is the last one that has any.
    internal const string LastOfPage = "SELECT id FROM (SELECT id FROM verifications WHERE id > $1 ORDER BY id LIMIT $2) AS page ORDER BY id DESC LIMIT 1";

    internal const string Page =
        $"SELECT {VerificationRows.Selected} FROM verifications WHERE id > $1 AND id <= $2 AND status IS NOT NULL AND found_at >= $3 ORDER BY id";

    /// <inheritdoc/>
    public async ValueTask<RejudgePage> ReadAsync(string after, DateTimeOffset since, int rows, CancellationToken cancellationToken)
    {
        var from = after.Length == 0 ? Guid.Empty : StoredId.Of(after, StoredId.Verification);
        return await database.ReadAsync(
            async connection =>
            {
                var last = await connection.FirstAsync(LastOfPage, row => (Guid?)row.GetGuid(0), cancellationToken, PostgresValue.Of(from), PostgresValue.Of(rows));
                if (last is not { } to)
                    return new RejudgePage([], null, []);
                var unreadable = ImmutableArray.CreateBuilder<string>();
                var found = await connection.AllAsync(
                    Page, row => ReadOrNull(row, unreadable), cancellationToken, PostgresValue.Of(from), PostgresValue.Of(to), PostgresValue.CeilingOf(since));
                return new RejudgePage([.. found.OfType<Verification>()], StoredId.Text(to, StoredId.Verification), unreadable.DrainToImmutable());
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<string>> SaveAsync(ImmutableArray<(Verification After, string RulesBefore)> judged)
    {
        var replaced = await database.WriteAsync(connection => VerificationRows.JudgeAsync(connection, judged));
        return [.. judged.Where(one => replaced.Contains(StoredId.Of(one.After.Id, StoredId.Verification))).Select(one => one.After.Id)];
    }

    // One row that this version cannot read must not keep the others from being judged.
    private static Verification? ReadOrNull(NpgsqlDataReader row, ImmutableArray<string>.Builder unreadable)
    {
        try
        {
            return VerificationRows.Read(row);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or ArgumentException or InvalidCastException or InvalidDataException)
        {
            unreadable.Add(row.Id(0, StoredId.Verification));
            return null;
        }
    }
}
