using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace EmailVerify.Adapters.Smtp;

/// <summary>
/// Has a dialogue go on where its reply was heard: handing each of its steps to another thread costs more than the step. For these sockets only. What follows the completion of any other may wait
/// for a second one, which the thread that waits would have to hear: for all sockets together the runtime's own switch must stay off.
/// </summary>
internal static class PlaceOfCompletions
{
    private static volatile bool isKnown = true;

    /// <summary>Has what waits for a socket run on the thread that hears of its events. Nothing of that may ever block. Where the runtime does not know of it, all is as it was.</summary>
    /// <returns>Whether it is so now.</returns>
    public static bool Inline(Socket socket)
    {
        if (!isKnown)
            return false;
        try
        {
            SetPreferInlineCompletions(socket, true);
        }
        catch (MissingMethodException)
        {
            isKnown = false;
        }

        return isKnown;
    }

    // What the environment variable DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS sets for all; not public in .NET 10.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_PreferInlineCompletions")]
    private static extern void SetPreferInlineCompletions(Socket socket, bool value);
}
