using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace EmailVerify.Core.Doctor;

/// <summary>An SPF record (RFC 7208 4.5 and 5), read whole before anything of it is believed: a mistake at its end spoils its beginning too.</summary>
/// <param name="Terms">Its mechanisms in order.</param>
/// <param name="Redirect">Whose record counts where no mechanism fits, or null.</param>
public sealed partial record SpfRecord(ImmutableArray<SpfTerm> Terms, string? Redirect)
{
    private const string Version = "v=spf1";

    /// <summary>Says whether a text is an SPF record, right or wrong.</summary>
    public static bool IsOne(string text) =>
        text.StartsWith(Version, StringComparison.OrdinalIgnoreCase) && (text.Length == Version.Length || text[Version.Length] == ' ');

    /// <summary>Reads a record.</summary>
    /// <param name="text">The text, which <see cref="IsOne"/>.</param>
    /// <param name="record">The record.</param>
    /// <param name="wrong">The first term that is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SpfRecord? record, [NotNullWhen(false)] out string? wrong)
    {
        (record, wrong) = (null, null);
        var terms = ImmutableArray.CreateBuilder<SpfTerm>();
        string? redirect = null;
        foreach (var word in text[Version.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Modifier().Match(word) is { Success: true } modifier)
            {
                var isRedirect = modifier.Groups["name"].Value.Equals("redirect", StringComparison.OrdinalIgnoreCase);
                if (isRedirect && (redirect is not null || modifier.Groups["value"].Value.Length == 0))
                    wrong = word;
                redirect = isRedirect ? modifier.Groups["value"].Value : redirect;
            }
            else if (SpfTerm.TryParse(word, out var term))
            {
                terms.Add(term);
            }
            else
            {
                wrong = word;
            }

            if (wrong is not null)
                return false;
        }

        record = new SpfRecord(terms.ToImmutable(), redirect);
        return true;
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z][A-Za-z0-9_.-]*)=(?<value>.*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Modifier();
}

/// <summary>What a term compares the address with.</summary>
public enum SpfMechanism
{
    /// <summary>Fits everybody.</summary>
    All,

    /// <summary>Another domain's record passes.</summary>
    Include,

    /// <summary>The addresses of a name.</summary>
    A,

    /// <summary>The addresses of a domain's exchangers.</summary>
    Mx,

    /// <summary>The names of the address; deprecated.</summary>
    Ptr,

    /// <summary>An IPv4 network.</summary>
    Ip4,

    /// <summary>An IPv6 network.</summary>
    Ip6,

    /// <summary>That a name has an address.</summary>
    Exists,
}

/// <summary>One mechanism with its qualifier.</summary>
/// <param name="Qualifier">What follows where it fits.</param>
/// <param name="Mechanism">What is compared.</param>
/// <param name="Domain">The domain that it names, macros and all, or null for the current one.</param>
/// <param name="Prefix4">How many bits of an IPv4 address count.</param>
/// <param name="Prefix6">How many bits of an IPv6 address count.</param>
/// <param name="Network">The network of <see cref="SpfMechanism.Ip4"/> and <see cref="SpfMechanism.Ip6"/>.</param>
public sealed partial record SpfTerm(SpfResult Qualifier, SpfMechanism Mechanism, string? Domain, int Prefix4, int Prefix6, IPNetwork? Network)
{
    private const int Bits4 = 32;
    private const int Bits6 = 128;

    /// <summary>Reads a term.</summary>
    public static bool TryParse(string word, [NotNullWhen(true)] out SpfTerm? term)
    {
        term = null;
        var parts = Form().Match(word);
        if (!parts.Success || !Enum.TryParse<SpfMechanism>(parts.Groups["name"].Value, ignoreCase: true, out var mechanism))
            return false;
        var qualifier = parts.Groups["qualifier"].Value switch
        {
            "-" => SpfResult.Fail,
            "~" => SpfResult.SoftFail,
            "?" => SpfResult.Neutral,
            _ => SpfResult.Pass,
        };
        var value = parts.Groups["value"] is { Success: true } given ? given.Value : null;
        switch (mechanism)
        {
            case SpfMechanism.All when value is null && !HasPrefix(parts):
            case SpfMechanism.Ptr when value is not "" && !HasPrefix(parts):
            case SpfMechanism.Include or SpfMechanism.Exists when value is { Length: > 0 } && !HasPrefix(parts):
                term = new SpfTerm(qualifier, mechanism, value, Bits4, Bits6, Network: null);
                return true;
            case SpfMechanism.A or SpfMechanism.Mx when value is not "" && TryPrefix(parts.Groups["prefix4"], Bits4, out var prefix4) && TryPrefix(parts.Groups["prefix6"], Bits6, out var prefix6):
                term = new SpfTerm(qualifier, mechanism, value, prefix4, prefix6, Network: null);
                return true;
            case SpfMechanism.Ip4 or SpfMechanism.Ip6 when TryNetwork(mechanism, value, parts, out var network):
                term = new SpfTerm(qualifier, mechanism, Domain: null, Bits4, Bits6, network);
                return true;
            default:
                return false;
        }
    }

    private static bool HasPrefix(Match parts) => parts.Groups["prefix4"].Success || parts.Groups["prefix6"].Success;

    private static bool TryPrefix(Group text, int most, out int prefix)
    {
        prefix = most;
        return !text.Success || (int.TryParse(text.Value, NumberStyles.None, CultureInfo.InvariantCulture, out prefix) && prefix <= most);
    }

    private static bool TryNetwork(SpfMechanism mechanism, string? value, Match parts, out IPNetwork network)
    {
        network = default;
        var is4 = mechanism is SpfMechanism.Ip4;

        // One slash stands before the length of an IPv6 network too (RFC 7208 5.6). The parser also reads 192.0.2 and a scope behind a %, which are no addresses here.
        if (parts.Groups["prefix6"].Success
            || !IPAddress.TryParse(value, out var address)
            || (is4 ? !address.ToString().Equals(value, StringComparison.Ordinal) : value.Contains('%', StringComparison.Ordinal))
            || address.AddressFamily != (is4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6)
            || !TryPrefix(parts.Groups["prefix4"], is4 ? Bits4 : Bits6, out var prefix))
        {
            return false;
        }

        network = Around(address, prefix);
        return true;
    }

    /// <summary>Makes the network of an address, whose host bits need not be zero here.</summary>
    internal static IPNetwork Around(IPAddress address, int prefix)
    {
        var octets = address.GetAddressBytes();
        for (var at = 0; at < octets.Length; at++)
            octets[at] &= (byte)(0xFF00 >> Math.Clamp(prefix - (8 * at), 0, 8));
        return new IPNetwork(new IPAddress(octets), prefix);
    }

    [GeneratedRegex(@"^(?<qualifier>[+~?-])?(?<name>[A-Za-z][A-Za-z0-9]*)(:(?<value>[!-~]*?))?(/(?<prefix4>[0-9]{1,3}))?(//(?<prefix6>[0-9]{1,3}))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
