using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Lanes;
using EmailVerify.Grains.Egresses;
using EmailVerify.Grains.Lanes;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Keys;

namespace EmailVerify.Host.Api.Lanes;

/// <summary>GET <c>/v1/egresses</c>: who we ask as, which of these identities rest and why, whether the doctor found them on block lists, and how each provider has received them since the start.</summary>
internal sealed partial class GetEgresses(IEgresses egresses, LaneDesk lanes, DoctorDesk doctor, TimeProvider clock)
{
    public async Task HandleAsync(HttpContext context) =>
        JsonAnswer.Write(context.Response, new Egresses(egresses.Roster.All, await lanes.LookAsync(), doctor.For(Caller.Of(context)), clock.GetUtcNow()), Write);

    private static void Write(Utf8JsonWriter writer, in Egresses all)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("egresses"u8);
        foreach (var egress in all.List)
            Write(writer, egress, all.Now, all.Doctor, [.. all.Lanes.Where(lane => string.Equals(lane.Egress, egress.Egress.Name, StringComparison.Ordinal))]);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, KnownEgress known, DateTimeOffset now, DoctorReport? doctor, ImmutableArray<LiveLane> lanes)
    {
        var (egress, standing) = (known.Egress, known.Standing);
        var isAbsent = known.IsAbsent(now);
        DateTimeOffset? rests = standing.RestsUntil > now ? standing.RestsUntil : null;
        writer.WriteStartObject();
        writer.WriteString("name"u8, egress.Name);
        writer.WriteString("address"u8, egress.Address?.ToString());
        writer.WriteString("proxy"u8, egress.Socks5?.ToString());
        writer.WriteString("helo_name"u8, egress.HeloName);
        writer.WriteString("mail_from"u8, egress.MailFrom);
        writer.WriteString("state"u8, rests is not null ? "resting" : isAbsent ? "absent" : "healthy");
        writer.WriteTime("until"u8, rests ?? (isAbsent ? known.SeenAt + EgressRoster.GoneAfter : null));
        writer.WriteString("why"u8, rests is not null ? "blocked" : isAbsent ? "away" : null);
        writer.WriteStartArray("blocked_by"u8);
        foreach (var provider in rests is null ? [] : standing.BlockedBy)
            writer.WriteStringValue(provider);
        writer.WriteEndArray();
        if (standing.LastBlock is { } block)
        {
            writer.WriteStartObject("last_block"u8);
            writer.WriteString("provider"u8, block.Provider);
            writer.WriteTime("at"u8, block.At);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("last_block"u8);
        }

        WriteBlockLists(writer, doctor, doctor?.Checks.FirstOrDefault(check => check.Id is CheckIds.BlockLists && string.Equals(check.Subject, egress.Name, StringComparison.Ordinal)));
        writer.WriteStartArray("providers"u8);
        foreach (var group in lanes.GroupBy(lane => lane.Provider ?? LaneDirectory.SmallHosts, lane => lane.Standing.Told, StringComparer.Ordinal))
        {
            writer.WriteStartObject();
            writer.WriteString("provider"u8, group.Key);
            writer.WriteNumber("accepted"u8, group.Sum(told => told.Accepted));
            writer.WriteNumber("refused"u8, group.Sum(told => told.Refused));
            writer.WriteNumber("blocked"u8, group.Sum(told => told.Blocked));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteBlockLists(Utf8JsonWriter writer, DoctorReport? report, Check? check)
    {
        if (report is null || check is null)
        {
            writer.WriteNull("block_lists"u8);
            return;
        }

        writer.WriteStartObject("block_lists"u8);
        writer.WriteString("state"u8, Words.Of(check.State));
        writer.WriteString("seen"u8, check.Seen);
        writer.WriteTime("at"u8, report.At);
        writer.WriteEndObject();
    }

    private readonly record struct Egresses(ImmutableArray<KnownEgress> List, ImmutableArray<LiveLane> Lanes, DoctorReport? Doctor, DateTimeOffset Now);
}
