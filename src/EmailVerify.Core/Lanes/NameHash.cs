using System.Text;

namespace EmailVerify.Core.Lanes;

/// <summary>A hash that is the same in every process and version: FNV-1a (64 bits) with a final mix, over UTF-8.</summary>
public static class NameHash
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>Hashes texts in order.</summary>
    public static ulong Of(params ReadOnlySpan<string> texts)
    {
        var hash = Offset;
        Span<byte> buffer = stackalloc byte[512];
        foreach (var text in texts)
        {
            var length = Encoding.UTF8.GetBytes(text.AsSpan(0, Math.Min(text.Length, 128)), buffer);
            foreach (var octet in buffer[..length])
                hash = (hash ^ octet) * Prime;
            hash = (hash ^ 0xff) * Prime;
        }

        // FNV's low bits are weak: the finaliser of MurmurHash3.
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccd;
        return hash ^ (hash >> 33);
    }
}
