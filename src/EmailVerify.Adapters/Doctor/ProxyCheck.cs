using EmailVerify.Adapters.Smtp;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Doctor;

/// <summary>What it means that the proxy of an egress failed, and what to do about it. Its credentials are in no text.</summary>
internal static class ProxyCheck
{
    private const string Setting = "EmailVerify:Egresses:n:Socks5";

    /// <summary>Judges a failure.</summary>
    /// <param name="egress">The egress.</param>
    /// <param name="proxy">Its proxy.</param>
    /// <param name="ending">How the proxy failed.</param>
    public static Check Judge(Egress egress, Socks5Proxy proxy, SocksEnding ending)
    {
        var (seen, cure) = InWords(ending);
        return new Check(
            CheckIds.Proxy,
            CheckState.Failed,
            $"No mail host was reached: the proxy {proxy} {seen}.",
            "This egress connects through its proxy only: while that fails nobody is asked by it, and addresses wait or end as unknown/no_egress. Nothing is concluded about them.")
        {
            Cure = cure,
            Subject = egress.Name,
            StopsWork = true,
        };
    }

    private static (string Seen, string Cure) InWords(SocksEnding ending) => ending switch
    {
        SocksEnding.Unreachable => ("cannot be connected to, or its name does not resolve", $"See that it runs and listens at that address and port, and that no firewall is between; or correct {Setting}."),
        SocksEnding.Silent => ("did not answer in time", $"See that it runs and that a firewall lets us through to it; or correct {Setting}. It must be a SOCKS5 proxy, which one that speaks TLS or HTTP is not."),
        SocksEnding.NoMethod => ("wants another proof of who we are than we have", $"Give it a user name and a password in {Setting}, or let it accept this machine without; other methods are not spoken."),
        SocksEnding.NotAuthenticated => ("does not accept our user name and password", $"Correct them in {Setting}; what is special in them is percent-encoded there, such as %40 for @."),
        SocksEnding.NotAllowed => ("does not allow connections to mail hosts", "Let the proxy's rules allow CONNECT to any public address at the port of mail hosts, 25, for us."),
        SocksEnding.Failed => ("could not connect, and does not say why", "Read the proxy's own log: it may lack a way out, an address of the family that was asked for, or resources."),
        SocksEnding.Cut => ("cut the connection", "Read the proxy's own log: it may not accept this machine, or have too many connections."),
        SocksEnding.Nonsense => ("does not speak SOCKS5", $"See what listens at that address and port, and correct {Setting}: SOCKS4 and HTTP proxies are other protocols."),
        _ => throw new ArgumentOutOfRangeException(nameof(ending), ending, "Not the proxy's."),
    };
}
