using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Verifications;

namespace EmailVerify.Host.Api.Batches.Results;

/// <summary>Writes results as JSON: one object a line, or a page of them.</summary>
internal sealed class JsonResultWriter : IResultWriter, IDisposable
{
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    private static readonly JsonWriterOptions Options = new() { Encoder = Encoder, SkipValidation = true };

    private readonly IBufferWriter<byte> output;
    private readonly Utf8JsonWriter writer;
    private readonly bool isPage;
    private readonly ResultsQuery query;
    private readonly bool isCells;
    private readonly ImmutableArray<string> members;
    private readonly JsonEncodedText?[] properties;
    private bool isFirst = true;

    /// <param name="output">Where to.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="columns">Which of the original columns.</param>
    public JsonResultWriter(IBufferWriter<byte> output, Batch batch, ResultsQuery query, KeptColumns columns)
    {
        (this.output, this.query, isPage) = (output, query, query.Type is MediaTypes.Json);
        writer = new Utf8JsonWriter(output, Options);
        isCells = batch.Shape is RowShape.Cells;
        members = isCells ? default : columns.Names;
        properties = isCells ? PropertiesOf(batch.Columns, columns) : [];
    }

    /// <inheritdoc/>
    public void Begin()
    {
        if (isPage)
            output.Write("{\"results\":["u8);
    }

    /// <inheritdoc/>
    public void Write(in ShownResult result)
    {
        if (isPage && !isFirst)
            output.Write(","u8);
        isFirst = false;
        WriteObject(result);
        writer.Flush();
        writer.Reset();
        if (!isPage)
            output.Write("\n"u8);
    }

    /// <inheritdoc/>
    public void End(string? next)
    {
        if (!isPage)
            return;
        output.Write("],\"next\":"u8);
        if (next is null)
            writer.WriteNullValue();
        else
            writer.WriteStringValue(next);
        writer.Flush();
        output.Write("}"u8);
    }

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();

    // A name that is there twice, or is empty, would make members that nobody can tell apart.
    private static JsonEncodedText?[] PropertiesOf(ImmutableArray<string> all, KeptColumns kept)
    {
        var names = new JsonEncodedText?[all.Length];
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < all.Length; at++)
        {
            var name = all[at].Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"{at + 1}") : all[at];
            var free = name;
            for (var time = 2; !taken.Add(free); time++)
                free = string.Create(CultureInfo.InvariantCulture, $"{name} ({time})");
            names[at] = kept.Places.Contains(at) ? JsonEncodedText.Encode(free, Encoder) : null;
        }

        return names;
    }

    private void WriteObject(in ShownResult shown)
    {
        var (row, result, address, facts) = shown;
        var verdict = result.Verdict;
        writer.WriteStartObject();
        writer.WriteNumber("row"u8, row.Number);
        writer.WriteString("email"u8, row.Input.Email);
        writer.WriteString("status"u8, Words.Of(verdict.Status));
        writer.WriteString("reason"u8, Words.Of(verdict.Reason));
        writer.WriteNumber("score"u8, verdict.Score);
        writer.WriteString("canonical"u8, address?.Key);
        writer.WriteString("did_you_mean"u8, facts.Suggestion);
        VerificationWriter.WriteFlags(writer, address, facts, verdict);
        writer.WriteString("provider"u8, verdict.Provider);
        writer.WriteString("exchanger"u8, verdict.Exchanger);
        writer.WriteTime("found_at"u8, verdict.FoundAt);
        writer.WriteTime("fresh_until"u8, verdict.FreshUntil);
        writer.WriteString("source"u8, Words.Of(verdict.Source));
        writer.WriteNumber("attempts"u8, result.Attempts);
        writer.WriteString("rules"u8, verdict.Rules);
        if (row.RepeatOf is { } of)
            writer.WriteNumber("duplicate_of"u8, of);
        else
            writer.WriteNull("duplicate_of"u8);
        writer.WriteBoolean("final"u8, result.IsFinal);
        WriteNotes(row.Input.Notes);
        if (query.ByDone)
            writer.WriteString("cursor"u8, new ResultCursor(result.Place, row.Number).Text());
        if (query.ShowsEvidence)
        {
            writer.WritePropertyName("evidence"u8);
            EvidenceJson.WriteTo(writer, result.Evidence);
        }

        if (isCells)
            WriteCells(row.Input.Input.Span);
        else
            WriteJson(row.Input.Input);
        writer.WriteEndObject();
    }

    private void WriteNotes(RowNotes notes)
    {
        writer.WriteStartArray("notes"u8);
        for (var bit = 1; notes != RowNotes.None && bit <= (int)notes; bit <<= 1)
        {
            if (((int)notes & bit) != 0)
                writer.WriteStringValue(Words.Of((RowNotes)bit));
        }

        writer.WriteEndArray();
    }

    private void WriteCells(ReadOnlySpan<byte> cells)
    {
        writer.WriteStartObject("input"u8);
        for (var at = 0; RowInput.TryReadCell(ref cells, out var cell) && at < properties.Length; at++)
        {
            if (properties[at] is { } name)
                writer.WriteString(name, cell);
        }

        writer.WriteEndObject();
    }

    private void WriteJson(ReadOnlyMemory<byte> json)
    {
        writer.WritePropertyName("input"u8);
        if (members.IsDefault)
        {
            // The value was read as JSON when it came in. Between its tokens it may have line ends, which a line cannot.
            if (json.Span.ContainsAny((byte)'\n', (byte)'\r'))
                writer.WriteRawValue(Encoding.UTF8.GetString(json.Span).ReplaceLineEndings(" "), skipInputValidation: true);
            else
                writer.WriteRawValue(json.Span, skipInputValidation: true);
            return;
        }

        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind is not JsonValueKind.Object)
        {
            document.RootElement.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var member in document.RootElement.EnumerateObject().Where(member => members.Contains(member.Name, StringComparer.Ordinal)))
            member.WriteTo(writer);
        writer.WriteEndObject();
    }
}
