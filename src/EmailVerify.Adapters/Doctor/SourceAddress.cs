using System.Net;
using System.Net.Sockets;

namespace EmailVerify.Adapters.Doctor;

/// <summary>From which address the system would ask.</summary>
internal static class SourceAddress
{
    /// <summary>Finds it. A datagram socket is connected and nothing is sent: the system only looks up its way.</summary>
    /// <param name="target">Where to.</param>
    /// <returns>Null where there is no way.</returns>
    public static IPAddress? Toward(IPEndPoint target)
    {
        try
        {
            using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(target);
            return (socket.LocalEndPoint as IPEndPoint)?.Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
