using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EmailVerify.Adapters.Files;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Api.Batches.Results;

/// <summary>Writes results as CSV: the original columns in their order and octets, between them what stood there in the file, then ours; of all of ours the name begins with <c>ev_</c> where one of them is taken.</summary>
internal sealed class CsvResultWriter : IResultWriter
{
    private const string Prefix = "ev_";

    // More than any number or address takes in UTF-8 that an address may have.
    private const int ScratchLength = InputRow.MaxEmailLength * 3;

    private static readonly ImmutableArray<string> Own =
    [
        "status", "reason", "score", "did_you_mean", "accept_all", "disposable", "free", "role", "mailbox_full", "provider", "found_at", "duplicate_of",
    ];

    private static readonly FrozenDictionary<VerdictStatus, byte[]> Statuses = Table<VerdictStatus>();
    private static readonly FrozenDictionary<VerdictReason, byte[]> Reasons = Table<VerdictReason>();

    private readonly IBufferWriter<byte> output;
    private readonly ResultCsvWriter csv;
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
            Write(name);

        // Whatever is left out this time: a program that reads the file is to find the names where it found them before.
        var isTaken = original.Concat(batch.Columns).Any(name => Own.Contains(name, StringComparer.OrdinalIgnoreCase));
        foreach (var name in Own)
            Write(isTaken ? Prefix + name : name);
        csv.EndRow();
    }

    /// <inheritdoc/>
    public void Write(in ShownResult result)
    {
        var (row, _, _, facts) = result;
        var verdict = result.Verdict;
        if (batch.Shape is RowShape.Cells)
            WriteCells(row.Input.Input.Span);
        else if (columns.Names.IsDefault)
            Write(row.Input.Email);
        else
            WriteMembers(row.Input.Input);

        csv.WriteCell(Statuses[verdict.Status]);
        csv.WriteCell(Reasons[verdict.Reason]);
        Write(verdict.Score);
        Write(facts.Suggestion);
        Write(verdict.AcceptAll);
        Write(facts.Disposable);
        Write(facts.Free);
        Write(facts.Role);
        Write(verdict.MailboxFull);
        Write(verdict.Provider);
        Span<byte> time = stackalloc byte[InstantText.Length];
        InstantText.Format(verdict.FoundAt, time);
        csv.WriteCell(time);
        Write(row.RepeatOf);
        csv.EndRow();
    }

    /// <inheritdoc/>
    public void End(string? next)
    {
        // A file ends with its last row.
    }

    private static FrozenDictionary<TEnum, byte[]> Table<TEnum>()
        where TEnum : struct, Enum => Enum.GetValues<TEnum>().ToFrozenDictionary(value => value, value => Encoding.UTF8.GetBytes(Words.Of(value)));

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

    private void Write(string? text)
    {
        if (text is null)
        {
            csv.WriteCell([]);
            return;
        }

        Span<byte> utf8 = stackalloc byte[ScratchLength];
        csv.WriteCell(Encoding.UTF8.TryGetBytes(text, utf8, out var length) ? utf8[..length] : Encoding.UTF8.GetBytes(text));
    }

    private void Write(bool? flag) => csv.WriteCell(flag switch { true => "true"u8, false => "false"u8, null => [] });

    private void Write(long? number)
    {
        Span<byte> digits = stackalloc byte[20];
        var length = 0;
        if (number is { } value)
            _ = value.TryFormat(digits, out length, provider: CultureInfo.InvariantCulture);
        csv.WriteCell(digits[..length]);
    }
}
