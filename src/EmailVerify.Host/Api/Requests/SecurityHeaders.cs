using EmailVerify.Host.Api.Sessions;

namespace EmailVerify.Host.Api.Requests;

/// <summary>What each answer tells browsers, whoever gives it. No header lets another site read an answer: there is no CORS.</summary>
internal static class SecurityHeaders
{
    // A year. Not for other hosts of the domain, which are not ours.
    private const string HttpsOnly = "max-age=31536000";

    /// <summary>Sets the headers.</summary>
    public static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";

        // On a developer's machine it would hold for whatever else listens there, at any port.
        if (context.Request.IsHttps && !Origins.IsThisMachine(context.Request.Host))
            headers.StrictTransportSecurity = HttpsOnly;
    }
}
