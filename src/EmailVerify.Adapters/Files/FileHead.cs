using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Files;

/// <summary>The first rows of a file, for a person who is to see whether it is read as it was meant. Made by the reader that will read the whole.</summary>
/// <param name="reader">A reader with the bounds of <see cref="BoundsOf"/>; it is not closed.</param>
public sealed class FileHead(UploadReader reader)
{
    /// <summary>How many rows are shown.</summary>
    public const int MaxRows = 20;

    /// <summary>How many octets of a file are read for that, decompressed. Of the longest rows that are taken four fit.</summary>
    public const int MaxOctets = 256 * 1024;

    private readonly List<ImmutableArray<string>> rows = [];
    private readonly List<string> members = [];

    /// <summary>Gets the columns, by what the rows that are shown hold in them. Of JSON: the members of these rows, in the order in which they come.</summary>
    public ImmutableArray<HeadColumn> Columns { get; private set; } = [];

    /// <summary>Gets which column holds the addresses, from 0; null where that is not clear.</summary>
    public int? Column { get; private set; }

    /// <summary>Gets why that is not clear, or null.</summary>
    public UploadFault? ColumnFault { get; private set; }

    /// <summary>Gets the rows, at most <see cref="MaxRows"/>: the text of each cell, in the order of the columns.</summary>
    public IReadOnlyList<ImmutableArray<string>> Rows => rows;

    /// <summary>Gets a value indicating whether the file has more rows than are shown.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Gets the bounds of a head.</summary>
    /// <param name="isCut">Whether the file is known to go on behind what is sent of it.</param>
    public static UploadBounds BoundsOf(bool isCut) => UploadBounds.Default with { Octets = MaxOctets, OnlyHead = true, IsCut = isCut };

    /// <summary>Reads.</summary>
    /// <returns>Why the file would be refused already for what is in its head, or null. An unclear column is no such reason.</returns>
    public async ValueTask<UploadFault?> ReadAsync(CancellationToken cancellationToken)
    {
        while (!HasMore)
        {
            switch (await reader.ReadAsync(cancellationToken))
            {
                case RowReading.Row when rows.Count == MaxRows:
                    HasMore = true;
                    break;
                case RowReading.Row(var row):
                    rows.Add(reader is CsvRowReader ? CellsOf(row.Input.Span) : MembersOf(row));
                    break;

                // Later rows are not for a head to judge: those before are shown.
                case RowReading.Refused(var fault) when rows.Count == 0:
                    return fault;
                default:
                    End();
                    return null;
            }
        }

        End();
        return null;
    }

    private static ImmutableArray<string> CellsOf(ReadOnlySpan<byte> input)
    {
        var cells = ImmutableArray.CreateBuilder<string>();
        while (RowInput.TryReadCell(ref input, out var cell))
            cells.Add(Encoding.UTF8.GetString(cell));
        return cells.DrainToImmutable();
    }

    private void End()
    {
        HasMore |= reader.IsCut;
        ImmutableArray<string> names;
        if (reader is CsvRowReader csv)
        {
            names = csv.Columns;
            (Column, ColumnFault) = (csv.ColumnAt, csv.ColumnFault);
        }
        else
        {
            names = [.. members];
            var wish = reader.Column ?? JsonRow.DefaultColumn;
            var at = names.IndexOf(wish, StringComparer.Ordinal);
            Column = at < 0 ? null : at;
            ColumnFault = at < 0 ? new UploadFault.ColumnNotFound(names) { Wish = wish } : null;
        }

        // Rows that came before a column was met have nothing in it.
        for (var at = 0; at < rows.Count; at++)
            rows[at] = [.. rows[at], .. Enumerable.Repeat(string.Empty, names.Length - rows[at].Length)];
        Columns = [.. names.Select((name, at) => new HeadColumn(name, rows.Count(row => !EmailCell.Trim(row[at]).IsEmpty), rows.Count(row => EmailCell.IsAddress(row[at]))))];
    }

    // A row that is a text alone stands where the addresses do.
    private ImmutableArray<string> MembersOf(InputRow row)
    {
        using var json = JsonDocument.Parse(row.Input);
        var cells = new List<string>(Enumerable.Repeat(string.Empty, members.Count));
        if (json.RootElement.ValueKind is JsonValueKind.Object)
        {
            foreach (var member in json.RootElement.EnumerateObject())
                Set(member.Name, TextOf(member.Value));
        }
        else
        {
            Set(reader.Column ?? JsonRow.DefaultColumn, row.Email);
        }

        return [.. cells];

        void Set(string name, string value)
        {
            var at = members.FindIndex(one => string.Equals(one, name, StringComparison.Ordinal));
            if (at < 0 && members.Count < reader.MaxColumns)
            {
                at = members.Count;
                members.Add(name);
                cells.Add(string.Empty);
            }

            if (at >= 0)
                cells[at] = value;
        }
    }

    // Half a surrogate pair in a member that nobody asked for does not keep the rows from being shown.
    private static string TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind is JsonValueKind.String or JsonValueKind.Null ? value.GetString() ?? string.Empty : value.GetRawText();
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }
}

/// <summary>A column of a file, by its first rows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Filled">How many of the rows that are shown have something in it.</param>
/// <param name="Addresses">How many have an address in it.</param>
public sealed record HeadColumn(string Name, int Filled, int Addresses);
