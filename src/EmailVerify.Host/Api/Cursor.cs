using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EmailVerify.Host.Api;

/// <summary>
/// Where a page of a list ended: an id, and a keyed hash that binds it to the customer and the filters, so that it fits no other list.
/// </summary>
internal static class Cursor
{
    private const string Version = "c1.";
    private const int MarkOctets = 12;
    private const int MaxLength = 128;

    /// <summary>Makes the cursor behind an id.</summary>
    /// <param name="id">The last that was shown.</param>
    /// <param name="list">Which list: its name, whose it is and its filters, in one text.</param>
    /// <param name="pepper">The installation's secret.</param>
    public static string After(string id, string list, ReadOnlySpan<byte> pepper)
    {
        Span<byte> mark = stackalloc byte[MarkOctets];
        Mark(id, list, pepper, mark);
        return Version + Base64Url.EncodeToString([.. mark, .. Encoding.ASCII.GetBytes(id)]);
    }

    /// <summary>Reads a cursor.</summary>
    /// <returns><see langword="false"/> when it was not made for this list.</returns>
    public static bool TryRead(string text, string list, ReadOnlySpan<byte> pepper, out string id)
    {
        id = string.Empty;
        Span<byte> octets = stackalloc byte[MaxLength];
        if (text.Length > MaxLength || !text.StartsWith(Version, StringComparison.Ordinal))
            return false;
        if (!Base64Url.TryDecodeFromChars(text.AsSpan(Version.Length), octets, out var length) || length <= MarkOctets)
            return false;
        id = Encoding.ASCII.GetString(octets[MarkOctets..length]);
        Span<byte> mark = stackalloc byte[MarkOctets];
        Mark(id, list, pepper, mark);
        return CryptographicOperations.FixedTimeEquals(mark, octets[..MarkOctets]);
    }

    /// <summary>Gets the query of the next page: the present one, with another cursor.</summary>
    public static QueryString NextQuery(IQueryCollection query, string next) =>
        QueryString.Create(query.Where(pair => pair.Key is not "after")).Add("after", next);

    private static void Mark(string id, string list, ReadOnlySpan<byte> pepper, Span<byte> mark) =>
        HMACSHA256.HashData(pepper, Encoding.UTF8.GetBytes($"{id}\n{list}")).AsSpan(0, MarkOctets).CopyTo(mark);
}
