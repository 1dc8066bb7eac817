using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace EmailVerify.Core.Probes;

/// <summary>An identity that we ask from: a local address, a name and a sender that stay the same for years. One that exists is safe to put on the wire.</summary>
/// <param name="Name">The configured name, such as <c>eg-1</c>.</param>
/// <param name="Address">The local address to connect from; null leaves the choice to the system. With <see cref="Socks5"/> it is the public one that the world sees, and nothing here is bound to it.</param>
/// <param name="HeloName">The EHLO name: a host name that resolves to the address and back, or large providers refuse us. See <see cref="IsHeloName"/>.</param>
/// <param name="MailFrom">The envelope sender: a real mailbox, since some hosts call back to check it. See <see cref="IsMailFrom"/>.</param>
/// <exception cref="ArgumentException">The EHLO name or the sender has not its form.</exception>
public sealed record Egress(string Name, IPAddress? Address, string HeloName, string MailFrom)
{
    private const int MaxNameLength = 255;
    private const int MaxLabelLength = 63;
    private const int MaxLocalPartLength = 64;
    private const int MaxPathLength = 254;
    private static readonly SearchValues<char> LetDigHyp = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    private static readonly SearchValues<char> Atext = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~");

    /// <summary>Gets the EHLO name.</summary>
    public string HeloName { get; init => field = Valid(value, IsHeloName(value), nameof(HeloName)); } = Valid(HeloName, IsHeloName(HeloName), nameof(HeloName));

    /// <summary>Gets the proxy that it connects through; null connects directly.</summary>
    public Socks5Proxy? Socks5 { get; init; }

    /// <summary>Gets the envelope sender, without its brackets.</summary>
    public string MailFrom { get; init => field = Valid(value, IsMailFrom(value), nameof(MailFrom)); } = Valid(MailFrom, IsMailFrom(MailFrom), nameof(MailFrom));

    /// <summary>Says whether a text may follow EHLO (RFC 5321 4.1.1.1): a host name in ASCII, or an address literal.</summary>
    public static bool IsHeloName([NotNullWhen(true)] string? text) => text is not null && (IsHostName(text) || IsAddressLiteral(text));

    /// <summary>Says whether a text may be our sender: a dot-string at a host name, in ASCII (RFC 5321 4.1.2). The null sender, quotes and literals are refused by too many hosts.</summary>
    public static bool IsMailFrom([NotNullWhen(true)] string? text)
    {
        var at = text?.IndexOf('@', StringComparison.Ordinal) ?? -1;
        return at is > 0 and <= MaxLocalPartLength
            && text!.Length <= MaxPathLength
            && AreAll(text.AsSpan(0, at), MaxLocalPartLength, Atext)
            && IsHostName(text.AsSpan(at + 1));
    }

    private static bool IsHostName(ReadOnlySpan<char> text) => text.Length <= MaxNameLength && AreAll(text, MaxLabelLength, LetDigHyp);

    private static bool AreAll(ReadOnlySpan<char> text, int longest, SearchValues<char> allowed)
    {
        foreach (var part in text.Split('.'))
        {
            if (text[part].Length is var length && (length == 0 || length > longest || text[part].ContainsAnyExcept(allowed)))
                return false;
        }

        return !text.IsEmpty;
    }

    private static bool IsAddressLiteral(string text)
    {
        const string tag = "IPv6:";
        if (text.Length < 4 || text[0] != '[' || text[^1] != ']')
            return false;
        var inner = text.AsSpan(1, text.Length - 2);
        var isTagged = inner.StartsWith(tag, StringComparison.OrdinalIgnoreCase);

        // A scope ("%eth0") is read by the parser and must not go on the wire.
        return !inner.Contains('%')
            && IPAddress.TryParse(isTagged ? inner[tag.Length..] : inner, out var address)
            && address.AddressFamily == (isTagged ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
    }

    private static string Valid(string value, bool isValid, string name) =>
        isValid ? value : throw new ArgumentException($"{name} has not the form that may go on the wire.", name);
}
