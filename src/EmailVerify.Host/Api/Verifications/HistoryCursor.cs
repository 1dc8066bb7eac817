using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>
/// Where a page of a history ended: an id, and a keyed hash that binds it to the customer and the filters, so that it fits no other list.
/// </summary>
internal static class HistoryCursor
{
    private const string Version = "c1.";
    private const int MarkOctets = 12;
    private const int MaxLength = 128;

    /// <summary>Makes the cursor behind an id.</summary>
    public static string After(string id, in HistoryFilter filter, ReadOnlySpan<byte> pepper)
    {
        Span<byte> mark = stackalloc byte[MarkOctets];
        Mark(id, filter, pepper, mark);
        return Version + Base64Url.EncodeToString([.. mark, .. Encoding.ASCII.GetBytes(id)]);
    }

    /// <summary>Reads a cursor.</summary>
    /// <returns><see langword="false"/> when it was not made for these filters and this customer.</returns>
    public static bool TryRead(string text, in HistoryFilter filter, ReadOnlySpan<byte> pepper, out string id)
    {
        id = string.Empty;
        Span<byte> octets = stackalloc byte[MaxLength];
        if (text.Length > MaxLength || !text.StartsWith(Version, StringComparison.Ordinal))
            return false;
        if (!Base64Url.TryDecodeFromChars(text.AsSpan(Version.Length), octets, out var length) || length <= MarkOctets)
            return false;
        id = Encoding.ASCII.GetString(octets[MarkOctets..length]);
        Span<byte> mark = stackalloc byte[MarkOctets];
        Mark(id, filter, pepper, mark);
        return Id.HasForm(id, "ver") && CryptographicOperations.FixedTimeEquals(mark, octets[..MarkOctets]);
    }

    private static void Mark(string id, in HistoryFilter filter, ReadOnlySpan<byte> pepper, Span<byte> mark)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"history\n{id}\n{filter.CustomerId}\n{filter.AddressHash}\n{filter.From?.UtcTicks}\n{filter.To?.UtcTicks}");
        HMACSHA256.HashData(pepper, Encoding.UTF8.GetBytes(text)).AsSpan(0, MarkOctets).CopyTo(mark);
    }
}

/// <summary>What a history is filtered by.</summary>
internal readonly record struct HistoryFilter(string CustomerId, AddressHash AddressHash, DateTimeOffset? From, DateTimeOffset? To);
