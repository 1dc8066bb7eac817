using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>A row of the table <c>verifications</c>: its columns in one order, for writing and for reading.</summary>
internal static class VerificationRow
{
    /// <summary>The columns as they are selected.</summary>
    public const string Selected =
        """
        id, customer_id, address_hash, CAST(email AS BLOB), CAST(tag AS BLOB), created_at, attempts,
        status, reason, score, accept_all, mailbox_full, mailbox_disabled, provider, exchanger, found_at, fresh_until, source, rules,
        pending_since, pending_cause, next_attempt_at, gives_up_at, evidence, earlier
        """;

    private const string Save =
        """
        INSERT INTO verifications (
            id, customer_id, address_hash, email, tag, created_at, attempts,
            status, reason, score, accept_all, mailbox_full, mailbox_disabled, provider, exchanger, found_at, fresh_until, source, rules,
            pending_since, pending_cause, next_attempt_at, gives_up_at, evidence, batch)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)
        ON CONFLICT (id) DO UPDATE SET
            customer_id = excluded.customer_id, address_hash = excluded.address_hash, email = excluded.email, tag = excluded.tag,
            created_at = excluded.created_at, attempts = excluded.attempts,
            status = excluded.status, reason = excluded.reason, score = excluded.score, accept_all = excluded.accept_all,
            mailbox_full = excluded.mailbox_full, mailbox_disabled = excluded.mailbox_disabled,
            provider = excluded.provider, exchanger = excluded.exchanger, found_at = excluded.found_at, fresh_until = excluded.fresh_until,
            source = excluded.source, rules = excluded.rules,
            pending_since = excluded.pending_since, pending_cause = excluded.pending_cause,
            next_attempt_at = excluded.next_attempt_at, gives_up_at = excluded.gives_up_at, evidence = excluded.evidence
        WHERE verifications.status IS NULL OR (excluded.status IS NOT NULL AND (verifications.earlier IS NULL OR excluded.found_at > verifications.found_at))
        """;

    // Who judged has seen one verdict, and no other is replaced.
    private const string Rejudge =
        """
        UPDATE verifications SET
            status = ?5, reason = ?6, score = ?7, accept_all = ?8, mailbox_full = ?9, mailbox_disabled = ?10, provider = ?11, exchanger = ?12, fresh_until = ?13, source = ?14, rules = ?15,
            evidence = ?16, earlier = ?17
        WHERE id = ?1 AND customer_id = ?2 AND found_at = ?3 AND rules = ?4
        """;

    private const string Find = $"SELECT {Selected} FROM verifications WHERE id = ?1";

    /// <summary>Reads a row by its id, whosever it is, or null.</summary>
    public static Verification? Of(SqliteSession session, string id) => session.First(Find, Read, id);

    /// <summary>Inserts or replaces a row.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="verification">The row.</param>
    /// <param name="evidence">Its evidence as JSON in UTF-8, made by the caller so that the writer's thread need not.</param>
    /// <param name="batch">The key of the batch that asks, or null.</param>
    /// <returns>False when the row has a verdict and this state has none, or when its verdict was judged again since: an older state never overwrites a newer one.</returns>
    public static bool Write(SqliteSession session, Verification verification, byte[] evidence, long? batch = null)
    {
        var verdict = verification.Verdict;
        var pending = verification.Pending;
        return session.Execute(
            Save,
            verification.Id,
            verification.CustomerId,
            verification.AddressHash.ToOctets(),
            verification.Email,
            verification.Tag,
            Columns.Of(verification.CreatedAt),
            verification.Attempts,
            Columns.Of(verdict?.Status),
            Columns.Of(verdict?.Reason),
            verdict?.Score,
            verdict?.AcceptAll,
            verdict?.MailboxFull,
            verdict?.MailboxDisabled,
            verdict?.Provider,
            verdict?.Exchanger,
            Columns.Of(verdict?.FoundAt),
            Columns.Of(verdict?.FreshUntil),
            Columns.Of(verdict?.Source),
            verdict?.Rules,
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
        return session.Execute(
            Rejudge,
            judged.Id,
            judged.CustomerId,
            Columns.Of(verdict.FoundAt),
            rulesBefore,
            Words.Of(verdict.Status),
            Words.Of(verdict.Reason),
            verdict.Score,
            verdict.AcceptAll,
            verdict.MailboxFull,
            verdict.MailboxDisabled,
            verdict.Provider,
            verdict.Exchanger,
            Columns.Of(verdict.FreshUntil),
            Words.Of(verdict.Source),
            verdict.Rules,
            SqliteValue.Utf8(evidence),
            EarlierVerdict.Write(judged.Earlier)) > 0;
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
        Verdict = row.IsDBNull(7) ? null : ReadVerdict(row),
        Pending = row.IsDBNull(19) ? null : ReadPending(row),
        Evidence = EvidenceJson.Read(row.GetString(23)),
        Earlier = EarlierVerdict.Read(row.TextOrNull(24)),
    };

    /// <summary>Reads the verdict of a row that was selected by <see cref="Selected"/> and has one.</summary>
    public static KnownVerdict KnownOf(SqliteDataReader row) => new(AddressHash.FromOctets(row.Octets(2)), row.GetString(0), row.GetString(1), ReadVerdict(row));

    private static Verdict ReadVerdict(SqliteDataReader row) => new(
        row.Word<VerdictStatus>(7),
        row.Word<VerdictReason>(8),
        row.GetInt32(9),
        row.TruthOrNull(10),
        row.TruthOrNull(11),
        row.TruthOrNull(12),
        row.TextOrNull(13),
        row.TextOrNull(14),
        row.Instant(15),
        row.Instant(16),
        row.Word<VerdictSource>(17),
        row.GetString(18));

    private static Pending ReadPending(SqliteDataReader row) => new(
        row.Instant(19),
        row.IsDBNull(20) ? null : row.Word<VerdictReason>(20),
        row.Instant(21),
        row.Instant(22));
}
