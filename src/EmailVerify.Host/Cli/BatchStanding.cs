using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Grains.Batches;

namespace EmailVerify.Host.Cli;

/// <summary>How a batch stands, in this process or in a service.</summary>
/// <param name="Status">Its state.</param>
/// <param name="Counts">Its counts.</param>
/// <param name="RowsPerSecond">Its pace, or 0 when it is not known.</param>
/// <param name="EndsAt">When it will be done at that pace, or null.</param>
/// <param name="Pause">Why it is paused, or null.</param>
internal sealed record BatchStanding(BatchStatus Status, BatchCounts Counts, double RowsPerSecond, DateTimeOffset? EndsAt, BatchPause? Pause)
{
    /// <summary>Gets a value indicating whether nothing more is done about it.</summary>
    public bool HasEnded => Status is BatchStatus.Completed or BatchStatus.Cancelled or BatchStatus.Failed;

    /// <summary>Gets a value indicating whether its rows and results were removed.</summary>
    public bool IsErased { get; init; }

    /// <summary>Gets what a service warns of: why nearly every row would be <c>unknown</c>. In this process the person is told before there is a batch.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Gets what makes it go on: a command, or null when it does by itself or is done.</summary>
    public BatchCommand? WayOn => Status switch
    {
        BatchStatus.Cancelled or BatchStatus.Failed => BatchCommand.Retry,
        BatchStatus.Paused when Pause?.By is not BatchPauser.System => BatchCommand.Resume,
        _ => null,
    };

    /// <summary>Takes it from this process.</summary>
    public static BatchStanding Of(BatchView view) =>
        new(view.Batch.Status, view.Batch.Counts, view.RatePerSecond, view.EtaAt, view.Batch.Pause) { IsErased = view.Batch.ErasedAt is not null };

    /// <summary>Takes it from what a service answered.</summary>
    /// <exception cref="InvalidDataException">It is no batch.</exception>
    public static BatchStanding Of(JsonElement batch)
    {
        try
        {
            var counts = batch.GetProperty("counts");
            var eta = batch.GetProperty("eta");
            var pause = batch.GetProperty("pause");
            var hasEta = eta.ValueKind is JsonValueKind.Object;
            return new BatchStanding(
                Word<BatchStatus>(batch.GetProperty("status")),
                new BatchCounts
                {
                    Total = counts.GetProperty("total").GetInt64(),
                    Done = counts.GetProperty("done").GetInt64(),
                    Deliverable = counts.GetProperty("deliverable").GetInt64(),
                    Undeliverable = counts.GetProperty("undeliverable").GetInt64(),
                    Risky = counts.GetProperty("risky").GetInt64(),
                    Unknown = counts.GetProperty("unknown").GetInt64(),
                    Retrying = counts.GetProperty("retrying").GetInt64(),
                },
                hasEta ? eta.GetProperty("rate_per_second").GetDouble() : 0,
                hasEta ? eta.GetProperty("at").GetDateTimeOffset() : null,
                pause.ValueKind is JsonValueKind.Object ? new BatchPause(Word<BatchPauser>(pause.GetProperty("by")), pause.GetProperty("reason").GetString()) : null)
            {
                IsErased = batch.GetProperty("erased_at").ValueKind is not JsonValueKind.Null,
                Warnings = [.. batch.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetProperty("detail").GetString()!)],
            };
        }
        catch (Exception failure) when (failure is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("The service answered with something that is no batch: is it of this version?", failure);
        }
    }

    private static TEnum Word<TEnum>(JsonElement word)
        where TEnum : struct, Enum => Words.TryParse<TEnum>(word.GetString(), out var value) ? value : throw new FormatException();
}
