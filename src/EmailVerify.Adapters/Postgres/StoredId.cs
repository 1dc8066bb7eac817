using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using EmailVerify.Core;

namespace EmailVerify.Adapters.Postgres;

/// <summary>Ids as columns have them: the UUIDv7 without its prefix, 16 octets that sort as the text does.</summary>
internal static class StoredId
{
    /// <summary>The prefix of verifications.</summary>
    public const string Verification = "ver";

    /// <summary>The prefix of batches.</summary>
    public const string Batch = "bat";

    /// <summary>The prefix of exports.</summary>
    public const string Export = Core.Exports.Export.IdPrefix;

    private const string Crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 26;

    /// <summary>Reads an id that somebody asks for.</summary>
    /// <param name="text">The text.</param>
    /// <param name="prefix">What it is to name.</param>
    /// <param name="id">The octets.</param>
    /// <returns>False when it is no such id: then there is no row of it.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, string prefix, out Guid id)
    {
        id = default;
        if (!Id.HasForm(text, prefix))
            return false;
        var bits = UInt128.Zero;
        foreach (var digit in text.AsSpan(prefix.Length + 1))
            bits = (bits << 5) | (uint)Crockford.IndexOf(digit, StringComparison.Ordinal);
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, bits);
        id = new Guid(octets, bigEndian: true);
        return true;
    }

    /// <summary>Gets the octets of an id that was made here.</summary>
    /// <exception cref="ArgumentException">It is no such id.</exception>
    public static Guid Of(string text, string prefix) => TryParse(text, prefix, out var id) ? id : throw new ArgumentException($"Not an id that begins with {prefix}_.", nameof(text));

    /// <summary>Gets the text of a stored id.</summary>
    public static string Text(Guid id, string prefix) => string.Create(prefix.Length + 1 + Length, (prefix, id), static (span, parts) =>
    {
        Span<byte> octets = stackalloc byte[16];
        _ = parts.id.TryWriteBytes(octets, bigEndian: true, out _);
        var rest = BinaryPrimitives.ReadUInt128BigEndian(octets);
        parts.prefix.CopyTo(span);
        span[parts.prefix.Length] = '_';
        for (var at = span.Length - 1; at > parts.prefix.Length; at--, rest >>= 5)
            span[at] = Crockford[(int)(rest & 31)];
    });
}
