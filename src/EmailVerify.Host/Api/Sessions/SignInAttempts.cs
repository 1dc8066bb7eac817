using System.Net;
using System.Net.Sockets;

namespace EmailVerify.Host.Api.Sessions;

/// <summary>How often signing in may fail in a minute with a code, or with what has not the form of our keys: those cannot be guessed and are not counted, but the configured one is of any form.</summary>
internal sealed class SignInAttempts(TimeProvider clock)
{
    /// <summary>How often from one address, or from one network of 64 bits: behind a proxy all share one.</summary>
    public const int MaxFromOne = 20;

    /// <summary>How often from all together, which bounds also what is kept here.</summary>
    public const int MaxFromAll = 600;

    /// <summary>After how long everybody begins anew.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> from = [];
    private DateTimeOffset ends;
    private int all;

    /// <summary>Begins an attempt, which counts unless it is forgiven.</summary>
    /// <param name="address">Where it comes from.</param>
    /// <returns>Null; or after how many seconds the next is allowed.</returns>
    public int? Begin(IPAddress? address)
    {
        var source = SourceOf(address);
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (now >= ends)
            {
                (ends, all) = (now + Window, 0);
                from.Clear();
            }

            var one = from.GetValueOrDefault(source);
            if (one >= MaxFromOne || all >= MaxFromAll)
                return (int)Math.Ceiling((ends - now).TotalSeconds);
            from[source] = one + 1;
            all++;
            return null;
        }
    }

    /// <summary>Forgives an attempt that succeeded.</summary>
    public void Forgive(IPAddress? address)
    {
        var source = SourceOf(address);
        lock (gate)
        {
            // In the meantime everybody may have begun anew.
            if (from.GetValueOrDefault(source) is not (> 0 and var one))
                return;
            from[source] = one - 1;
            all--;
        }
    }

    private static IPAddress SourceOf(IPAddress? address)
    {
        if (address is null)
            return IPAddress.Loopback;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
            return address;
        var octets = address.GetAddressBytes();
        octets.AsSpan(8).Clear();
        return new IPAddress(octets);
    }
}
