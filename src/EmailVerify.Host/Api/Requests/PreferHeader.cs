using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace EmailVerify.Host.Api.Requests;

/// <summary>The preferences of a request that we honour (RFC 7240); others are ignored, as it says.</summary>
/// <param name="Wait">How long the caller would wait, or null when not said.</param>
/// <param name="RespondAsync">Whether the caller wants no waiting at all.</param>
internal readonly record struct PreferHeader(TimeSpan? Wait, bool RespondAsync)
{
    /// <summary>Reads the header; the first mention of a preference counts (RFC 7240 2).</summary>
    /// <returns><see langword="false"/> when <c>wait</c> has no number of seconds.</returns>
    public static bool TryRead(StringValues values, out PreferHeader prefer)
    {
        prefer = default;
        foreach (var value in values)
        {
            foreach (var part in value.AsSpan().Split(','))
            {
                if (!TryPreference(value.AsSpan()[part], ref prefer))
                    return false;
            }
        }

        return true;
    }

    private static bool TryPreference(ReadOnlySpan<char> text, ref PreferHeader prefer)
    {
        var end = text.IndexOf(';');
        var preference = (end < 0 ? text : text[..end]).Trim();
        if (preference.Equals("respond-async", StringComparison.OrdinalIgnoreCase))
        {
            prefer = prefer with { RespondAsync = true };
            return true;
        }

        var equals = preference.IndexOf('=');
        if (!(equals < 0 ? preference : preference[..equals]).TrimEnd().Equals("wait", StringComparison.OrdinalIgnoreCase))
            return true;
        if (equals < 0 || !uint.TryParse(preference[(equals + 1)..].Trim(" \""), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return false;
        prefer = prefer with { Wait = prefer.Wait ?? TimeSpan.FromSeconds(seconds) };
        return true;
    }
}
