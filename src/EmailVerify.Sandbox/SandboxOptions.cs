using System.Net;

namespace EmailVerify.Sandbox;

/// <summary>How a small internet behaves as a whole. What its hosts do one by one is in the personas.</summary>
public sealed record SandboxOptions
{
    /// <summary>
    /// Gets the round trip of the network that is played: two pass before the banner ends (TCP's handshake, then the banner), one before each answer.
    /// From 0 to 10 seconds. Default: 0.
    /// </summary>
    public TimeSpan RoundTrip { get; init; }

    /// <summary>Gets how long every SMTP host thinks before each answer, besides <see cref="RoundTrip"/>. From 0 to 10 seconds. Default: 0.</summary>
    public TimeSpan ReplyDelay { get; init; }

    /// <summary>Gets how long the DNS thinks before each answer. From 0 to 10 seconds. Default: 0.</summary>
    public TimeSpan DnsDelay { get; init; }

    /// <summary>
    /// Gets how long hosts with a tarpit hold back the refusal of a recipient. From 0 to 60 seconds. Default: 200 ms, so that tests stay fast;
    /// Exchange's own is 5 seconds.
    /// </summary>
    public TimeSpan Tarpit { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets a value indicating whether hosts offer STARTTLS. What personas promise holds with TLS on. Default: true.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>Gets the one TCP port of all SMTP hosts; 0 finds one that is free on all addresses. Default: 0.</summary>
    public int SmtpPort { get; init; }

    /// <summary>Gets the port of the DNS server on 127.0.0.1, for UDP and TCP; 0 finds a free one. Default: 0.</summary>
    public int DnsPort { get; init; }

    /// <summary>Gets the loopback network that the hosts' addresses come from: inside 127.0.0.0/8 and no smaller than a /16. Default: 127.20.0.0/16.</summary>
    public IPNetwork Network { get; init; } = new(new IPAddress([127, 20, 0, 0]), 16);

    /// <summary>Gets the domains made up for load tests; null leaves them out. Default: 5,000 of them.</summary>
    public LoadOptions? Load { get; init; } = new();

    /// <summary>Gets where the counters can be read over HTTP, such as <c>http://127.0.0.1:0/</c>; loopback only, port 0 finds a free one. Default: nowhere.</summary>
    public Uri? Control { get; init; }

    /// <summary>Gets after how long an SMTP client that says nothing is cut off. At least 1 second. Default: 5 minutes (RFC 5321 4.5.3.2.7).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    internal void Validate()
    {
        Within(RoundTrip, TimeSpan.FromSeconds(10), nameof(RoundTrip));
        Within(ReplyDelay, TimeSpan.FromSeconds(10), nameof(ReplyDelay));
        Within(DnsDelay, TimeSpan.FromSeconds(10), nameof(DnsDelay));
        Within(Tarpit, TimeSpan.FromMinutes(1), nameof(Tarpit));
        ArgumentOutOfRangeException.ThrowIfLessThan(IdleTimeout, TimeSpan.FromSeconds(1), nameof(IdleTimeout));
        if (SmtpPort is < 0 or > IPEndPoint.MaxPort || DnsPort is < 0 or > IPEndPoint.MaxPort)
            throw new ArgumentException("A port is a number from 0 to 65535.");
        if (Network.BaseAddress.GetAddressBytes() is not [127, ..] || Network.PrefixLength is < 8 or > 16)
            throw new ArgumentException("The sandbox lives in 127.0.0.0/8 only, in a network no smaller than a /16.", nameof(Network));
        if (Control is { IsLoopback: false } or { Scheme: not "http" })
            throw new ArgumentException("The counters are shown on a loopback http:// address only.", nameof(Control));
        Load?.Validate();
    }

    private static void Within(TimeSpan value, TimeSpan most, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
    }
}

/// <summary>
/// Domains made up by number, each with an exchanger and a provider of its own, on few addresses. A local part that is <c>ok</c> or begins with
/// <c>ok</c> and a digit, a dot, a hyphen or an underscore exists; every other is refused, unless the domain is a catch-all.
/// </summary>
public sealed record LoadOptions
{
    /// <summary>Gets the name of a domain, with {N} for its number. Default: <c>d{N}.load.test</c>.</summary>
    public string Domain { get; init; } = "d{N}.load.test";

    /// <summary>
    /// Gets the name of a domain's exchanger, with {N} for its number. The number stands in the organisational domain, so that each counts as a
    /// provider of its own. Default: <c>mx.load{N}.test</c>.
    /// </summary>
    public string Exchanger { get; init; } = "mx.load{N}.test";

    /// <summary>Gets how many domains there are, numbered from 1. From 1 to 100,000. Default: 5,000.</summary>
    public int Domains { get; init; } = 5_000;

    /// <summary>Gets how many addresses they share. From 1 to 1,000. Default: 250.</summary>
    public int Addresses { get; init; } = 250;

    /// <summary>Gets which domains accept everything: those whose number this divides; 0 for none. Default: 20.</summary>
    public int CatchAllEvery { get; init; } = 20;

    internal void Validate()
    {
        if (Domains is < 1 or > 100_000 || Addresses is < 1 or > 1_000 || CatchAllEvery < 0)
            throw new ArgumentException("Load: 1 to 100,000 domains on 1 to 1,000 addresses.");
        if (!Domain.Contains("{N}", StringComparison.Ordinal) || !Exchanger.Contains("{N}", StringComparison.Ordinal))
            throw new ArgumentException("Load: the names of domain and exchanger hold {N}.");
    }
}
