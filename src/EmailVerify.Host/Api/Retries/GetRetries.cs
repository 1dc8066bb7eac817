using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Retries;

namespace EmailVerify.Host.Api.Retries;

/// <summary>GET <c>/v1/retries</c>: what waits to be asked again, and when it is due. However many pages ask, it is counted once in two seconds.</summary>
internal sealed partial class GetRetries(IRetryOverview overview, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    // What is due lies before the first; what is later than all is not expected, since nothing is put off for longer than a day.
    private static readonly ImmutableArray<TimeSpan> Steps =
        [TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromHours(24)];

    private readonly SemaphoreSlim turn = new(1);
    private (RetryOverview Counted, DateTimeOffset At)? last;

    public async Task HandleAsync(HttpContext context)
    {
        var (counted, at) = await CountAsync(context.RequestAborted);
        JsonAnswer.Write(context.Response, new View(counted, at), Write);
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async ValueTask<(RetryOverview Counted, DateTimeOffset At)> CountAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var now = clock.GetUtcNow();
            if (last is { } kept && now - kept.At < Fresh)
                return kept;
            var counted = (await overview.CountAsync([.. Steps.Select(step => now + step)], cancellationToken), now);
            last = counted;
            return counted;
        }
        finally
        {
            _ = turn.Release();
        }
    }

    private static void Write(Utf8JsonWriter writer, in View view)
    {
        var (counted, at) = view;
        writer.WriteStartObject();
        WriteTable(writer, "verifications"u8, counted.Verifications);
        WriteTable(writer, "batch_rows"u8, counted.BatchRows);
        writer.WriteStartArray("due"u8);
        for (var step = 0; step <= Steps.Length; step++)
        {
            writer.WriteStartObject();
            writer.WriteTime("from"u8, step == 0 ? null : at + Steps[step - 1]);
            writer.WriteTime("to"u8, step == Steps.Length ? null : at + Steps[step]);
            writer.WriteNumber("count"u8, counted.Verifications.Counts[step] + counted.BatchRows.Counts[step]);
            writer.WriteNumber("verifications"u8, counted.Verifications.Counts[step]);
            writer.WriteNumber("batch_rows"u8, counted.BatchRows.Counts[step]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteTime("at"u8, at);
        writer.WriteEndObject();
    }

    private static void WriteTable(Utf8JsonWriter writer, ReadOnlySpan<byte> name, RetriesDue table)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("waiting"u8, table.Waiting);
        writer.WriteTime("next_at"u8, table.NextAt);
        writer.WriteEndObject();
    }

    private readonly record struct View(RetryOverview Counted, DateTimeOffset At);
}
