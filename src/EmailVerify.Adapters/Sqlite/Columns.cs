using System.Text;
using EmailVerify.Core;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>How values become columns and columns values.</summary>
internal static class Columns
{
    /// <summary>An instant as milliseconds since 1970 in UTC, floored.</summary>
    public static long Of(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    /// <summary>An instant or null.</summary>
    public static long? Of(DateTimeOffset? instant) => instant?.ToUnixTimeMilliseconds();

    /// <summary>A bound in time: rows have whole milliseconds, so one between two of them begins at the later one.</summary>
    public static long CeilingOf(DateTimeOffset bound) => bound.ToUnixTimeMilliseconds() + (bound.Ticks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1);

    /// <summary>The word of an enum value or null.</summary>
    public static string? Of<TEnum>(TEnum? value)
        where TEnum : struct, Enum => value is { } known ? Words.Of(known) : null;

    public static DateTimeOffset Instant(this SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? InstantOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Instant(column);

    /// <summary>A text that a user sent, selected as <c>CAST(… AS BLOB)</c>: as text it would end at its first NUL.</summary>
    public static string ForeignText(this SqliteDataReader row, int column) => Encoding.UTF8.GetString(row.Octets(column));

    /// <summary>Such a text, or null.</summary>
    public static string? ForeignTextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.ForeignText(column);
}
