using EmailVerify.Core;
using Npgsql;
using NpgsqlTypes;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Values on their way into a statement, each with the type that its column has. An array is a column of many rows: <c>unnest($1, $2, …)</c>.</summary>
internal static class PostgresValue
{
    public static NpgsqlParameter Of(Guid id) => Typed(id, NpgsqlDbType.Uuid);

    public static NpgsqlParameter Of(Guid? id) => Typed(id, NpgsqlDbType.Uuid);

    public static NpgsqlParameter Of(string? text) => Typed(text, NpgsqlDbType.Text);

    public static NpgsqlParameter Of(byte[]? octets) => Typed(octets, NpgsqlDbType.Bytea);

    public static NpgsqlParameter Of(ReadOnlyMemory<byte> octets) => Typed(octets, NpgsqlDbType.Bytea);

    public static NpgsqlParameter Of(bool truth) => Typed(truth, NpgsqlDbType.Boolean);

    public static NpgsqlParameter Of(short number) => Typed(number, NpgsqlDbType.Smallint);

    public static NpgsqlParameter Of(int number) => Typed(number, NpgsqlDbType.Integer);

    public static NpgsqlParameter Of(long number) => Typed(number, NpgsqlDbType.Bigint);

    public static NpgsqlParameter Of(long? number) => Typed(number, NpgsqlDbType.Bigint);

    public static NpgsqlParameter Of(DateOnly day) => Typed(day, NpgsqlDbType.Date);

    /// <summary>An instant, floored to the millisecond.</summary>
    public static NpgsqlParameter Of(DateTimeOffset instant) => Typed(Floor(instant), NpgsqlDbType.TimestampTz);

    /// <summary>An instant, floored to the millisecond, or null.</summary>
    public static NpgsqlParameter Of(DateTimeOffset? instant) => Typed(Floor(instant), NpgsqlDbType.TimestampTz);

    /// <summary>A bound in time: rows have whole milliseconds, so one between two of them begins at the later one.</summary>
    public static NpgsqlParameter CeilingOf(DateTimeOffset bound)
    {
        var floor = Floor(bound);
        var isBetween = bound.UtcTicks != floor.UtcTicks;

        // The end of time is infinity.
        return Typed(!isBetween ? floor : DateTimeOffset.MaxValue - floor < TimeSpan.FromMilliseconds(1) ? DateTimeOffset.MaxValue : floor.AddMilliseconds(1), NpgsqlDbType.TimestampTz);
    }

    public static NpgsqlParameter Of(IEnumerable<Guid> ids) => Column<Guid>([.. ids], NpgsqlDbType.Uuid);

    public static NpgsqlParameter Of(IEnumerable<Guid?> ids) => Column<Guid?>([.. ids], NpgsqlDbType.Uuid);

    public static NpgsqlParameter Of(IEnumerable<string?> texts) => Column<string?>([.. texts], NpgsqlDbType.Text);

    public static NpgsqlParameter Json(IEnumerable<string?> texts) => Column<string?>([.. texts], NpgsqlDbType.Json);

    public static NpgsqlParameter Of(IEnumerable<byte[]> octets) => Column<byte[]>([.. octets], NpgsqlDbType.Bytea);

    public static NpgsqlParameter Of(IEnumerable<bool?> truths) => Column<bool?>([.. truths], NpgsqlDbType.Boolean);

    public static NpgsqlParameter Of(IEnumerable<short> numbers) => Column<short>([.. numbers], NpgsqlDbType.Smallint);

    public static NpgsqlParameter Of(IEnumerable<short?> numbers) => Column<short?>([.. numbers], NpgsqlDbType.Smallint);

    public static NpgsqlParameter Of(IEnumerable<int> numbers) => Column<int>([.. numbers], NpgsqlDbType.Integer);

    public static NpgsqlParameter Of(IEnumerable<long> numbers) => Column<long>([.. numbers], NpgsqlDbType.Bigint);

    public static NpgsqlParameter Of(IEnumerable<double> numbers) => Column<double>([.. numbers], NpgsqlDbType.Double);

    /// <summary>Instants, floored to the millisecond.</summary>
    public static NpgsqlParameter Of(IEnumerable<DateTimeOffset> instants) => Column<DateTimeOffset>([.. instants.Select(Floor)], NpgsqlDbType.TimestampTz);

    /// <summary>Instants, floored to the millisecond, or nulls.</summary>
    public static NpgsqlParameter Of(IEnumerable<DateTimeOffset?> instants) => Column<DateTimeOffset?>([.. instants.Select(Floor)], NpgsqlDbType.TimestampTz);

    /// <summary>The words of enum values, or nulls.</summary>
    public static NpgsqlParameter Of<TEnum>(IEnumerable<TEnum?> values)
        where TEnum : struct, Enum => Of(values.Select(value => value is { } known ? Words.Of(known) : null));

    private static DateTimeOffset Floor(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());

    private static DateTimeOffset? Floor(DateTimeOffset? instant) => instant is { } some ? Floor(some) : null;

    private static NpgsqlParameter<T> Typed<T>(T value, NpgsqlDbType type) => new() { TypedValue = value, NpgsqlDbType = type };

    private static NpgsqlParameter<T[]> Column<T>(T[] values, NpgsqlDbType type) => Typed(values, NpgsqlDbType.Array | type);
}
