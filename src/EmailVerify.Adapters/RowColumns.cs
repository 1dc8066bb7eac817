using System.Data.Common;
using EmailVerify.Core;

namespace EmailVerify.Adapters;

/// <summary>How columns become values, in whatever database.</summary>
internal static class RowColumns
{
    public static string? TextOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static bool? TruthOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetBoolean(column);

    public static byte[] Octets(this DbDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    /// <summary>The value that a word names.</summary>
    /// <exception cref="InvalidDataException">A word that this version does not have, in a schema that it has: not our row.</exception>
    public static TEnum Word<TEnum>(this DbDataReader row, int column)
        where TEnum : struct, Enum =>
        Words.TryParse<TEnum>(row.GetString(column), out var value) ? value : throw new InvalidDataException($"Column {row.GetName(column)} holds no {typeof(TEnum).Name}.");

    /// <inheritdoc cref="Word{TEnum}"/>
    public static TEnum? WordOrNull<TEnum>(this DbDataReader row, int column)
        where TEnum : struct, Enum => row.IsDBNull(column) ? null : row.Word<TEnum>(column);
}
