using System.Collections.Immutable;

namespace EmailVerify.Core.Batches;

/// <summary>Reads the rows of a file as it comes in, with memory that does not grow with it.</summary>
public abstract class RowReader : IDisposable
{
    /// <summary>Gets the names of the columns in their order; whole after the last row, since rows may be wider than the header. Empty where rows are JSON values.</summary>
    public abstract ImmutableArray<string> Columns { get; }

    /// <summary>Gets the column that holds the addresses, once the first row has been read; null where rows are texts.</summary>
    public abstract string? Column { get; }

    /// <summary>Reads the next row.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The file cannot be read to its end.</exception>
    public abstract ValueTask<RowReading> ReadAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees buffers.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>What came of reading a row. Closed.</summary>
public abstract record RowReading
{
    private RowReading()
    {
    }

    /// <summary>The file has ended, and each of its rows was read.</summary>
    public static RowReading End { get; } = new Ended();

    /// <summary>A row.</summary>
    public sealed record Row(InputRow Value) : RowReading;

    /// <summary>The file has ended.</summary>
    public sealed record Ended : RowReading;

    /// <summary>The file cannot be taken; nothing more is read.</summary>
    public sealed record Refused(UploadFault Fault) : RowReading;
}

/// <summary>Why a file is not taken. Closed.</summary>
public abstract record UploadFault
{
    private UploadFault()
    {
    }

    /// <summary>It cannot be read as what it is said to be.</summary>
    /// <param name="Row">In which row, from 1.</param>
    /// <param name="Octet">About where in the decompressed file, from 0.</param>
    /// <param name="Why">For a person: what is wrong and what is right.</param>
    public sealed record Malformed(long Row, long Octet, string Why) : UploadFault;

    /// <summary>No column is asked for, and several might hold the addresses, or none seems to.</summary>
    /// <param name="Candidates">The columns that might.</param>
    public sealed record ColumnAmbiguous(ImmutableArray<string> Candidates) : UploadFault
    {
        /// <summary>Gets a value indicating whether none seems to hold addresses: the candidates are then all columns.</summary>
        public bool NoneSeems { get; init; }
    }

    /// <summary>The column that is asked for is not there.</summary>
    /// <param name="Columns">Those that are.</param>
    public sealed record ColumnNotFound(ImmutableArray<string> Columns) : UploadFault
    {
        /// <summary>Gets the name or number that is asked for; null where several are.</summary>
        public string? Wish { get; init; }
    }

    /// <summary>There is no row in it: nothing, blank lines, or a header alone.</summary>
    public sealed record Empty : UploadFault;

    /// <summary>It has more rows than are taken.</summary>
    /// <param name="Most">How many are.</param>
    public sealed record TooManyRows(long Most) : UploadFault;

    /// <summary>It has more octets than are taken, decompressed.</summary>
    /// <param name="Most">How many are.</param>
    public sealed record TooLarge(long Most) : UploadFault;

    /// <summary>It is well-formed, and a part of it has no usable value.</summary>
    /// <param name="Pointer">Which part (RFC 6901).</param>
    /// <param name="Code">For a program: <c>required</c>, <c>type</c>, <c>duplicate</c> or <c>too_long</c>.</param>
    /// <param name="Detail">For a person.</param>
    public sealed record Invalid(string Pointer, string Code, string Detail) : UploadFault;
}

/// <summary>The bounds of a file.</summary>
/// <param name="Rows">The most rows. Default: 20 million.</param>
/// <param name="Octets">The most octets, decompressed. Default: 4 GB.</param>
/// <param name="RowOctets">The most octets of one row. Default: 64 KiB.</param>
/// <param name="Columns">The most columns. Default: 256.</param>
public sealed record UploadBounds(long Rows, long Octets, int RowOctets, int Columns)
{
    /// <summary>The default.</summary>
    public static readonly UploadBounds Default = new(20_000_000, 4_000_000_000, 64 * 1024, 256);

    /// <summary>Gets a value indicating whether the head of a file is all that is wanted: what lies beyond the bounds is then left and not refused, and a row that is not whole is none.</summary>
    public bool OnlyHead { get; init; }

    /// <summary>Gets a value indicating whether the file is known to go on behind what is sent of it; only of a head.</summary>
    public bool IsCut { get; init; }
}

/// <summary>How a CSV file is built, as it was found or said.</summary>
/// <param name="Charset">The encoding, by its IANA name.</param>
/// <param name="Delimiter">What stands between cells; null where a line is a cell.</param>
/// <param name="HasHeader">Whether the first line names the columns.</param>
public sealed record CsvForm(string Charset, char? Delimiter, bool HasHeader);

/// <summary>How a CSV file is to be read; what is null is found out.</summary>
/// <param name="Column">The column of the addresses: its name, whatever the case, or its number from 1.</param>
/// <param name="Delimiter">What stands between cells: <c>,</c> <c>;</c> <c>|</c> or a tab.</param>
/// <param name="HasHeader">Whether the first line names the columns.</param>
/// <param name="Charset">The encoding, such as <c>utf-8</c> or <c>windows-1252</c>; a byte order mark wins.</param>
public sealed record CsvWish(string? Column = null, char? Delimiter = null, bool? HasHeader = null, string? Charset = null);
