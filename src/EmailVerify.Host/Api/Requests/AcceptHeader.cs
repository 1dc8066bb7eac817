using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace EmailVerify.Host.Api.Requests;

/// <summary>What a request accepts (RFC 9110 12.5.1).</summary>
internal static class AcceptHeader
{
    /// <summary>Says whether an answer in JSON is accepted: the most exact range that meets it decides, and a weight of 0 refuses it.</summary>
    public static bool TakesJson(StringValues accept)
    {
        if (accept.Count == 0 || accept is ["*/*" or "application/json" or ""])
            return true;
        if (!MediaTypeHeaderValue.TryParseList([.. accept.OfType<string>()], out var ranges))
            return false;
        var best = 0;
        var isTaken = false;
        foreach (var range in ranges)
        {
            var exactness = range switch
            {
                { MatchesAllTypes: true } => 1,
                { MatchesAllSubTypes: true } when range.Type.Equals("application", StringComparison.OrdinalIgnoreCase) => 2,
                _ when range.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) => 3,
                _ => 0,
            };
            if (exactness > best)
                (best, isTaken) = (exactness, (range.Quality ?? 1) > 0);
        }

        return isTaken;
    }
}
