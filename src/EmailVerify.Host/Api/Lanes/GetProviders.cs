using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.Lanes;

/// <summary>
/// GET <c>/v1/providers</c> and <c>/v1/providers/{name}</c>: how we get on with each provider that is or was asked since the start: rate, sessions, circuit, what it said last. Of the small hosts, which
/// no data name, the most notable are shown. Nobody is asked for it but the lanes that live in this process.
/// </summary>
internal sealed partial class GetProviders(LaneDesk lanes, ProviderCatalog catalog)
{
    // Rates are told to the thousandth: the slowest is one a minute. Shares in tenths of a percent.
    private const int Digits = 3;

    public async Task ListAsync(HttpContext context)
    {
        var living = await lanes.LookAsync();
        JsonAnswer.Write(context.Response, new List(Group(living), living.Sum(lane => lane.Provider is null ? lane.Standing.LeftOut : 0)), WriteList);
    }

    public async Task GetAsync(HttpContext context)
    {
        var name = (context.Request.RouteValues["name"] as string)?.ToLowerInvariant() ?? string.Empty;
        var found = Group(await lanes.LookAsync()).FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.Ordinal));
        if (found is null && !catalog.Knows(name))
        {
            await new Problem(ProblemCode.NotFound, "No data name this provider, and no lane has met such a host since the start.").WriteAsync(context);
            return;
        }

        JsonAnswer.Write(context.Response, new One(found ?? new SeenProvider(name, IsNamed: true, []), catalog.PolicyOf(name)), WriteOne);
    }

    // A provider in trouble first, then the busiest.
    private static ImmutableArray<SeenProvider> Group(ImmutableArray<LiveLane> living) =>
    [
        .. living
            .SelectMany(static lane => lane.Standing.Providers.Select(standing => new SeenLane(lane, standing)))
            .GroupBy(static seen => seen.Standing.Provider, StringComparer.Ordinal)
            .Select(static group => new SeenProvider(group.Key, group.Any(static seen => seen.Lane.Provider is not null), [.. group]))
            .OrderByDescending(static one => one.Lanes.Any(static seen => seen.Standing.Regime.Circuit is not Circuit.Closed))
            .ThenByDescending(static one => one.Lanes.Sum(static seen => seen.Standing.WaitingInPerson + seen.Standing.WaitingOfBatches))
            .ThenByDescending(static one => one.IsNamed)
            .ThenBy(static one => one.Name, StringComparer.Ordinal),
    ];

    private static void WriteList(Utf8JsonWriter writer, in List list)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("providers"u8);
        foreach (var provider in list.Providers)
        {
            writer.WriteStartObject();
            Write(writer, provider);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("left_out"u8, list.LeftOut);
        writer.WriteEndObject();
    }

    private static void WriteOne(Utf8JsonWriter writer, in One one)
    {
        var policy = one.Policy;
        writer.WriteStartObject();
        Write(writer, one.Provider);
        writer.WriteStartObject("policy"u8);
        writer.WriteNumber("cautious_rate_per_second"u8, policy.CautiousRate);
        writer.WriteNumber("max_rate_per_second"u8, policy.HighestRate);
        writer.WriteNumber("max_sessions"u8, policy.Sessions);
        writer.WriteNumber("sessions_per_minute"u8, policy.SessionsPerMinute);
        writer.WriteNumber("recipients_per_session"u8, policy.RecipientsPerSession);
        writer.WriteNumber("refusals_per_session"u8, policy.RefusalsPerSession);
        WriteShare(writer, "refused_ratio_cap"u8, policy.RefusedRatioCap);
        writer.WriteNumber("pause_seconds"u8, policy.Pause.TotalSeconds);
        writer.WriteString("reviewed"u8, policy.Reviewed?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        writer.WriteStartArray("exchangers"u8);
        foreach (var suffix in policy.Exchangers)
            writer.WriteStringValue(suffix);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SeenProvider provider)
    {
        writer.WriteString("provider"u8, provider.Name);
        writer.WriteBoolean("named"u8, provider.IsNamed);
        writer.WriteStartArray("lanes"u8);
        foreach (var (lane, standing) in provider.Lanes)
            Write(writer, lane, standing);
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, LiveLane lane, ProviderStanding standing)
    {
        var regime = standing.Regime;
        writer.WriteStartObject();
        writer.WriteString("egress"u8, lane.Egress);
        writer.WriteNumber("rate_per_second"u8, Math.Round(regime.Rate, Digits));
        writer.WriteNumber("min_rate_per_second"u8, Math.Round(regime.LowestRate, Digits));
        writer.WriteNumber("max_rate_per_second"u8, Math.Round(regime.HighestRate, Digits));
        writer.WriteNumber("sessions"u8, regime.Sessions);
        writer.WriteNullable("max_sessions"u8, regime.MostSessions);
        writer.WriteString("circuit"u8, Words.Of(regime.Circuit));
        writer.WriteTime("until"u8, regime.Until);
        writer.WriteString("why"u8, LaneWords.Of(regime.Why));
        WriteShare(writer, "refused_ratio"u8, regime.RefusedRatio);
        WriteShare(writer, "refused_ratio_cap"u8, regime.RefusedRatioCap);
        writer.WriteStartObject("waiting"u8);
        writer.WriteNumber("interactive"u8, standing.WaitingInPerson);
        writer.WriteNumber("batch"u8, standing.WaitingOfBatches);
        writer.WriteEndObject();
        writer.WriteStartArray("last_replies"u8);
        foreach (var reply in lane.Standing.LastReplies.Where(reply => string.Equals(reply.Provider, standing.Provider, StringComparison.Ordinal)))
            Write(writer, reply);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LaneReply reply)
    {
        writer.WriteStartObject();
        writer.WriteTime("at"u8, reply.At);
        writer.WriteString("exchanger"u8, reply.Exchanger);
        writer.WriteNullable("code"u8, reply.Code);
        writer.WriteString("enhanced"u8, reply.Enhanced);
        writer.WriteString("text"u8, reply.Text);
        writer.WriteString("meaning"u8, reply.Meaning);
        writer.WriteEndObject();
    }

    private static void WriteShare(Utf8JsonWriter writer, ReadOnlySpan<byte> name, double? share)
    {
        if (share is { } given)
            writer.WriteNumber(name, Math.Round(given, Digits));
        else
            writer.WriteNull(name);
    }

    private sealed record SeenLane(LiveLane Lane, ProviderStanding Standing);

    private sealed record SeenProvider(string Name, bool IsNamed, ImmutableArray<SeenLane> Lanes);

    private readonly record struct List(ImmutableArray<SeenProvider> Providers, int LeftOut);

    private readonly record struct One(SeenProvider Provider, ProviderPolicy Policy);
}
