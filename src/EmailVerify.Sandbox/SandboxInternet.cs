using System.Net;
using EmailVerify.Sandbox.Control;
using EmailVerify.Sandbox.Counting;
using EmailVerify.Sandbox.Dns;
using EmailVerify.Sandbox.Personas;
using EmailVerify.Sandbox.Smtp;

namespace EmailVerify.Sandbox;

/// <summary>
/// A small internet on loopback: a DNS server and SMTP hosts that behave as the providers do, and worse. It listens on 127.0.0.0/8 only, takes no
/// message, and counts what its visitors do.
/// </summary>
public sealed class SandboxInternet : IAsyncDisposable
{
    private static readonly Lazy<IReadOnlyList<Persona>> BuiltIn = new(PersonaReader.ReadBuiltIn);

    private readonly DnsServer dns;
    private readonly SmtpServer smtp;
    private readonly ControlListener? control;
    private readonly SandboxCertificate certificate;
    private readonly IReadOnlyDictionary<string, IPAddress> addresses;

    private SandboxInternet(
        SandboxOptions options,
        Counters counters,
        IReadOnlyDictionary<string, IPAddress> addresses,
        SandboxCertificate certificate,
        DnsServer dns,
        SmtpServer smtp,
        ControlListener? control)
    {
        (Options, Counters, this.addresses, this.certificate) = (options, counters, addresses, certificate);
        (this.dns, this.smtp, this.control) = (dns, smtp, control);
    }

    /// <summary>Gets all personas, with what a correct verifier must answer about their addresses.</summary>
    /// <exception cref="InvalidDataException">They contradict themselves.</exception>
    public static IReadOnlyList<Persona> Personas => BuiltIn.Value;

    /// <summary>Gets how it was started.</summary>
    public SandboxOptions Options { get; }

    /// <summary>Gets the DNS server to ask, over UDP or TCP.</summary>
    public IPEndPoint Dns => dns.EndPoint;

    /// <summary>Gets the port that all SMTP hosts listen on.</summary>
    public int SmtpPort => smtp.Port;

    /// <summary>Gets the network that all SMTP hosts are in: private addresses that a visitor has to allow, and no others.</summary>
    public IPNetwork Network => Options.Network;

    /// <summary>Gets where the counters can be read, or null.</summary>
    public Uri? Control => control?.Url;

    /// <summary>Gets what was counted.</summary>
    public Counters Counters { get; }

    /// <summary>Starts a small internet.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="clock">The clock of its delays, greylists and rates.</param>
    /// <exception cref="ArgumentException">The options do not hold.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">A port that was asked for is taken.</exception>
    public static async Task<SandboxInternet> StartAsync(SandboxOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        var counters = new Counters(clock);
        var population = Population.Of(Personas, options, counters, clock);
        var identity = SandboxCertificate.Create(clock);
        SmtpServer? mail = null;
        DnsServer? names = null;
        try
        {
            mail = SmtpServer.Start(population.Hosts, options, identity.ServerOptions, counters, clock);
            var zones = new DnsZones(Personas, population.Addresses, options.Load, population.LoadAddresses);
            names = DnsServer.Start(options.DnsPort, zones, counters, options.DnsDelay, clock);
            var shown = options.Control is { } url ? ControlListener.Start(url, counters, clock) : null;
            return new SandboxInternet(options, counters, population.Addresses, identity, names, mail, shown);
        }
        catch
        {
            if (names is not null)
                await names.DisposeAsync();
            if (mail is not null)
                await mail.DisposeAsync();
            identity.Dispose();
            throw;
        }
    }

    /// <summary>Gets the address that was given to a persona's host; null when it has none of its own.</summary>
    public IPAddress? AddressOf(string host) => addresses.GetValueOrDefault(host);

    /// <summary>Ends all sessions and frees all ports.</summary>
    public async ValueTask DisposeAsync()
    {
        if (control is not null)
            await control.DisposeAsync();
        await dns.DisposeAsync();
        await smtp.DisposeAsync();
        certificate.Dispose();
    }
}
