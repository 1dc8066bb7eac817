using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>
/// The columns of a verdict, which several tables have alike, in one order for writing and for reading. A statement that writes them has arrays of them as its first parameters, a verdict a
/// row, and its own from <c>$13</c> on.
/// </summary>
internal static class VerdictColumns
{
    /// <summary>The columns.</summary>
    public const string Names = "status, reason, score, accept_all, mailbox_full, mailbox_disabled, provider, exchanger, found_at, fresh_until, source, rules";

    /// <summary>Their parameters.</summary>
    public const string Parameters = "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12";

    /// <summary>What an upsert sets them to.</summary>
    public const string Excluded =
        "excluded.status, excluded.reason, excluded.score, excluded.accept_all, excluded.mailbox_full, excluded.mailbox_disabled, excluded.provider, excluded.exchanger, excluded.found_at, excluded.fresh_until, excluded.source, excluded.rules";

    /// <summary>What an update out of rows that are called <c>given</c> sets them to.</summary>
    public const string Given =
        "given.status, given.reason, given.score, given.accept_all, given.mailbox_full, given.mailbox_disabled, given.provider, given.exchanger, given.found_at, given.fresh_until, given.source, given.rules";

    /// <summary>What a row has that the statement calls <c>stored</c>.</summary>
    public const string Stored =
        "stored.status, stored.reason, stored.score, stored.accept_all, stored.mailbox_full, stored.mailbox_disabled, stored.provider, stored.exchanger, stored.found_at, stored.fresh_until, stored.source, stored.rules";

    /// <summary>Gets the values of <see cref="Parameters"/>.</summary>
    /// <param name="verdicts">One a row; null where there is none yet.</param>
    public static IEnumerable<NpgsqlParameter> ValuesOf(IReadOnlyCollection<Verdict?> verdicts) =>
    [
        PostgresValue.Of(verdicts.Select(verdict => verdict?.Status)),
        PostgresValue.Of(verdicts.Select(verdict => verdict?.Reason)),
        PostgresValue.Of(verdicts.Select(verdict => (short?)verdict?.Score)),
        PostgresValue.Of(verdicts.Select(verdict => verdict?.AcceptAll)),
        PostgresValue.Of(verdicts.Select(verdict => verdict?.MailboxFull)),
        PostgresValue.Of(verdicts.Select(verdict => verdict?.MailboxDisabled)),
        PostgresValue.Of(verdicts.Select(verdict => verdict?.Provider)),
        PostgresValue.Of(verdicts.Select(verdict => ForeignText.StoredOrNull(verdict?.Exchanger))),
        PostgresValue.Of(verdicts.Select(verdict => verdict?.FoundAt)),
        PostgresValue.Of(verdicts.Select(verdict => verdict?.FreshUntil)),
        PostgresValue.Of(verdicts.Select(verdict => verdict?.Source)),
        PostgresValue.Of(verdicts.Select(verdict => verdict?.Rules)),
    ];

    /// <summary>Reads the verdict of a row that has one.</summary>
    /// <param name="row">The row.</param>
    /// <param name="first">Where the first of <see cref="Names"/> was selected.</param>
    public static Verdict Read(NpgsqlDataReader row, int first) => new(
        row.Word<VerdictStatus>(first),
        row.Word<VerdictReason>(first + 1),
        row.GetInt16(first + 2),
        row.TruthOrNull(first + 3),
        row.TruthOrNull(first + 4),
        row.TruthOrNull(first + 5),
        row.TextOrNull(first + 6),
        row.ForeignTextOrNull(first + 7),
        row.Instant(first + 8),
        row.Instant(first + 9),
        row.Word<VerdictSource>(first + 10),
        row.GetString(first + 11));
}
