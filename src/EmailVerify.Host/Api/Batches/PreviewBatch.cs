using System.Text.Json;
using EmailVerify.Adapters.Files;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Doctor;
using EmailVerify.Host.Api.Batches.Uploads;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Batches;

/// <summary>
/// POST <c>/v1/batches/preview</c>: reads the head of a file as <see cref="CreateBatch"/> would read the whole, and stores nothing. A person so sees which column is taken for the addresses
/// before a million rows are sent. What is beyond the head is not read; with <c>truncated=true</c> the sender says that the body is not the whole file.
/// </summary>
internal sealed partial class PreviewBatch(DoctorDesk doctor)
{
    private readonly UploadPlaces places = new();

    public async Task HandleAsync(HttpContext context)
    {
        var parameters = new Parameters(context.Request.Query);
        var isCut = parameters.Flag("truncated") ?? false;
        if (parameters.Problem is { } wrong)
        {
            await wrong.WriteAsync(context);
            return;
        }

        var opened = Upload.Open(context, FileHead.BoundsOf(isCut));
        if (opened is not { Value: { } upload })
        {
            await opened.Problem!.WriteAsync(context);
            return;
        }

        using var opening = upload;
        var customer = Caller.Of(context).CustomerId;
        if (places.Enter(customer) is { } full)
        {
            await full.WriteAsync(context);
            return;
        }

        try
        {
            await PreviewAsync(context, upload);
        }
        catch (Exception failure) when (UploadProblems.Of(failure) is { } problem && !context.Response.HasStarted)
        {
            await problem.WriteAsync(context);
        }
        finally
        {
            places.Leave(customer);
        }
    }

    private async Task PreviewAsync(HttpContext context, Upload upload)
    {
        var begun = await upload.BeginAsync(context.RequestAborted);
        if (begun is not { Value: { } rows })
        {
            await begun.Problem!.WriteAsync(context);
            return;
        }

        using var reader = rows;
        var head = new FileHead(reader);
        if (await head.ReadAsync(context.RequestAborted) is { } fault)
            await UploadProblems.Of(fault).WriteAsync(context);
        else
            JsonAnswer.Write(context.Response, new Preview(upload.Format, (reader as CsvRowReader)?.Form, head, doctor.For(Caller.Of(context))), Write);
    }

    private static void Write(Utf8JsonWriter writer, in Preview preview)
    {
        var (format, form, head, report) = preview;
        writer.WriteStartObject();
        writer.WriteString("format"u8, format switch
        {
            UploadFormat.Csv => "csv"u8,
            UploadFormat.Ndjson => "ndjson"u8,
            _ => "json"u8,
        });
        writer.WriteString("charset"u8, form?.Charset ?? "utf-8");
        writer.WriteString("delimiter"u8, form?.Delimiter?.ToString());
        writer.WriteNullable("header"u8, form?.HasHeader);
        writer.WriteStartArray("columns"u8);
        for (var at = 0; at < head.Columns.Length; at++)
            WriteColumn(writer, head.Columns[at], at + 1);
        writer.WriteEndArray();
        writer.WriteString("column"u8, head.Column is { } name ? head.Columns[name].Name : null);
        writer.WriteNullable("column_number"u8, head.Column + 1);
        writer.WriteStartArray("rows"u8);
        foreach (var row in head.Rows)
        {
            writer.WriteStartArray();
            foreach (var cell in row)
                writer.WriteStringValue(cell);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("truncated"u8, head.HasMore);
        WriteProblem(writer, head.ColumnFault is { } fault ? UploadProblems.Of(fault) : null);
        DoctorWriter.WriteWarnings(writer, report);
        writer.WriteEndObject();
    }

    private static void WriteColumn(Utf8JsonWriter writer, HeadColumn column, int number)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, column.Name);
        writer.WriteNumber("number"u8, number);
        writer.WriteNumber("filled"u8, column.Filled);
        writer.WriteNumber("addresses"u8, column.Addresses);
        writer.WriteEndObject();
    }

    // What an upload would be refused with; with the columns to choose from.
    private static void WriteProblem(Utf8JsonWriter writer, Problem? problem)
    {
        if (problem is null)
        {
            writer.WriteNull("problem"u8);
            return;
        }

        writer.WriteStartObject("problem"u8);
        writer.WriteString("code"u8, problem.Code.Code);
        writer.WriteString("detail"u8, problem.Detail);
        problem.Extras?.Invoke(writer);
        writer.WriteEndObject();
    }

    private readonly record struct Preview(UploadFormat Format, CsvForm? Form, FileHead Head, DoctorReport? Doctor);
}
