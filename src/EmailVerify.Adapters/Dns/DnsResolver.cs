using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Domains;
using MxRecord = EmailVerify.Core.Domains.MxRecord;

namespace EmailVerify.Adapters.Dns;

/// <summary>
/// The resolver, over recursive servers. Keeps the five outcomes apart, follows aliases, goes to TCP after truncation, keeps answers by TTL
/// and SOA minimum within <see cref="Lifetime"/>, and asks each question once at a time. One for a process. Counts with the meter <c>EmailVerify.Dns</c>.
/// </summary>
public sealed class DnsResolver : IRecords, IDisposable
{
    // Texts and reverse names are asked by the doctor only, a few for each egress.
    private const int DoctorsCapacity = 1_000;

    private readonly DnsInstruments instruments;
    private readonly DnsServers servers;
    private readonly AnswerDesk<MxRecord> exchangers;
    private readonly AnswerDesk<IPAddress> addresses;
    private readonly AnswerDesk<string> texts;
    private readonly AnswerDesk<string> names;

    /// <summary>Makes a resolver. Nothing is asked yet.</summary>
    public DnsResolver(DnsOptions options, TimeProvider clock)
        : this(options, clock, counts: true)
    {
    }

    /// <summary>Makes a resolver that may count nothing, for a few questions of its own.</summary>
    internal DnsResolver(DnsOptions options, TimeProvider clock, bool counts)
    {
        instruments = new(counts);
        servers = new(options, instruments);
        exchangers = new(new(options.CacheCapacity / 2), question => AskAsync(question, Exchangers), clock, instruments);
        addresses = new(new(options.CacheCapacity / 2), question => AskAsync(question, Addresses), clock, instruments);
        texts = new(new(DoctorsCapacity), question => AskAsync(question, Texts), clock, instruments);
        names = new(new(DoctorsCapacity), question => AskAsync(question, Names), clock, instruments);
    }

    /// <inheritdoc/>
    public ValueTask<DnsAnswer<MxRecord>> MxAsync(string name, CancellationToken cancellationToken) =>
        HostName.IsValid(name) ? exchangers.AnswerAsync(new(name, QueryType.MX), cancellationToken) : new(NoSuchName<MxRecord>());

    /// <inheritdoc/>
    public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family, CancellationToken cancellationToken)
    {
        var type = family switch
        {
            AddressFamily.InterNetwork => QueryType.A,
            AddressFamily.InterNetworkV6 => QueryType.AAAA,
            _ => throw new ArgumentOutOfRangeException(nameof(family), family, "The DNS has IPv4 and IPv6 addresses."),
        };
        return HostName.IsValid(name) ? addresses.AnswerAsync(new(name, type), cancellationToken) : new(NoSuchName<IPAddress>());
    }

    /// <inheritdoc/>
    public ValueTask<DnsAnswer<string>> TextsAsync(string name, CancellationToken cancellationToken) =>
        HostName.IsValid(name) ? texts.AnswerAsync(new(name, QueryType.TXT), cancellationToken) : new(NoSuchName<string>());

    /// <inheritdoc/>
    public ValueTask<DnsAnswer<string>> NamesAsync(IPAddress address, CancellationToken cancellationToken) =>
        names.AnswerAsync(new(ReverseName.Of(address), QueryType.PTR), cancellationToken);

    /// <summary>Ends what is under way as failures.</summary>
    public void Dispose()
    {
        servers.Dispose();
        instruments.Dispose();
    }

    /// <summary>A name that the DNS cannot hold; sending it would earn a FORMERR.</summary>
    private static DnsAnswer<TRecord> NoSuchName<TRecord>() => new(DnsOutcome.NxDomain, [], Lifetime.Cap);

    private static ImmutableArray<MxRecord> Exchangers(ImmutableArray<DnsResourceRecord> records) =>
        [.. records.OfType<DnsClient.Protocol.MxRecord>().Select(record => new MxRecord(record.Preference, AnswerReader.NameOf(record.Exchange)))];

    private static ImmutableArray<IPAddress> Addresses(ImmutableArray<DnsResourceRecord> records) =>
        [.. records.OfType<AddressRecord>().Select(record => record.Address)];

    private static ImmutableArray<string> Texts(ImmutableArray<DnsResourceRecord> records) =>
        [.. records.OfType<TxtRecord>().Select(record => string.Concat(record.Text))];

    private static ImmutableArray<string> Names(ImmutableArray<DnsResourceRecord> records) =>
        [.. records.OfType<PtrRecord>().Select(record => AnswerReader.NameOf(record.PtrDomainName))];

    /// <summary>Asks for a name and, where a server gives an alias alone, for the name that it leads to.</summary>
    private async Task<DnsAnswer<TRecord>> AskAsync<TRecord>(Question question, Func<ImmutableArray<DnsResourceRecord>, ImmutableArray<TRecord>> records)
    {
        var name = question.Name;
        var timeToLive = Lifetime.Cap;
        for (var hops = AnswerReader.LongestChain; hops >= 0 && HostName.IsValid(name);)
        {
            var (response, ending) = await servers.AskAsync(new DnsQuestion(name, question.Type));
            if (response is null)
                return new(ending, [], TimeSpan.Zero);

            var reading = AnswerReader.Read(response, name, question.Type, hops);
            instruments.Asked(question.Type, reading.Outcome);
            if (reading.Outcome is DnsOutcome.Failure)
                break;

            timeToLive = reading.TimeToLive < timeToLive ? reading.TimeToLive : timeToLive;
            name = reading.Name;
            hops -= reading.Hops;
            if (!reading.Continues)
            {
                return new(reading.Outcome, records(reading.Records), Lifetime.Bound(timeToLive))
                {
                    CanonicalName = string.Equals(name, question.Name, StringComparison.Ordinal) ? null : name,
                };
            }
        }

        return new(DnsOutcome.Failure, [], TimeSpan.Zero);
    }
}
