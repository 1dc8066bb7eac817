using SQLitePCL;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>A value on its way into a statement: null, a text, octets, a truth, a number or a real number. Rows have some twenty each, so none is boxed.</summary>
internal readonly struct SqliteValue
{
    private readonly object? reference;
    private readonly long number;
    private readonly Kind kind;

    private SqliteValue(Kind kind, object? reference = null, long number = 0) => (this.kind, this.reference, this.number) = (kind, reference, number);

    private enum Kind
    {
        Null,
        Text,
        Utf8,
        Octets,
        Number,
        Real,
    }

    public static implicit operator SqliteValue(string? text) => text is null ? default : new(Kind.Text, text);

    public static implicit operator SqliteValue(byte[]? octets) => octets is null ? default : new(Kind.Octets, octets);

    public static implicit operator SqliteValue(long? number) => number is { } some ? new(Kind.Number, number: some) : default;

    public static implicit operator SqliteValue(double? number) => number is { } some ? new(Kind.Real, number: BitConverter.DoubleToInt64Bits(some)) : default;

    public static implicit operator SqliteValue(bool? truth) => truth is { } some ? new(Kind.Number, number: some ? 1 : 0) : default;

    /// <summary>A text that is in UTF-8 already.</summary>
    public static SqliteValue Utf8(byte[]? text) => text is null ? default : new(Kind.Utf8, text);

    /// <summary>Gets it as the provider takes it.</summary>
    public object ToParameter() => kind switch
    {
        Kind.Null => DBNull.Value,
        Kind.Number => number,
        Kind.Real => BitConverter.Int64BitsToDouble(number),
        Kind.Utf8 => System.Text.Encoding.UTF8.GetString((byte[])reference!),
        _ => reference!,
    };

    /// <summary>Binds it to a parameter.</summary>
    /// <param name="statement">The statement; it keeps a copy.</param>
    /// <param name="parameter">The parameter's number, from 1.</param>
    /// <param name="scratch">Room to encode a text in.</param>
    /// <returns>SQLite's result code.</returns>
    public int Bind(sqlite3_stmt statement, int parameter, Span<byte> scratch)
    {
        switch (kind)
        {
            case Kind.Number:
                return raw.sqlite3_bind_int64(statement, parameter, number);
            case Kind.Real:
                return raw.sqlite3_bind_double(statement, parameter, BitConverter.Int64BitsToDouble(number));
            case Kind.Octets:
                return raw.sqlite3_bind_blob(statement, parameter, (byte[])reference!);
            case Kind.Utf8:
                return raw.sqlite3_bind_text(statement, parameter, (byte[])reference!);
            case Kind.Text:
                // No octets would be no text but null, and so goes the provider's way, as what is too long for the scratch does.
                var text = (string)reference!;
                return text.Length > 0 && System.Text.Encoding.UTF8.TryGetBytes(text, scratch, out var length)
                    ? raw.sqlite3_bind_text(statement, parameter, scratch[..length])
                    : raw.sqlite3_bind_text(statement, parameter, text);
            default:
                return raw.sqlite3_bind_null(statement, parameter);
        }
    }
}
