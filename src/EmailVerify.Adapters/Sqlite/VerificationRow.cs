using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>A row of the table <c>verifications</c>: its columns in one order, for writing and for reading.</summary>
internal static class VerificationRow
{
    /// <summary>The columns as they are selected.</summary>
    public const string Selected =
        $"""
        id, customer_id, address_hash, CAST(email AS BLOB), CAST(tag AS BLOB), created_at, attempts,
        {VerdictColumns.Names},
        pending_since, pending_cause, next_attempt_at, gives_up_at, evidence, earlier
        """;

    private const int FirstOfVerdict = 7;

    private const string Save =
        $"""
        INSERT INTO verifications (
            {VerdictColumns.Names},
            id, customer_id, address_hash, email, domain, tag, created_at, attempts, pending_since, pending_cause, next_attempt_at, gives_up_at, evidence, batch)
        VALUES ({VerdictColumns.Parameters}, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)
        ON CONFLICT (id) DO UPDATE SET
            ({VerdictColumns.Names}) = ({VerdictColumns.Excluded}),
            customer_id = excluded.customer_id, address_hash = excluded.address_hash, email = excluded.email, domain = excluded.domain, tag = excluded.tag,
            created_at = excluded.created_at, attempts = excluded.attempts, pending_since = excluded.pending_since, pending_cause = excluded.pending_cause,
            next_attempt_at = excluded.next_attempt_at, gives_up_at = excluded.gives_up_at, evidence = excluded.evidence
        WHERE verifications.status IS NULL
        """;

    // Who judged has seen one verdict, and no other is replaced. It was found when this one was.
    private const string Rejudge =
        $"""
        UPDATE verifications SET ({VerdictColumns.Names}) = ({VerdictColumns.Parameters}), evidence = ?13, earlier = ?14
        WHERE id = ?15 AND customer_id = ?16 AND found_at = {VerdictColumns.FoundAt} AND rules = ?17
        """;

    private const string Find = $"SELECT {Selected} FROM verifications WHERE id = ?1";

    /// <summary>Reads a row by its id, whosever it is, or null.</summary>
    public static Verification? Of(SqliteSession session, string id) => session.First(Find, Read, id);

    /// <summary>Inserts or replaces a row.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="verification">The row.</param>
    /// <param name="evidence">Its evidence as JSON in UTF-8, made by the caller so that the writer's thread need not.</param>
    /// <param name="batch">The key of the batch that asks, or null.</param>
    /// <returns>False when the row has a verdict: one that was told stays, whoever comes later with another.</returns>
    public static bool Write(SqliteSession session, Verification verification, byte[] evidence, long? batch = null)
    {
        var pending = verification.Pending;
        return session.ExecuteWith(
            Save,
            verification.Verdict,
            verification.Id,
            verification.CustomerId,
            verification.AddressHash.ToOctets(),
            verification.Email,
            DomainColumn.Of(verification.Email),
            verification.Tag,
            Columns.Of(verification.CreatedAt),
            verification.Attempts,
            Columns.Of(pending?.Since),
            Columns.Of(pending?.Cause),
            Columns.Of(pending?.NextAttemptAt),
            Columns.Of(pending?.GivesUpAt),
            SqliteValue.Utf8(evidence),
            batch) > 0;
    }

    /// <summary>Replaces the verdict of a row that was judged again.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="judged">The row as it is to be.</param>
    /// <param name="evidence">Its evidence as JSON in UTF-8.</param>
    /// <param name="rulesBefore">The rules of the verdict that was judged.</param>
    /// <returns>False when the row has another verdict by now, or is gone.</returns>
    public static bool Judge(SqliteSession session, Verification judged, byte[] evidence, string rulesBefore)
    {
        var verdict = judged.Verdict ?? throw new ArgumentException("What was judged has a verdict.", nameof(judged));
        return session.ExecuteWith(Rejudge, verdict, SqliteValue.Utf8(evidence), EarlierVerdict.Write(judged.Earlier), judged.Id, judged.CustomerId, rulesBefore) > 0;
    }

    /// <summary>Reads a row that was selected by <see cref="Selected"/>.</summary>
    public static Verification Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        CustomerId = row.GetString(1),
        AddressHash = AddressHash.FromOctets(row.Octets(2)),
        Email = row.ForeignText(3),
        Tag = row.IsDBNull(4) ? null : row.ForeignText(4),
        CreatedAt = row.Instant(5),
        Attempts = row.GetInt32(6),
        Verdict = row.IsDBNull(FirstOfVerdict) ? null : VerdictColumns.Read(row, FirstOfVerdict),
        Pending = row.IsDBNull(19) ? null : ReadPending(row),
        Evidence = EvidenceJson.Read(row.GetString(23)),
        Earlier = EarlierVerdict.Read(row.TextOrNull(24)),
    };

    /// <summary>Reads the verdict of a row that was selected by <see cref="Selected"/> and has one.</summary>
    public static KnownVerdict KnownOf(SqliteDataReader row) => new(AddressHash.FromOctets(row.Octets(2)), row.GetString(0), row.GetString(1), VerdictColumns.Read(row, FirstOfVerdict));

    private static Pending ReadPending(SqliteDataReader row) => new(
        row.Instant(19),
        row.WordOrNull<VerdictReason>(20),
        row.Instant(21),
        row.Instant(22));
}
