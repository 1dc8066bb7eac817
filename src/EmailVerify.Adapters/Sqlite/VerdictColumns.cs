using EmailVerify.Core.Verdicts;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>
/// The columns of a verdict, which the tables <c>verifications</c> and <c>batch_results</c> have alike, in one order for writing and for reading. A statement that writes them has them as its
/// first parameters, and its own from <c>?13</c> on.
/// </summary>
internal static class VerdictColumns
{
    /// <summary>The columns.</summary>
    public const string Names = "status, reason, score, accept_all, mailbox_full, mailbox_disabled, provider, exchanger, found_at, fresh_until, source, rules";

    /// <summary>Their parameters.</summary>
    public const string Parameters = "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12";

    /// <summary>The parameter of <c>found_at</c>, for a statement that asks for it as well.</summary>
    public const string FoundAt = "?9";

    /// <summary>What an upsert sets them to.</summary>
    public const string Excluded =
        "excluded.status, excluded.reason, excluded.score, excluded.accept_all, excluded.mailbox_full, excluded.mailbox_disabled, excluded.provider, excluded.exchanger, excluded.found_at, excluded.fresh_until, excluded.source, excluded.rules";

    /// <summary>Runs a statement whose first parameters are <see cref="Parameters"/>.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="verdict">The verdict; null where there is none yet.</param>
    /// <param name="others">The values of <c>?13</c>, <c>?14</c> …</param>
    /// <returns>How many rows it changed.</returns>
    public static int ExecuteWith(this SqliteSession session, string sql, Verdict? verdict, params ReadOnlySpan<SqliteValue> others) => session.Execute(
        sql,
        [
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
        ],
        others);

    /// <summary>Reads the verdict of a row that has one.</summary>
    /// <param name="row">The row.</param>
    /// <param name="first">Where the first of <see cref="Names"/> was selected.</param>
    public static Verdict Read(SqliteDataReader row, int first) => new(
        row.Word<VerdictStatus>(first),
        row.Word<VerdictReason>(first + 1),
        row.GetInt32(first + 2),
        row.TruthOrNull(first + 3),
        row.TruthOrNull(first + 4),
        row.TruthOrNull(first + 5),
        row.TextOrNull(first + 6),
        row.TextOrNull(first + 7),
        row.Instant(first + 8),
        row.Instant(first + 9),
        row.Word<VerdictSource>(first + 10),
        row.GetString(first + 11));
}
