using System.Buffers.Binary;
using System.Globalization;

namespace EmailVerify.Adapters.Postgres;

/// <summary>A month in UTC, as the first 48 bits of a UUIDv7 tell it: milliseconds since 1970.</summary>
/// <param name="Number">Months since year 0.</param>
internal readonly record struct IdMonth(int Number)
{
    private const int MonthsAYear = 12;
    private const string Form = "yyyy_MM";

    /// <summary>Gets the first that may have a partition. An id from before it was made by no clock that was right.</summary>
    public static IdMonth First { get; } = new(2020 * MonthsAYear);

    /// <summary>Gets the last that may have one.</summary>
    public static IdMonth Last { get; } = new((2100 * MonthsAYear) + MonthsAYear - 1);

    /// <summary>Gets the least id of the month, whose time is its first millisecond.</summary>
    public Guid Least
    {
        get
        {
            Span<byte> octets = stackalloc byte[16];
            octets.Clear();
            BinaryPrimitives.WriteUInt64BigEndian(octets, (ulong)Begin.ToUnixTimeMilliseconds() << 16);
            return new Guid(octets, bigEndian: true);
        }
    }

    /// <summary>Gets whether it may have a partition.</summary>
    public bool IsSane => Number >= First.Number && Number <= Last.Number;

    /// <summary>Gets its first instant.</summary>
    public DateTimeOffset Begin => new(Number / MonthsAYear, (Number % MonthsAYear) + 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Gets the month of an instant.</summary>
    public static IdMonth Of(DateTimeOffset instant) => new((instant.UtcDateTime.Year * MonthsAYear) + instant.UtcDateTime.Month - 1);

    /// <summary>Gets the month of an id.</summary>
    public static IdMonth Of(Guid id)
    {
        Span<byte> octets = stackalloc byte[16];
        _ = id.TryWriteBytes(octets, bigEndian: true, out _);

        // 48 bits of milliseconds go beyond the year 9999; those are in no month that is sane.
        var milliseconds = BinaryPrimitives.ReadUInt64BigEndian(octets) >> 16;
        return milliseconds > (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? new(int.MaxValue) : Of(DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IdMonth month)
    {
        var isMonth = DateTime.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var begin);
        month = isMonth ? new((begin.Year * MonthsAYear) + begin.Month - 1) : default;
        return isMonth;
    }

    /// <summary>Gets a month so many later.</summary>
    public IdMonth After(int months) => new(Number + months);

    /// <summary>Gets it as names of partitions have it, such as <c>2026_11</c>.</summary>
    public override string ToString() => Begin.ToString(Form, CultureInfo.InvariantCulture);
}
