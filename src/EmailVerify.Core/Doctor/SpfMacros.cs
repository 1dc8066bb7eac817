using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace EmailVerify.Core.Doctor;

/// <summary>What the macros of SPF records stand for (RFC 7208 7).</summary>
/// <param name="Address">Who sends.</param>
/// <param name="Sender">Its MAIL FROM.</param>
/// <param name="Helo">Its HELO name.</param>
public sealed partial record SpfMacros(IPAddress Address, string Sender, string Helo)
{
    private const int LongestName = 253;

    /// <summary>Expands a domain.</summary>
    /// <param name="text">The domain, with macros.</param>
    /// <param name="domain">The domain whose record it stands in.</param>
    /// <returns>A name in lower case without a final dot; labels at its left are left out where it is too long. Null where the text is malformed.</returns>
    public string? Expand(string text, string domain)
    {
        // A percent sign that begins no macro is a mistake.
        if (Macro().Replace(text, string.Empty).Contains('%', StringComparison.Ordinal))
            return null;
        var name = Macro().Replace(text, macro => ValueOf(macro, domain)).TrimEnd('.').ToLowerInvariant();
        while (name.Length > LongestName && name.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0)
            name = name[(dot + 1)..];
        return name;
    }

    private string ValueOf(Match macro, string domain)
    {
        switch (macro.Value)
        {
            case "%%":
                return "%";
            case "%_":
                return " ";
            case "%-":
                return "%20";
        }

        var at = Sender.LastIndexOf('@');
        var letter = macro.Groups["letter"].Value;
        var value = letter.ToLowerInvariant() switch
        {
            "s" => Sender,
            "l" => Sender[..at],
            "o" => Sender[(at + 1)..],
            "d" => domain,
            "h" => Helo,
            "v" => Address.AddressFamily is AddressFamily.InterNetwork ? "in-addr" : "ip6",
            "i" => Address.AddressFamily is AddressFamily.InterNetwork ? Address.ToString() : string.Join('.', Convert.ToHexStringLower(Address.GetAddressBytes()).AsEnumerable()),
            _ => "unknown",
        };
        var delimiters = macro.Groups["delimiters"].Value;
        var parts = value.Split(delimiters.Length == 0 ? ['.'] : delimiters.ToCharArray());
        if (macro.Groups["reversed"].Success)
            Array.Reverse(parts);
        if (int.TryParse(macro.Groups["digits"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var kept) && kept > 0 && kept < parts.Length)
            parts = parts[^kept..];
        var whole = string.Join('.', parts);
        return char.IsUpper(letter[0]) ? Uri.EscapeDataString(whole) : whole;
    }

    [GeneratedRegex(@"%%|%_|%-|%\{(?<letter>[slodiphvSLODIPHV])(?<digits>[0-9]{0,3})(?<reversed>[rR])?(?<delimiters>[.+,/_=-]*)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Macro();
}
