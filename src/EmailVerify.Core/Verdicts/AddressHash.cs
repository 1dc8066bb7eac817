using System.Security.Cryptography;
using System.Text;
using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Verdicts;

/// <summary>The keyed hash (HMAC-SHA-256, first 128 bits) of an address' key: names it in grain keys and indexes without telling it.</summary>
/// <param name="Bits">The hash.</param>
public readonly record struct AddressHash(UInt128 Bits)
{
    /// <summary>Hashes an address.</summary>
    /// <param name="pepper">The installation's secret, at least 32 octets; it stays the same for the life of the data folder.</param>
    /// <param name="address">The address.</param>
    public static AddressHash Of(ReadOnlySpan<byte> pepper, EmailAddress address)
    {
        Span<byte> octets = stackalloc byte[EmailAddress.MaxUtf8Length];
        var length = Encoding.UTF8.GetBytes(address.Key, octets);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _ = HMACSHA256.HashData(pepper, octets[..length], hash);
        return new AddressHash(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    /// <summary>Hashes a text that is no address, so that its verdicts have a history too. It meets no address' hash: the key of an address parses.</summary>
    /// <param name="pepper">The installation's secret, as in <see cref="Of"/>.</param>
    /// <param name="text">The text, bounded by whoever read it.</param>
    public static AddressHash OfText(ReadOnlySpan<byte> pepper, string text)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _ = HMACSHA256.HashData(pepper, Encoding.UTF8.GetBytes(text), hash);
        return new AddressHash(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    /// <summary>Gets which of a number of shards it belongs to.</summary>
    public int Shard(int count) => (int)(Bits % (UInt128)count);

    /// <summary>Gets the 16 octets, big end first.</summary>
    public byte[] ToOctets()
    {
        var octets = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(octets, Bits);
        return octets;
    }

    /// <summary>Makes a hash of 16 stored octets.</summary>
    public static AddressHash FromOctets(ReadOnlySpan<byte> octets) => new(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(octets));

    /// <summary>Reads 32 hexadecimal digits.</summary>
    /// <exception cref="FormatException">They are none.</exception>
    public static AddressHash Parse(ReadOnlySpan<char> digits) =>
        new(UInt128.Parse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Gets 32 hexadecimal digits.</summary>
    public override string ToString() => Bits.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}
