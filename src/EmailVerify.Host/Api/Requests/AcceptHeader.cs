using System.Collections.Immutable;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace EmailVerify.Host.Api.Requests;

/// <summary>What a request accepts (RFC 9110 12.5.1).</summary>
internal static class AcceptHeader
{
    /// <summary>Chooses among types: for each the most exact range that meets it decides, and a weight of 0 refuses it; the heaviest is taken, of equals the first.</summary>
    /// <param name="accept">The header.</param>
    /// <param name="offered">What there is, the default first.</param>
    /// <returns>Null when none is accepted.</returns>
    public static string? Choose(StringValues accept, ImmutableArray<string> offered)
    {
        if (accept.Count == 0 || accept is ["*/*" or ""] || (accept is [{ } only] && only.Equals(offered[0], StringComparison.Ordinal)))
            return offered[0];
        if (!MediaTypeHeaderValue.TryParseList([.. accept.OfType<string>()], out var ranges))
            return null;
        string? chosen = null;
        var heaviest = 0.0;
        foreach (var type in offered)
        {
            var weight = WeightOf(type, ranges);
            if (weight > heaviest)
                (chosen, heaviest) = (type, weight);
        }

        return chosen;
    }

    private static double WeightOf(string type, IList<MediaTypeHeaderValue> ranges)
    {
        var best = 0;
        var weight = 0.0;
        foreach (var range in ranges)
        {
            var exactness = range switch
            {
                { MatchesAllTypes: true } => 1,
                { MatchesAllSubTypes: true } when type.AsSpan(0, type.IndexOf('/', StringComparison.Ordinal)).Equals(range.Type, StringComparison.OrdinalIgnoreCase) => 2,
                _ when range.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase) => 3,
                _ => 0,
            };
            if (exactness > best)
                (best, weight) = (exactness, range.Quality ?? 1);
        }

        return weight;
    }
}
