using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>GET <c>/v1/trends</c>: how many verdicts a customer was given on each day, by status and reason.</summary>
internal sealed partial class GetTrends(IVerificationReports reports, TimeProvider clock)
{
    private const int DefaultDays = 30;

    private static readonly ImmutableArray<VerdictStatus> Statuses = [.. Enum.GetValues<VerdictStatus>()];

    public async Task HandleAsync(HttpContext context)
    {
        // :: Step 1: which days.
        var parameters = new Parameters(context.Request.Query);
        var type = parameters.Type(context.Request.Headers.Accept, MediaTypes.JsonOrCsv);
        var (first, last) = (parameters.Day("from"), parameters.Day("to"));
        var to = last ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var from = first ?? to.AddDays(1 - DefaultDays);
        if (from > to)
            parameters.Wrong("from", "out_of_range", "from is a day that is not after to.");
        else if (to.DayNumber - from.DayNumber >= DayCount.KeptDays)
            parameters.Wrong("from", "out_of_range", string.Create(CultureInfo.InvariantCulture, $"At most {DayCount.KeptDays} days are told at once: from is a later day."));
        if (parameters.Problem is { } wrong)
        {
            await wrong.WriteAsync(context);
            return;
        }

        // :: Step 2: each of them, also those without any.
        var counts = await reports.TrendsAsync(Caller.Of(context).CustomerId, from, to, context.RequestAborted);
        var byDay = counts.ToLookup(count => count.Day);
        var trends = new Trends(
            from, to, [.. Enumerable.Range(from.DayNumber, to.DayNumber - from.DayNumber + 1).Select(DateOnly.FromDayNumber).Select(day => (day, new Sums(byDay[day])))], new Sums(counts));
        context.Response.Headers.Vary = "Accept";
        if (type is MediaTypes.Csv)
            WriteCsv(context.Response, trends);
        else
            JsonAnswer.Write(context.Response, trends, Write);
    }

    private static void Write(Utf8JsonWriter writer, in Trends trends)
    {
        writer.WriteStartObject();
        writer.WriteString("from"u8, TextOf(trends.From));
        writer.WriteString("to"u8, TextOf(trends.To));
        writer.WriteStartArray("days"u8);
        foreach (var (day, sums) in trends.Days)
        {
            writer.WriteStartObject();
            writer.WriteString("day"u8, TextOf(day));
            WriteSums(writer, sums);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("totals"u8);
        WriteSums(writer, trends.Totals);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteSums(Utf8JsonWriter writer, Sums sums)
    {
        writer.WriteNumber("total"u8, sums.Total);
        foreach (var status in Statuses)
            writer.WriteNumber(Words.Of(status), sums.Of(status));
        writer.WriteStartObject("reasons"u8);
        foreach (var (reason, count) in sums.Reasons)
            writer.WriteNumber(Words.Of(reason), count);
        writer.WriteEndObject();
    }

    // Days, words of ours and numbers: nothing in it needs quotes.
    private static void WriteCsv(HttpResponse response, in Trends trends)
    {
        var text = new StringBuilder($"day,total,{string.Join(',', Statuses.Select(Words.Of))}\r\n");
        foreach (var (day, sums) in trends.Days)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"{TextOf(day)},{sums.Total}");
            foreach (var status in Statuses)
                _ = text.Append(CultureInfo.InvariantCulture, $",{sums.Of(status)}");
            _ = text.Append("\r\n");
        }

        response.ContentType = MediaTypes.CsvWithHeader;
        response.Headers.CacheControl = "private, no-store";
        response.BodyWriter.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static string TextOf(DateOnly day) => day.ToString(Parameters.DayForm, CultureInfo.InvariantCulture);

    private readonly record struct Trends(DateOnly From, DateOnly To, ImmutableArray<(DateOnly Day, Sums Sums)> Days, Sums Totals);

    /// <summary>How many verdicts have which status and reason.</summary>
    private sealed class Sums
    {
        private readonly long[] byStatus = new long[Statuses.Length];

        public Sums(IEnumerable<DayCount> counts)
        {
            foreach (var (_, reason, count) in counts)
            {
                byStatus[(int)Judge.StatusOf(reason)] += count;
                Reasons[reason] = Reasons.GetValueOrDefault(reason) + count;
            }
        }

        public SortedDictionary<VerdictReason, long> Reasons { get; } = [];

        public long Total => byStatus.Sum();

        public long Of(VerdictStatus status) => byStatus[(int)status];
    }
}
