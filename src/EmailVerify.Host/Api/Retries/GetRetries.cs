using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Retries;

namespace EmailVerify.Host.Api.Retries;

/// <summary>
/// GET <c>/v1/retries</c>: what waits to be asked again, and when it is due. However many pages ask, it is counted once at a time, and again only after two seconds, or ten times as long as it took.
/// </summary>
internal sealed partial class GetRetries(IRetryOverview overview, TimeProvider clock)
{
    private const int Pause = 10;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    // What is due lies before the first; what is later than all is not expected, since nothing is put off for longer than a day.
    private static readonly ImmutableArray<TimeSpan> Steps =
        [TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromHours(24)];

    private readonly Lock gate = new();
    private Task<Counted>? flight;
    private Counted? last;

    public async Task HandleAsync(HttpContext context)
    {
        var counted = await CountAsync(context.RequestAborted);
        JsonAnswer.Write(context.Response, counted, Write);
    }

    // A request that ends leaves the count to who asks next.
    private Task<Counted> CountAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (last is { } kept && clock.GetUtcNow() < kept.Until)
                return Task.FromResult(kept);
            if (flight is not { IsCompleted: false })
                flight = Task.Run(FlyAsync, CancellationToken.None);
            return flight.WaitAsync(cancellationToken);
        }
    }

    private async Task<Counted> FlyAsync()
    {
        var (began, now) = (clock.GetTimestamp(), clock.GetUtcNow());
        var found = await overview.CountAsync([.. Steps.Select(step => now + step)], CancellationToken.None);
        var pause = clock.GetElapsedTime(began) * Pause;
        var counted = new Counted(found, now, clock.GetUtcNow() + (pause > Fresh ? pause : Fresh));
        lock (gate)
            last = counted;
        return counted;
    }

    private static void Write(Utf8JsonWriter writer, in Counted counted)
    {
        var (found, at, _) = counted;
        writer.WriteStartObject();
        WriteTable(writer, "verifications"u8, found.Verifications);
        WriteTable(writer, "batch_rows"u8, found.BatchRows);
        writer.WriteStartArray("due"u8);
        for (var step = 0; step <= Steps.Length; step++)
        {
            writer.WriteStartObject();
            writer.WriteTime("from"u8, step == 0 ? null : at + Steps[step - 1]);
            writer.WriteTime("to"u8, step == Steps.Length ? null : at + Steps[step]);
            writer.WriteNumber("count"u8, found.Verifications.Counts[step] + found.BatchRows.Counts[step]);
            writer.WriteNumber("verifications"u8, found.Verifications.Counts[step]);
            writer.WriteNumber("batch_rows"u8, found.BatchRows.Counts[step]);
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

    private sealed record Counted(RetryOverview Found, DateTimeOffset At, DateTimeOffset Until);
}
