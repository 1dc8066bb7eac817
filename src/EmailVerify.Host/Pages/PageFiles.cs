using EmailVerify.Host.Api;

namespace EmailVerify.Host.Pages;

/// <summary>
/// The pages: static files and modules of <c>wwwroot</c>, which are clients of our own API. They are open to all; what they show is asked of the API by who is signed in.
/// </summary>
internal static class PageFiles
{
    // Everything comes from here: no other host, no inline script or style, no frame of another's.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Lets a page's path find its file; before the routing.</summary>
    public static void UsePagePaths(this WebApplication app) => app.Use(static (context, next) =>
    {
        var request = context.Request;
        if ((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && PagePaths.Find(request.Path.Value!) is { } file)
            request.Path = file;
        return next(context);
    });

    /// <summary>Serves the files.</summary>
    public static void MapPages(this WebApplication app)
    {
        var files = app.MapStaticAssets();
        files.Add(endpoint =>
        {
            endpoint.Metadata.Add(new Operation("getPage", Scope: null) { IsForPeople = true });
            var send = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
            {
                Confine(context.Response.Headers);
                return send(context);
            };
        });
    }

    /// <summary>Has a browser let a page load from here and nowhere else, and tell nobody where it comes from.</summary>
    /// <param name="headers">The headers of the answer.</param>
    /// <param name="policy">The content security policy of a page that needs another than ours.</param>
    public static void Confine(IHeaderDictionary headers, string policy = Policy)
    {
        headers.ContentSecurityPolicy = policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
