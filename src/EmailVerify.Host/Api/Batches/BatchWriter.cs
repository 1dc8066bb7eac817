using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Doctor;
using EmailVerify.Grains.Batches;
using EmailVerify.Host.Api.Doctor;

namespace EmailVerify.Host.Api.Batches;

/// <summary>A batch as it is shown.</summary>
/// <param name="View">How it stands.</param>
/// <param name="Doctor">What the doctor found last, or null: while it finds that nearly every row would be unknown, batches that are not done warn of it.</param>
internal readonly record struct ShownBatch(BatchView View, DoctorReport? Doctor);

/// <summary>Writes a batch as the API shows it: every member always there, what is not known as null.</summary>
internal static class BatchWriter
{
    // A rate is told to the tenth of a row.
    private const int RateDigits = 1;

    /// <summary>Gets the path of a batch; without a host, so that it holds behind any proxy.</summary>
    public static string PathOf(string id) => "/v1/batches/" + id;

    /// <summary>Writes one batch.</summary>
    public static void Write(Utf8JsonWriter writer, in ShownBatch shown)
    {
        var (view, batch) = (shown.View, shown.View.Batch);
        writer.WriteStartObject();
        writer.WriteString("id"u8, batch.Id);
        writer.WriteString("status"u8, Words.Of(batch.Status));
        writer.WriteString("name"u8, batch.Name);
        writer.WriteString("tag"u8, batch.Tag);
        writer.WriteNumber("round"u8, batch.Round);
        writer.WriteString("priority"u8, Words.Of(batch.Priority));
        WriteCounts(writer, batch.Counts);
        WriteEta(writer, view, withRate: true);
        WritePause(writer, batch.Pause);
        DoctorWriter.WriteWarnings(writer, batch.HasEnded ? null : shown.Doctor);
        writer.WriteString("column"u8, batch.Column);
        writer.WriteStartArray("columns"u8);
        foreach (var column in batch.Columns)
            writer.WriteStringValue(column);
        writer.WriteEndArray();
        writer.WriteString("delimiter"u8, batch.Delimiter?.ToString());
        writer.WriteTime("created_at"u8, batch.CreatedAt);
        writer.WriteTime("started_at"u8, batch.StartedAt);
        writer.WriteTime("finished_at"u8, batch.FinishedAt);
        writer.WriteTime("expires_at"u8, batch.ExpiresAt);
        writer.WriteTime("erased_at"u8, batch.ErasedAt);
        var path = PathOf(batch.Id);
        writer.WriteStartObject("links"u8);
        writer.WriteString("self"u8, path);
        writer.WriteString("results"u8, path + "/results");
        writer.WriteString("events"u8, path + "/events");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Writes all counts.</summary>
    public static void WriteCounts(Utf8JsonWriter writer, in BatchCounts counts)
    {
        WriteBaseCounts(writer, counts);
        writer.WriteNumber("unique"u8, counts.Unique);
        writer.WriteNumber("duplicates"u8, counts.Duplicates);
        writer.WriteNumber("retrying"u8, counts.Retrying);
        writer.WriteNumber("without_address"u8, counts.WithoutAddress);
        writer.WriteEndObject();
    }

    /// <summary>Writes the counts that move, and leaves their object open.</summary>
    public static void WriteBaseCounts(Utf8JsonWriter writer, in BatchCounts counts)
    {
        writer.WriteStartObject("counts"u8);
        writer.WriteNumber("total"u8, counts.Total);
        WriteDone(writer, counts.Done, counts.Deliverable, counts.Undeliverable, counts.Risky, counts.Unknown);
    }

    /// <summary>Writes into an open object how many rows are done, and how many of them have which status.</summary>
    public static void WriteDone(Utf8JsonWriter writer, long done, long deliverable, long undeliverable, long risky, long unknown)
    {
        writer.WriteNumber("done"u8, done);
        writer.WriteNumber("deliverable"u8, deliverable);
        writer.WriteNumber("undeliverable"u8, undeliverable);
        writer.WriteNumber("risky"u8, risky);
        writer.WriteNumber("unknown"u8, unknown);
    }

    /// <summary>Writes when the end is expected, or null.</summary>
    public static void WriteEta(Utf8JsonWriter writer, BatchView view, bool withRate)
    {
        if (view.EtaAt is not { } at)
        {
            writer.WriteNull("eta"u8);
            return;
        }

        writer.WriteStartObject("eta"u8);
        writer.WriteTime("at"u8, at);
        writer.WriteString("limited_by"u8, view.LimitedBy);
        if (withRate)
            WriteRate(writer, view);
        writer.WriteEndObject();
    }

    /// <summary>Writes how fast rows are done.</summary>
    public static void WriteRate(Utf8JsonWriter writer, BatchView view) => writer.WriteNumber("rate_per_second"u8, Math.Round(view.RatePerSecond, RateDigits));

    /// <summary>Writes why it is paused, or null.</summary>
    public static void WritePause(Utf8JsonWriter writer, BatchPause? pause)
    {
        if (pause is null)
        {
            writer.WriteNull("pause"u8);
            return;
        }

        writer.WriteStartObject("pause"u8);
        writer.WriteString("by"u8, Words.Of(pause.By));
        writer.WriteString("reason"u8, pause.Reason);
        writer.WriteEndObject();
    }
}
