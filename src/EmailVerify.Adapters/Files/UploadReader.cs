using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Files;

/// <summary>What the readers of files have in common: the bounds, the count, and that an end is an end.</summary>
public abstract class UploadReader : RowReader
{
    private RowReading? end;

    /// <summary>Gets a value indicating whether the file goes on behind what was read of it: then its last row is left out unless it is whole. Only of a head; final once that was read.</summary>
    public bool IsCut => Bounds.OnlyHead && (Bounds.IsCut || Input.IsExceeded);

    private protected UploadReader(Stream stream, UploadBounds bounds) => (Input, Bounds) = (new CountedStream(stream, bounds.Octets), bounds);

    /// <summary>Gets how many columns a row may have.</summary>
    internal int MaxColumns => Bounds.Columns;

    /// <summary>Gets the file, as far as it may be read. The stream beneath is never closed.</summary>
    private protected CountedStream Input { get; }

    /// <summary>Gets the bounds.</summary>
    private protected UploadBounds Bounds { get; }

    /// <summary>Gets how many rows were read.</summary>
    private protected long Rows { get; private set; }

    /// <inheritdoc/>
    public sealed override ValueTask<RowReading> ReadAsync(CancellationToken cancellationToken) =>
        (end ?? Take()) is { } reading ? new(reading) : FillAndReadAsync(cancellationToken);

    /// <summary>Takes the next row of what has come in.</summary>
    /// <returns><see langword="null"/> when more has to come in first; never once the file has ended.</returns>
    private protected abstract RowReading? Take();

    /// <summary>Lets more come in.</summary>
    private protected abstract ValueTask FillAsync(CancellationToken cancellationToken);

    /// <summary>Gives a row, if one more may be.</summary>
    private protected RowReading Give(InputRow row)
    {
        if (Rows == Bounds.Rows)
            return Refuse(new UploadFault.TooManyRows(Bounds.Rows));
        Rows++;
        return new RowReading.Row(row);
    }

    /// <summary>Refuses the file for good.</summary>
    private protected RowReading Refuse(UploadFault fault) => end = new RowReading.Refused(fault);

    /// <summary>Refuses the file for what comes after the rows that were read.</summary>
    private protected RowReading Refuse(long octet, string why) => Refuse(new UploadFault.Malformed(Rows + 1, octet, why));

    /// <summary>Ends well, if there was a row.</summary>
    private protected RowReading Finish() => Rows == 0 ? Refuse(new UploadFault.Empty()) : end = RowReading.End;

    private async ValueTask<RowReading> FillAndReadAsync(CancellationToken cancellationToken)
    {
        RowReading? reading;
        do
        {
            await FillAsync(cancellationToken);
            if (Input.IsExceeded && !Bounds.OnlyHead)
                return Refuse(new UploadFault.TooLarge(Bounds.Octets));
            reading = Take();
        }
        while (reading is null);

        return reading;
    }
}
