using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using EmailVerify.Adapters.Files;
using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.Verifications;

namespace EmailVerify.Host.Api.Batches.Results;

/// <summary>Writes results as CSV: the original columns in their order and octets, between them what stood there in the file, then ours; of all of ours the name begins with <c>ev_</c> where one of them is taken.</summary>
internal sealed class CsvResultWriter : IResultWriter
{
    private const string Prefix = "ev_";

    private static readonly ImmutableArray<string> Own = [.. VerdictCells.Names, "duplicate_of"];

    private readonly IBufferWriter<byte> output;
    private readonly ResultCsvWriter csv;
    private readonly VerdictCells ours;
    private readonly Batch batch;
    private readonly ResultsQuery query;
    private readonly KeptColumns columns;
    private readonly bool[] isKept;

    /// <param name="output">Where to.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="columns">Which of the original columns.</param>
    public CsvResultWriter(IBufferWriter<byte> output, Batch batch, ResultsQuery query, KeptColumns columns)
    {
        (this.output, this.batch, this.query, this.columns) = (output, batch, query, columns);
        csv = new ResultCsvWriter(output, query.Escapes, query.Delimiter ?? (byte)(batch.Delimiter ?? ','));
        ours = new VerdictCells(csv);
        isKept = new bool[batch.Columns.Length];
        foreach (var place in columns.Places.IsDefault ? [] : columns.Places)
            isKept[place] = true;
    }

    /// <inheritdoc/>
    public void Begin()
    {
        if (query.HasMark)
            output.Write("\uFEFF"u8);
        ImmutableArray<string> original = columns.Names.IsDefault ? [batch.Column ?? "email"] : columns.Names;
        foreach (var name in original)
            ours.Write(name);

        // Whatever is left out this time: a program that reads the file is to find the names where it found them before.
        var isTaken = original.Concat(batch.Columns).Any(name => Own.Contains(name, StringComparer.OrdinalIgnoreCase));
        foreach (var name in Own)
            ours.Write(isTaken ? Prefix + name : name);
        csv.EndRow();
    }

    /// <inheritdoc/>
    public void Write(in ShownResult result)
    {
        var (row, _, _, facts) = result;
        if (batch.Shape is RowShape.Cells)
            WriteCells(row.Input.Input.Span);
        else if (columns.Names.IsDefault)
            ours.Write(row.Input.Email);
        else
            WriteMembers(row.Input.Input);

        ours.Write(result.Verdict, facts);
        ours.Write(row.RepeatOf);
        csv.EndRow();
    }

    /// <inheritdoc/>
    public void End(string? next)
    {
        // A file ends with its last row.
    }

    private void WriteCells(ReadOnlySpan<byte> cells)
    {
        var at = 0;
        for (; RowInput.TryReadCell(ref cells, out var cell) && at < isKept.Length; at++)
        {
            if (isKept[at])
                csv.WriteCell(cell);
        }

        for (; at < isKept.Length; at++)
        {
            if (isKept[at])
                csv.WriteCell([]);
        }
    }

    // Texts as they are, whatever else as JSON, and nothing where the row lacks the member.
    private void WriteMembers(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        foreach (var name in columns.Names)
        {
            if (root.ValueKind is not JsonValueKind.Object || !root.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
                csv.WriteCell([]);
            else if (value.ValueKind is JsonValueKind.String)
                csv.WriteCell(Encoding.UTF8.GetBytes(value.GetString()!));
            else
                csv.WriteCell(Encoding.UTF8.GetBytes(value.GetRawText()));
        }
    }
}
