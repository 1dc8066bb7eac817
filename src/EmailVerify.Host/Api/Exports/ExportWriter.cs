using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Exports;

namespace EmailVerify.Host.Api.Exports;

/// <summary>An export as it is shown.</summary>
/// <param name="Export">The export.</param>
/// <param name="Now">The time: after that of its end there is no file to go to.</param>
internal readonly record struct ShownExport(Export Export, DateTimeOffset Now);

/// <summary>Writes an export as the API shows it: every member always there, what is not known as null.</summary>
internal static class ExportWriter
{
    /// <summary>Gets the path of an export; without a host, so that it holds behind any proxy.</summary>
    public static string PathOf(string id) => "/v1/exports/" + id;

    /// <summary>Writes one export.</summary>
    public static void Write(Utf8JsonWriter writer, in ShownExport shown)
    {
        var export = shown.Export;
        writer.WriteStartObject();
        writer.WriteString("id"u8, export.Id);
        writer.WriteString("kind"u8, Words.Of(export.Kind));
        writer.WriteString("format"u8, Words.Of(export.Format));
        writer.WriteString("status"u8, Words.Of(export.Status));
        writer.WriteString("failure"u8, export.Failure is { } failure ? Words.Of(failure) : null);
        writer.WriteNumber("rows"u8, export.Rows);
        writer.WriteNumber("bytes"u8, export.Length);
        writer.WriteStartObject("filters"u8);
        writer.WriteTime("from"u8, export.Filters.From);
        writer.WriteTime("to"u8, export.Filters.To);
        writer.WriteString("status"u8, export.Filters.Status is { } status ? Words.Of(status) : null);
        writer.WriteString("reason"u8, export.Filters.Reason is { } reason ? Words.Of(reason) : null);
        writer.WriteString("domain"u8, export.Filters.Domain);
        writer.WriteString("batch"u8, export.Filters.BatchId);
        writer.WriteEndObject();
        writer.WriteBoolean("evidence"u8, export.ShowsEvidence);
        writer.WriteTime("created_at"u8, export.CreatedAt);
        writer.WriteTime("started_at"u8, export.StartedAt);
        writer.WriteTime("finished_at"u8, export.FinishedAt);
        writer.WriteTime("expires_at"u8, export.ExpiresAt);
        var path = PathOf(export.Id);
        writer.WriteStartObject("links"u8);
        writer.WriteString("self"u8, path);
        writer.WriteString("file"u8, export.HasFileAt(shown.Now) ? path + "/file" : null);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
