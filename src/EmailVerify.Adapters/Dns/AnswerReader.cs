using System.Collections.Immutable;
using System.Text;
using DnsClient;
using DnsClient.Protocol;
using EmailVerify.Core.Domains;

namespace EmailVerify.Adapters.Dns;

/// <summary>What a response amounts to.</summary>
/// <param name="Outcome">How the question ended.</param>
/// <param name="Records">The records of the asked type at the end of the chain of aliases.</param>
/// <param name="TimeToLive">The smallest TTL on the way; of a negative answer by its SOA.</param>
/// <param name="Name">The name at the end of the chain; the asked one where there is none.</param>
/// <param name="Hops">How many aliases led there.</param>
/// <param name="Continues">The server knew the alias only: the name at the end has to be asked.</param>
internal readonly record struct Reading(DnsOutcome Outcome, ImmutableArray<DnsResourceRecord> Records, TimeSpan TimeToLive, string Name, int Hops, bool Continues);

/// <summary>Reads a response: pure, and distrustful of everything in it.</summary>
internal static class AnswerReader
{
    /// <summary>The longest chain of CNAMEs that is followed, over all responses: what common resolvers allow is 8 to 16.</summary>
    public const int LongestChain = 8;

    /// <summary>The most records that are kept of an answer; who has more is not short of exchangers.</summary>
    public const int MostRecords = 500;

    private static readonly Reading Nonsense = new(DnsOutcome.Failure, [], TimeSpan.Zero, string.Empty, 0, Continues: false);

    /// <summary>Reads the response to a question.</summary>
    /// <param name="most">How many aliases may still be followed.</param>
    public static Reading Read(IDnsQueryResponse response, string asked, QueryType type, int most)
    {
        // :: Step 1: it has to be about our question. That it is whole the library sees to, and that it is no complaint, DnsServers.
        var exists = response.Header.ResponseCode is DnsHeaderResponseCode.NoError;
        if (response.Questions is not [var question] || question.QuestionType != type || !string.Equals(NameOf(question.QueryName), asked, StringComparison.Ordinal))
            return Nonsense;

        // :: Step 2: along the aliases (RFC 1034 3.6.2).
        if (!TryFollow(response.Answers, asked, most, out var name, out var hops, out var aliasTtl))
            return Nonsense;

        // :: Step 3: what is there; owners that nobody asked about do not count.
        var records = response.Answers
            .Where(record => (int)record.RecordType == (int)type && string.Equals(NameOf(record.DomainName), name, StringComparison.Ordinal))
            .Take(MostRecords)
            .ToImmutableArray();
        if (exists && !records.IsEmpty)
            return new(DnsOutcome.Answer, records, Least(aliasTtl, records.Min(Ttl)), name, hops, Continues: false);

        // :: Step 4: or that nothing is there, which its SOA vouches for (RFC 2308 2 and 5).
        var soa = response.Authorities.OfType<SoaRecord>().FirstOrDefault();
        var negativeTtl = Least(aliasTtl, soa is null ? TimeSpan.Zero : Least(Ttl(soa), TimeSpan.FromSeconds(soa.Minimum)));
        if (!exists)
            return new(DnsOutcome.NxDomain, [], negativeTtl, name, hops, Continues: false);
        if (soa is null && !string.Equals(name, asked, StringComparison.Ordinal))
            return new(DnsOutcome.Answer, [], aliasTtl, name, hops, Continues: true);

        // A referral is no answer: the server does not know and names others.
        return soa is null && response.Authorities.Any(record => record.RecordType is ResourceRecordType.NS)
            ? Nonsense
            : new(DnsOutcome.NoData, [], negativeTtl, name, hops, Continues: false);
    }

    /// <summary>Gets a name as Core spells it: A-labels in lower case without the final dot; empty for the root.</summary>
    /// <remarks>The library turns A-labels that it receives into U-labels, in <see cref="DnsString.Value"/> of owners and in <see cref="DnsString.Original"/> of targets: the ASCII one is what stood on the wire.</remarks>
    public static string NameOf(DnsString name) => (Ascii.IsValid(name.Value) ? name.Value : name.Original).TrimEnd('.').ToLowerInvariant();

    private static bool TryFollow(
        IReadOnlyList<DnsResourceRecord> answers, string asked, int most, out string name, out int hops, out TimeSpan timeToLive)
    {
        (name, hops, timeToLive) = (asked, 0, TimeSpan.MaxValue);
        var aliases = new Dictionary<string, CNameRecord>(StringComparer.Ordinal);
        foreach (var alias in answers.OfType<CNameRecord>().Take(MostRecords))
            aliases.TryAdd(NameOf(alias.DomainName), alias);

        for (; aliases.TryGetValue(name, out var alias); hops++)
        {
            if (hops == most)
                return false;
            (name, timeToLive) = (NameOf(alias.CanonicalName), Least(timeToLive, Ttl(alias)));
        }

        return true;
    }

    /// <summary>A TTL with its highest bit set is zero (RFC 2181 8).</summary>
    private static TimeSpan Ttl(DnsResourceRecord record) => TimeSpan.FromSeconds(Math.Max(0, record.InitialTimeToLive));

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
