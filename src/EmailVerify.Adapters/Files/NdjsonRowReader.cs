using System.Collections.Immutable;
using EmailVerify.Core;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Files;

/// <summary>Reads lines of JSON: each a string, which is the address, or an object with a member that is. Blank lines are no rows; the first line that is none of these refuses the file.</summary>
/// <param name="stream">UTF-8; it is not closed.</param>
/// <param name="column">The member of the address; null for <c>email</c>.</param>
/// <param name="bounds">How much is read.</param>
public sealed class NdjsonRowReader(Stream stream, string? column, UploadBounds bounds) : UploadReader(stream, bounds)
{
    private readonly string column = column ?? JsonRow.DefaultColumn;
    private JsonLineReader? lines;
    private bool hasEnded;
    private bool hasObjects;

    /// <inheritdoc/>
    public override ImmutableArray<string> Columns => [];

    /// <inheritdoc/>
    public override string? Column => hasObjects ? column : null;

    private JsonLineReader Lines => lines ??= new JsonLineReader(Input, Bounds.RowOctets);

    /// <inheritdoc/>
    private protected override async ValueTask FillAsync(CancellationToken cancellationToken) => hasEnded = !await Lines.FillAsync(cancellationToken);

    /// <inheritdoc/>
    private protected override RowReading? Take()
    {
        while (Lines.TryRead(out var line))
        {
            if (line.TooLong)
                return RefuseLength();

            var json = line.Utf8.Trim(" \t\r"u8);
            if (json.IsEmpty || (IsCut && !line.HasEnd))
                continue;

            var error = JsonRow.TryRead(json, column, out var row, out var isObject, out var octet);
            if (error is not null)
                return Refuse(Lines.LineStart + line.Utf8.Span.IndexOfAnyExcept(" \t\r"u8) + octet, error);
            hasObjects |= isObject;
            return Give(row);
        }

        // Nobody waits for the end of a line that is refused whatever it is.
        return Lines.IsSkipping ? RefuseLength() : hasEnded ? Finish() : null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            lines?.Dispose();
        base.Dispose(disposing);
    }

    private RowReading RefuseLength() => Refuse(Lines.LineStart, $"The line is longer than {Bounds.RowOctets} octets.");
}
