using System.Globalization;
using System.Net;

namespace EmailVerify.Scenarios.Servers;

/// <summary>Names the domains of a real mail server: every <c>.test</c> domain that is given has the MX <c>mx.server.test</c> at 127.0.0.1, no other exists.</summary>
internal static class Dnsmasq
{
    /// <summary>The exchanger of all domains.</summary>
    public const string Exchanger = "mx.server.test";

    public static ServerProcess Start(int port, params string[] domains) => ServerProcess.Start("dnsmasq", [
        "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--user=", "--no-resolv", "--no-hosts", "--bind-interfaces", $"--listen-address={IPAddress.Loopback}",
        string.Create(CultureInfo.InvariantCulture, $"--port={port}"), "--local=/test/", $"--host-record={Exchanger},{IPAddress.Loopback}",
        .. domains.Select(domain => $"--mx-host={domain},{Exchanger},10")]);
}
