using Npgsql;

namespace EmailVerify.Adapters.Postgres;

/// <summary>How columns become values.</summary>
internal static class PostgresColumns
{
    public static DateTimeOffset Instant(this NpgsqlDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);

    public static DateTimeOffset? InstantOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Instant(column);

    /// <summary>A text in the form of <see cref="ForeignText"/>.</summary>
    public static string ForeignText(this NpgsqlDataReader row, int column) => Postgres.ForeignText.Text(row.GetString(column));

    /// <summary>Such a text, or null.</summary>
    public static string? ForeignTextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.ForeignText(column);

    /// <summary>The id of a resource, which is stored without its prefix.</summary>
    public static string Id(this NpgsqlDataReader row, int column, string prefix) => StoredId.Text(row.GetGuid(column), prefix);

    /// <summary>Such an id, or null.</summary>
    public static string? IdOrNull(this NpgsqlDataReader row, int column, string prefix) => row.IsDBNull(column) ? null : row.Id(column, prefix);
}
