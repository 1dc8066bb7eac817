using System.Globalization;

namespace EmailVerify.Scenarios.Servers;

/// <summary>
/// Network namespaces of a test, each with a loopback of its own and an address that the others and this process reach through a router between them, where some of them can be cut off from others.
/// What is cut off is met by silence, as when a cable is pulled. Needs the rights of root.
/// </summary>
internal sealed class Networks : IAsyncDisposable
{
    // RFC 2544's network for tests of routers: nothing real is there. Another run of the tests has another part of it.
    private static readonly string Part = string.Create(CultureInfo.InvariantCulture, $"198.18.{Environment.ProcessId % 256}");

    private static readonly string Mark = string.Create(CultureInfo.InvariantCulture, $"ev{Environment.ProcessId}");

    private readonly string[] names;

    private Networks(int count) => names = [.. Enumerable.Range(1, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"{Mark}-{number}"))];

    private static string Router => Mark + "-0";

    /// <summary>Makes some.</summary>
    public static async Task<Networks> MakeAsync(int count)
    {
        var made = new Networks(count);
        try
        {
            await IpAsync("netns", "add", Router);
            await IpAsync("netns", "exec", Router, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
            await LinkAsync(0, network: null);
            await IpAsync("route", "add", Part + ".0/24", "via", AddressOf(0, ofRouter: true));
            for (var number = 1; number <= count; number++)
            {
                await IpAsync("netns", "add", made.names[number - 1]);
                await IpAsync("-n", made.names[number - 1], "link", "set", "lo", "up");
                await LinkAsync(number, made.names[number - 1]);
                await IpAsync("-n", made.names[number - 1], "route", "add", "default", "via", AddressOf(number, ofRouter: true));
            }

            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gets the name of one, from 1.</summary>
    public string this[int number] => names[number - 1];

    /// <summary>Gets the address of one, from 1.</summary>
    public static string AddressOf(int number) => AddressOf(number, ofRouter: false);

    /// <summary>Cuts one off from some others, both ways. This process and each one's own loopback are as before.</summary>
    public static Task CutAsync(int one, params int[] others) => RulesAsync("add", one, others);

    /// <summary>Mends what was cut.</summary>
    public static Task MendAsync(int one, params int[] others) => RulesAsync("del", one, others);

    /// <summary>Removes them, with what is on the way between them.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var name in names.Append(Router))
        {
            // What was not made, because making another failed, cannot be removed.
            await using var removing = ServerProcess.Start("ip", ["netns", "del", name]);
            await removing.ExitAsync(CancellationToken.None);
        }
    }

    private static string AddressOf(int number, bool ofRouter) => string.Create(CultureInfo.InvariantCulture, $"{Part}.{(4 * number) + (ofRouter ? 1 : 2)}");

    // A pair of devices, one end of which is the router's. The last name of a device is 15 characters long.
    private static async Task LinkAsync(int number, string? network)
    {
        var (near, far) = (string.Create(CultureInfo.InvariantCulture, $"{Mark}n{number}"), string.Create(CultureInfo.InvariantCulture, $"{Mark}r{number}"));
        string[] there = network is null ? [] : ["-n", network];
        await IpAsync([.. there, "link", "add", near, "type", "veth", "peer", "name", far, "netns", Router]);
        await IpAsync([.. there, "address", "add", AddressOf(number, ofRouter: false) + "/30", "dev", near]);
        await IpAsync([.. there, "link", "set", near, "up"]);
        await IpAsync("-n", Router, "address", "add", AddressOf(number, ofRouter: true) + "/30", "dev", far);
        await IpAsync("-n", Router, "link", "set", far, "up");
    }

    private static async Task RulesAsync(string what, int one, int[] others)
    {
        foreach (var other in others)
        {
            await IpAsync("-n", Router, "rule", what, "from", AddressOf(one), "to", AddressOf(other), "blackhole");
            await IpAsync("-n", Router, "rule", what, "from", AddressOf(other), "to", AddressOf(one), "blackhole");
        }
    }

    private static Task IpAsync(params string[] arguments) => ServerProcess.RunAsync("ip", arguments);
}
