using System.Globalization;
using System.Net;
using EmailVerify.Benchmarks.Batches;

namespace EmailVerify.Benchmarks.Floor;

/// <summary>What sessions have done.</summary>
/// <param name="Connections">How many there were.</param>
/// <param name="Recipients">How many RCPTs, decoys included.</param>
/// <param name="Right">How many addresses were answered as is true of them.</param>
internal readonly record struct FloorTally(long Connections, long Recipients, long Right)
{
    public static FloorTally operator +(FloorTally one, FloorTally other) =>
        new(one.Connections + other.Connections, one.Recipients + other.Recipients, one.Right + other.Right);
}

/// <summary>One session with the host of one domain about all its addresses: the dialogue of the service, and nothing else.</summary>
/// <param name="domain">The number of the domain.</param>
/// <param name="host">The address of its exchanger.</param>
/// <param name="wantsTls">Whether TLS is spoken where it is offered.</param>
internal sealed class FloorSession(int domain, IPEndPoint host, bool wantsTls)
{
    private const byte Accepted = (byte)'2';

    private readonly string exchanger = string.Create(CultureInfo.InvariantCulture, $"mx.load{domain}.test");
    private bool pipelines;

    /// <summary>Asks about the addresses.</summary>
    public async Task<FloorTally> RunAsync(LoadList list)
    {
        using var channel = new FloorChannel();
        var tally = new FloorTally(1, 0, 0);

        // :: Step 1: banner, EHLO, TLS where it is offered, and EHLO again.
        await channel.ConnectAsync(host);
        Expect(await channel.HearAsync());
        await GreetAsync(channel);
        if (wantsTls && channel.Reply.IndexOf("STARTTLS"u8) >= 0)
        {
            Expect(await channel.Add("STARTTLS\r\n"u8).SayAsync());
            await channel.StartTlsAsync(exchanger);
            await GreetAsync(channel);
        }

        var isKnown = false;
        for (var number = 0; number < list.Each; number++)
        {
            // :: Step 2: a transaction of its own for each address; RSET and MAIL in one group where PIPELINING is offered.
            await BeginAsync(channel, resets: number > 0);

            // :: Step 3: the question.
            var email = LoadList.AddressOf(domain, number);
            var answer = await AskAsync(channel, email);
            tally += new FloorTally(0, 1, IsTrue(email, answer) ? 1 : 0);

            // :: Step 4: one decoy for the domain.
            if (answer == Accepted && !isKnown)
            {
                isKnown = true;
                var decoy = await AskAsync(channel, string.Create(CultureInfo.InvariantCulture, $"tavjok47gizjam@d{domain}.load.test"));
                tally += new FloorTally(0, 1, 0);
                if (decoy == Accepted != LoadAddresses.IsCatchAll(domain))
                    throw new InvalidOperationException($"Domain {domain} answers a decoy with {(char)decoy}.");
            }
        }

        await channel.Add("QUIT\r\n"u8).EndAsync();
        return tally;
    }

    private async ValueTask GreetAsync(FloorChannel channel)
    {
        Expect(await channel.Add("EHLO probe.sandbox.test\r\n"u8).SayAsync());
        pipelines = channel.Reply.IndexOf("PIPELINING"u8) >= 0;
    }

    private async ValueTask BeginAsync(FloorChannel channel, bool resets)
    {
        if (resets)
        {
            _ = channel.Add("RSET\r\n"u8);
            if (!pipelines)
                Expect(await channel.SayAsync());
        }

        Expect(await channel.Add("MAIL FROM:<probe@sandbox.test>\r\n"u8).SayAsync());
        if (resets && pipelines)
            Expect(await channel.HearAsync());
    }

    private static ValueTask<byte> AskAsync(FloorChannel channel, string email) => channel.Add("RCPT TO:<"u8).Add(email).Add(">\r\n"u8).SayAsync();

    private bool IsTrue(string email, byte answer) =>
        answer == Accepted == (LoadAddresses.IsCatchAll(domain) || !LoadAddresses.TruthOf(email).StartsWith("undeliverable", StringComparison.Ordinal));

    private static void Expect(byte answer)
    {
        if (answer != Accepted)
            throw new InvalidOperationException($"The sandbox answers with {(char)answer}.");
    }
}
