using System.Net;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.Sessions;

/// <summary>
/// Where a browser's request comes from, as the browser tells it. Headers that a proxy may add (<c>X-Forwarded-Proto</c> and the like) are not believed: anybody can send them.
/// A proxy that ends TLS needs none of them, as long as it passes on <c>Host</c>, <c>Origin</c> and <c>Sec-Fetch-Site</c>.
/// </summary>
internal static class Origins
{
    private const string FetchSite = "Sec-Fetch-Site";

    /// <summary>Gets what is answered to a request of another site.</summary>
    public static Problem CrossSite { get; } = new(ProblemCode.CrossSiteRequest, "The browser does not say that one of our own pages has sent the request.");

    /// <summary>Says whether a name is that of the machine itself: what is sent there leaves it over no network.</summary>
    public static bool IsThisMachine(HostString host) => IsThisMachine(host.Host);

    /// <summary>Says whether the browser reaches us over https, as far as can be known; what it sends to another machine must be taken to.</summary>
    public static bool IsSecure(HttpRequest request) =>
        request.IsHttps || !IsThisMachine(request.Host) || (OriginOf(request) is { } origin && origin.Scheme.Equals(Uri.UriSchemeHttps, StringComparison.Ordinal));

    /// <summary>Says whether the browser tells that it reaches us over http through a network.</summary>
    public static bool IsInTheClear(HttpRequest request) =>
        !request.IsHttps && OriginOf(request) is { } origin && origin.Scheme.Equals(Uri.UriSchemeHttp, StringComparison.Ordinal) && !IsThisMachine(origin.Host);

    /// <summary>Says whether a request with a cookie may do what it asks: it changes nothing, or it comes from our own pages and the browser says so.</summary>
    public static bool MayChange(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || (SaysWhere(request) && IsOwn(request));

    /// <summary>Says whether a request that needs no cookie comes from our own pages, or from no browser.</summary>
    public static bool IsOwnOrNoBrowser(HttpRequest request) => !SaysWhere(request) || IsOwn(request);

    private static bool SaysWhere(HttpRequest request) => request.Headers.ContainsKey(FetchSite) || request.Headers.Origin.Count > 0;

    // Sec-Fetch-Site cannot be set by a page, and knows about proxies; every browser of today sends it. Others send Origin.
    private static bool IsOwn(HttpRequest request)
    {
        var site = request.Headers[FetchSite];
        return site.Count > 0 ? site is ["same-origin"] : OriginOf(request) is { } origin && IsOwn(request, origin);
    }

    // A proxy that ends TLS makes http of https, never the other way round.
    private static bool IsOwn(HttpRequest request, Uri origin) =>
        (origin.Scheme.Equals(Uri.UriSchemeHttps, StringComparison.Ordinal) || origin.Scheme.Equals(request.Scheme, StringComparison.OrdinalIgnoreCase))
        && origin.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private static Uri? OriginOf(HttpRequest request) =>
        request.Headers.Origin is [{ } text] && Uri.TryCreate(text, UriKind.Absolute, out var origin) && origin.Scheme is "http" or "https" ? origin : null;

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
