using System.Collections.Immutable;
using System.Net;
using DnsClient;
using EmailVerify.Core.Domains;

namespace EmailVerify.Adapters.Dns;

/// <summary>Puts questions to the configured servers: few at a time, the next server where one is silent or fails.</summary>
internal sealed class DnsServers : IDisposable
{
    /// <summary>As in resolv.conf(5): whoever needs more than three has another problem.</summary>
    private const int MostServers = 3;

    /// <summary>Fits every path's MTU, so that no answer is lost to fragmentation (DNS Flag Day 2020).</summary>
    private const int LargestDatagram = 1232;

    private readonly ImmutableArray<NameServer> servers;
    private readonly LookupClient client;
    private readonly DnsQueryOptions query;
    private readonly SemaphoreSlim slots;
    private readonly DnsInstruments instruments;
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationToken closed;
    private int preferred;

    public DnsServers(DnsOptions options, DnsInstruments instruments)
    {
        this.instruments = instruments;
        servers = [.. InUse(options).Select(server => new NameServer(server))];
        closed = closing.Token;
        slots = new(options.QueriesInFlight, options.QueriesInFlight);
        var common = new LookupClientOptions { AutoResolveNameServers = false };
        Configure(common, options);
        client = new LookupClient(common);
        query = new DnsQueryOptions();
        Configure(query, options);
    }

    /// <summary>Gets the servers that are asked.</summary>
    public static ImmutableArray<IPEndPoint> InUse(DnsOptions options) =>
    [
        .. (options.Servers.IsEmpty
            ? NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false).Select(server => new IPEndPoint(IPAddress.Parse(server.Address), server.Port))
            : options.Servers).Take(MostServers),
    ];

    /// <summary>Asks until a server answers, each at most once.</summary>
    /// <returns>The response; or none with how it ended: <see cref="DnsOutcome.Timeout"/> where every server was silent, else <see cref="DnsOutcome.Failure"/>.</returns>
    public async Task<(IDnsQueryResponse? Response, DnsOutcome Outcome)> AskAsync(DnsQuestion question)
    {
        var first = Volatile.Read(ref preferred);
        var worst = servers.IsEmpty ? DnsOutcome.Failure : DnsOutcome.Timeout;
        var silent = false;
        for (var tried = 0; tried < servers.Length; tried++)
        {
            var at = (first + tried) % servers.Length;
            var (response, outcome) = await AskAsync(servers[at], question);
            // Anything else is about the server: that it fails, refuses us, or does not understand.
            if (response is { Header.ResponseCode: DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain })
            {
                // A silent server would cost every question its whole timeout: the one that answers is asked first from now on.
                if (silent)
                    Volatile.Write(ref preferred, at);
                return (response, DnsOutcome.Answer);
            }

            instruments.Asked(question.QuestionType, outcome);
            silent |= outcome is DnsOutcome.Timeout;
            worst = outcome is DnsOutcome.Timeout ? worst : DnsOutcome.Failure;
        }

        return (null, worst);
    }

    /// <summary>Ends what is under way. The semaphore stays: it holds no handle, and the last question has yet to leave it.</summary>
    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
    }

    private static void Configure(DnsQueryOptions query, DnsOptions options)
    {
        query.UseCache = false;
        query.ContinueOnDnsError = false;
        query.ContinueOnEmptyResponse = false;
        query.UseRandomNameServer = false;
        query.ThrowDnsErrors = false;
        query.UseTcpFallback = true;
        query.UseTcpOnly = options.OverTcp;
        query.ExtendedDnsBufferSize = LargestDatagram;
        query.Timeout = options.Timeout;
        query.Retries = options.Retries;
    }

    private async Task<(IDnsQueryResponse? Response, DnsOutcome Outcome)> AskAsync(NameServer server, DnsQuestion question)
    {
        var entered = false;
        try
        {
            await slots.WaitAsync(closed);
            entered = true;
            return (await client.QueryServerAsync([server], question, query, closed), DnsOutcome.Failure);
        }
        catch (DnsResponseException error) when (error.Code is DnsResponseCode.ConnectionTimeout && !closed.IsCancellationRequested)
        {
            return (null, DnsOutcome.Timeout);
        }
        catch (Exception)
        {
            // The parser reads a stranger's bytes and has many ways to fail on them, a closed resolver some more: nothing about the domain.
            return (null, DnsOutcome.Failure);
        }
        finally
        {
            if (entered)
                slots.Release();
        }
    }
}
