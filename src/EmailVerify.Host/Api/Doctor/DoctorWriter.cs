using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Doctor;

namespace EmailVerify.Host.Api.Doctor;

/// <summary>Writes what the doctor found as the API shows it: every member always there, what is not known as null.</summary>
internal static class DoctorWriter
{
    /// <summary>The path of the report.</summary>
    public const string Path = "/v1/doctor";

    /// <summary>Writes a report.</summary>
    public static void Write(Utf8JsonWriter writer, in DoctorReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("verdict"u8, Words.Of(report.Verdict));
        writer.WriteTime("at"u8, report.At);
        writer.WriteStartArray("checks"u8);
        foreach (var check in report.Checks)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, check.Id);
            writer.WriteString("subject"u8, check.Subject);
            writer.WriteString("state"u8, Words.Of(check.State));
            writer.WriteString("seen"u8, check.Seen);
            writer.WriteString("why"u8, check.Why);
            writer.WriteString("cure"u8, check.Cure);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteWarnings(writer, report);
        writer.WriteEndObject();
    }

    /// <summary>Writes into an open object what makes that nearly every address ends as <c>unknown</c>; an empty array while nothing does.</summary>
    public static void WriteWarnings(Utf8JsonWriter writer, DoctorReport? report)
    {
        writer.WriteStartArray("warnings"u8);
        foreach (var check in report?.MostlyUnknown ?? [])
        {
            writer.WriteStartObject();
            writer.WriteString("code"u8, "mostly_unknown"u8);
            writer.WriteString("check"u8, check.Id);
            writer.WriteString("detail"u8, DoctorReport.WarningOf(check));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
