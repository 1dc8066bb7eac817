using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EmailVerify.Host.Hosting;

/// <summary>
/// Logs as one JSON object a line: <c>ts, level, msg, event_id, category, trace_id, span_id</c>, then what the message names in snake_case
/// (<c>request_id, customer, batch, provider, egress …</c>). Control characters of whatever is logged are escaped, so that no text can forge a line.
/// </summary>
internal sealed class JsonLogFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    /// <summary>The name that the console logger is told.</summary>
    public const string FormatterName = "emailverify";

    // A message is short; a stack trace may be long and is cut there.
    private const int MaxTextLength = 16 * 1024;

    private const string TemplateKey = "{OriginalFormat}";
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly string[] OwnNames = ["ts", "level", "msg", "event_id", "category", "trace_id", "span_id", "error"];

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            Write(writer, logEntry, scopeProvider);
        }

        textWriter.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        textWriter.Write('\n');
    }

    private void Write<TState>(Utf8JsonWriter writer, in LogEntry<TState> entry, IExternalScopeProvider? scopes)
    {
        writer.WriteStartObject();
        writer.WriteString("ts"u8, clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        writer.WriteString("level"u8, LevelOf(entry.LogLevel));
        writer.WriteString("msg"u8, Bounded(entry.Formatter(entry.State, entry.Exception)));
        writer.WriteNumber("event_id"u8, entry.EventId.Id);
        writer.WriteString("category"u8, entry.Category);
        if (Activity.Current is { } activity)
        {
            writer.WriteString("trace_id"u8, activity.TraceId.ToHexString());
            writer.WriteString("span_id"u8, activity.SpanId.ToHexString());
        }

        var names = new HashSet<string>(OwnNames, StringComparer.Ordinal);
        WriteValues(writer, entry.State, names);
        scopes?.ForEachScope(static (scope, state) => WriteValues(state.writer, scope, state.names, "request_id"), (writer, names));
        if (entry.Exception is { } exception)
            writer.WriteString("error"u8, Bounded(exception.ToString()));
        writer.WriteEndObject();
    }

    // Of the scopes only what identifies is wanted: ASP.NET Core's also have the path of the request.
    private static void WriteValues(Utf8JsonWriter writer, object? state, HashSet<string> names, string? only = null)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values)
            return;
        for (var at = 0; at < values.Count; at++)
        {
            var (key, value) = values[at];
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(key);
            if (key.Equals(TemplateKey, StringComparison.Ordinal) || !(only ?? name).Equals(name, StringComparison.Ordinal) || !names.Add(name))
                continue;
            WriteValue(writer, name, value);
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNull(name);
                break;
            case bool flag:
                writer.WriteBoolean(name, flag);
                break;
            case int number:
                writer.WriteNumber(name, number);
                break;
            case long number:
                writer.WriteNumber(name, number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumber(name, number);
                break;
            default:
                writer.WriteString(name, Bounded(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty));
                break;
        }
    }

    private static string Bounded(string text) => text.Length <= MaxTextLength ? text : text[..MaxTextLength];

    private static string LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
