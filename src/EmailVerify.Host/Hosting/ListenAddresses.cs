using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EmailVerify.Host.Cli;

namespace EmailVerify.Host.Hosting;

/// <summary>Where the service listens: checked before anything else is started, so that what is wrong is said in one sentence.</summary>
internal static class ListenAddresses
{
    private const int DefaultPort = 5080;

    /// <summary>Reads addresses that are separated by semicolons.</summary>
    /// <param name="text">The addresses.</param>
    /// <param name="hasCertificate">Whether a certificate is configured, without which nothing can be https.</param>
    /// <exception cref="OptionsRefusedException">Something is wrong; it names everything that is.</exception>
    public static ImmutableArray<string> Read(string text, bool hasCertificate)
    {
        var urls = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToImmutableArray();
        ImmutableArray<string> errors = urls.IsEmpty
            ? [$"--urls needs an address, {Form(DefaultPort)}."]
            : [.. urls.Select(url => Complaint(url, hasCertificate)).OfType<string>()];
        return errors.IsEmpty ? urls : throw new OptionsRefusedException(errors);
    }

    /// <summary>Tries to listen where the service is going to.</summary>
    /// <param name="urls">The addresses, as they were read.</param>
    /// <exception cref="CommandRefusedException">One is taken, or not this machine's.</exception>
    public static void Try(ImmutableArray<string> urls)
    {
        foreach (var url in urls)
        {
            var binding = BindingAddress.Parse(url);
            if (AddressOf(binding) is not { } address || binding.Port == 0)
                continue;
            try
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(address, binding.Port));
                socket.Listen(1);
            }
            catch (SocketException refused)
            {
                throw new CommandRefusedException(ExitCodes.Failed, $"Cannot listen at {url}: {refused.Message}. Give another place with --urls.");
            }
        }
    }

    /// <summary>Gets what to type into a browser on this machine for an address that is listened at.</summary>
    /// <param name="url">The address, as the server names it.</param>
    public static Uri ForBrowser(string url)
    {
        var binding = BindingAddress.Parse(url);
        var address = AddressOf(binding);
        var host = address is null || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? "localhost" : binding.Host;
        return new UriBuilder(binding.Scheme, host, binding.Port).Uri;
    }

    // Null where it is a pipe, or a host name.
    private static IPAddress? AddressOf(BindingAddress binding) =>
        IsPipe(binding) ? null
        : IPAddress.TryParse(binding.Host.Trim('[', ']'), out var named) ? named
        : binding.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : binding.Host is "*" or "+" ? IPAddress.Any
        : null;

    private static bool IsPipe(BindingAddress binding) => binding.IsUnixPipe || binding.IsNamedPipe;

    private static string Form(int port) => string.Create(CultureInfo.InvariantCulture, $"such as http://127.0.0.1:{port}");

    private static string? Complaint(string url, bool hasCertificate)
    {
        try
        {
            var binding = BindingAddress.Parse(url);
            return binding.Scheme switch
            {
                "http" or "https" when binding.Port > IPEndPoint.MaxPort => string.Create(CultureInfo.InvariantCulture, $"--urls \"{url}\": {binding.Port} is no port."),
                "http" or "https" when !IsPipe(binding) && AddressOf(binding) is null => $"--urls \"{url}\": Kestrel would take a host name for every address of this machine. Give an IP address, localhost, or * for all of them.",
                "http" => null,
                "https" when hasCertificate => null,
                "https" => $"--urls \"{url}\" needs a certificate: set Kestrel:Certificates:Default.",
                _ => $"--urls \"{url}\" is no address of a web server, {Form(DefaultPort)}.",
            };
        }
        catch (FormatException)
        {
            return $"--urls \"{url}\" is no address of a web server, {Form(ushort.TryParse(url, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : DefaultPort)}.";
        }
    }
}
