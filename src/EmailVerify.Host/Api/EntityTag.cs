using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace EmailVerify.Host.Api;

/// <summary>Strong tags of answers, and what requests say about them (RFC 9110 8.8.3, 13.1).</summary>
internal static class EntityTag
{
    // 128 bits of a hash: two answers of one resource will never share it.
    private const int TagOctets = 16;

    // Stands in no tag of ours, and before the name of the encoding of a compressed answer.
    private const char Separator = '.';

    /// <summary>Makes the tag of what an answer is, or of all that it is made from.</summary>
    public static string Of(ReadOnlySpan<byte> octets) => $"\"{Base64Url.EncodeToString(SHA256.HashData(octets).AsSpan(0, TagOctets))}\"";

    /// <summary>Makes the tag of the same answer in a content coding.</summary>
    public static string Encoded(string tag, string encoding) => $"{tag[..^1]}{Separator}{encoding}\"";

    /// <summary>Says whether a header names exactly one tag, and it is a strong one.</summary>
    public static bool IsOne(string header) => EntityTagHeaderValue.TryParse(header, out var tag) && !tag.IsWeak && !tag.Equals(EntityTagHeaderValue.Any);

    /// <summary>Says whether the caller has what the tag names (If-None-Match, a weak comparison; * is any).</summary>
    public static bool IsKnown(HttpRequest request, string tag) => request.Headers.IfNoneMatch is { Count: > 0 } given && Names(given, tag, isStrong: false);

    /// <summary>Says whether the caller means another state than the tag names (If-Match, a strong comparison; * is any).</summary>
    /// <param name="request">The request.</param>
    /// <param name="tag">The present tag, or null where the resource has none.</param>
    public static bool IsOther(HttpRequest request, string? tag) => request.Headers.IfMatch is { Count: > 0 } given && !Names(given, tag, isStrong: true);

    private static bool Names(Microsoft.Extensions.Primitives.StringValues given, string? tag, bool isStrong)
    {
        if (!EntityTagHeaderValue.TryParseList([.. given.OfType<string>()], out var tags))
            return false;
        return tags.Any(other => other.Equals(EntityTagHeaderValue.Any) || (tag is not null && !(isStrong && other.IsWeak) && Plain(other.Tag).SequenceEqual(Plain(tag))));
    }

    // The tag's text, whatever coding it was sent in: a caller means the answer, and may ask for the rest of it in another one.
    private static ReadOnlySpan<char> Plain(ReadOnlySpan<char> tag)
    {
        var text = tag.Trim('"');
        return text.LastIndexOf(Separator) is >= 0 and var at ? text[..at] : text;
    }
}
