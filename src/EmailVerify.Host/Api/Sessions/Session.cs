using System.Buffers.Binary;
using EmailVerify.Host.Api.Keys;

namespace EmailVerify.Host.Api.Sessions;

/// <summary>That somebody has signed in: nothing but which key they stand for, which is judged anew at each request.</summary>
/// <param name="Key">The hash of the key.</param>
/// <param name="Until">From when on it is over, in whole seconds.</param>
internal readonly record struct Session(KeyHash Key, DateTimeOffset Until)
{
    private const byte Version = 1;
    private const int UntilAt = 1;
    private const int KeyAt = UntilAt + sizeof(long);
    private const int Length = KeyAt + 32;

    /// <summary>Makes the octets that go into the cookie, before they are protected.</summary>
    public byte[] ToOctets()
    {
        var octets = new byte[Length];
        octets[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(octets.AsSpan(UntilAt), Until.ToUnixTimeSeconds());
        var key = Key;
        ((ReadOnlySpan<byte>)key).CopyTo(octets.AsSpan(KeyAt));
        return octets;
    }

    /// <summary>Reads octets that were protected, hence ours; null when another version made them.</summary>
    public static Session? Of(ReadOnlySpan<byte> octets) => octets.Length == Length && octets[0] == Version
        ? new Session(KeyHash.Of(octets[KeyAt..]), DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(octets[UntilAt..])))
        : null;
}
