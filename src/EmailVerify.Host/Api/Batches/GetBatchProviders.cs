using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Grains.Batches;
using EmailVerify.Grains.Lanes;
using EmailVerify.Host.Api.Lanes;

namespace EmailVerify.Host.Api.Batches;

/// <summary>
/// GET <c>/v1/batches/{id}/providers</c>: where the rows of a batch are, by provider, and what its lanes may do now. Made to be asked every two seconds: the grain counts, lanes are asked once a second
/// for all, and results are read for it only where the process began in the middle of the batch, or the batch has ended.
/// </summary>
internal sealed partial class GetBatchProviders(BatchDesk desk, BatchSums sums, LaneDesk lanes, ProviderCatalog catalog)
{
    // Rates are told to the hundredth of a RCPT: the slowest is one a minute.
    private const int RateDigits = 2;

    public async Task HandleAsync(HttpContext context)
    {
        if (await desk.FindAsync(context) is not { } batch)
        {
            await BatchDesk.Unknown.WriteAsync(context);
            return;
        }

        var view = await desk.LookAsync(batch);
        var rows = view.Batch.HasEnded ? null : await desk.ProvidersAsync(batch);
        var summary = rows is { IsWhole: true } ? null : await sums.OfAsync(batch, context.RequestAborted);
        var living = view.Batch.HasEnded ? [] : await lanes.LookAsync();
        JsonAnswer.Write(context.Response, new Table(view.Batch, Merge(rows, summary), living), Write);
    }

    // Both only miss rows: the grain those from before it began, the sums those since they were made.
    private ImmutableArray<ProviderRows> Merge(BatchRows? rows, BatchSummary? summary)
    {
        var merged = (rows?.Providers ?? []).ToDictionary(one => one.Provider, StringComparer.Ordinal);
        foreach (var (name, done) in (summary?.Providers ?? []).GroupBy(group => catalog.Knows(group.Name) ? group.Name : LaneDirectory.SmallHosts, group => group.Done, StringComparer.Ordinal).Select(group => (group.Key, group.Sum())))
        {
            var counted = merged.GetValueOrDefault(name) ?? new ProviderRows(name, 0, 0, 0);
            merged[name] = counted with { Done = Math.Max(counted.Done, done) };
        }

        return [.. merged.Values.OrderByDescending(one => one.Waiting + one.Done + one.Retrying).ThenBy(one => one.Provider, StringComparer.Ordinal)];
    }

    private static void Write(Utf8JsonWriter writer, in Table table)
    {
        var (batch, providers, lanes) = table;
        writer.WriteStartObject();
        writer.WriteString("id"u8, batch.Id);
        writer.WriteString("status"u8, Words.Of(batch.Status));
        writer.WriteNumber("total"u8, batch.Counts.Total);
        writer.WriteNumber("done"u8, batch.Counts.Done);
        writer.WriteNumber("retrying"u8, batch.Counts.Retrying);
        writer.WriteNumber("not_begun"u8, batch.HasEnded ? 0 : Math.Max(0, batch.Counts.Total - batch.Counts.Done - batch.Counts.Retrying - providers.Sum(one => one.Waiting)));
        writer.WriteStartArray("providers"u8);
        foreach (var rows in providers)
            Write(writer, rows, batch.Status is BatchStatus.Paused, [.. lanes.Where(lane => string.Equals(lane.Provider ?? LaneDirectory.SmallHosts, rows.Provider, StringComparison.Ordinal))]);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ProviderRows rows, bool isPaused, ImmutableArray<LiveLane> lanes)
    {
        var standings = rows.Provider is LaneDirectory.SmallHosts ? [] : lanes.SelectMany(lane => lane.Standing.Providers).ToImmutableArray();
        var isUnderWay = rows.Waiting + rows.Retrying > 0;

        // It stands still only where no lane may ask; that of another egress may.
        var closed = standings.Where(one => one.Regime.Circuit is Circuit.Open).MinBy(one => one.Regime.Until);
        var pause = closed is not null && standings.All(one => one.Regime.Circuit is Circuit.Open) ? closed : null;
        writer.WriteStartObject();
        writer.WriteString("provider"u8, rows.Provider);
        writer.WriteNumber("waiting"u8, rows.Waiting);
        writer.WriteNumber("done"u8, rows.Done);
        writer.WriteNumber("retrying"u8, rows.Retrying);
        if (standings.IsEmpty)
            writer.WriteNull("rate_per_second"u8);
        else
            writer.WriteNumber("rate_per_second"u8, Math.Round(standings.Sum(one => one.Regime.Rate), RateDigits));
        writer.WriteNumber("sessions"u8, lanes.Sum(lane => lane.Standing.Sessions));
        writer.WriteString("state"u8, !isUnderWay ? "done" : isPaused || pause is not null ? "paused" : rows.Waiting > 0 ? "running" : "waiting");
        writer.WriteTime("paused_until"u8, isUnderWay ? pause?.Regime.Until : null);
        writer.WriteString("why"u8, isUnderWay && pause is not null ? LaneWords.Of(pause.Regime.Why) : null);
        writer.WriteEndObject();
    }

    private readonly record struct Table(Batch Batch, ImmutableArray<ProviderRows> Providers, ImmutableArray<LiveLane> Lanes);
}
