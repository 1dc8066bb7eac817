namespace EmailVerify.Host.Api.Sessions;

/// <summary>The page where one signs in, and the way there and back.</summary>
internal static class SignInPage
{
    /// <summary>Its path.</summary>
    public const string Path = "/sign-in";

    /// <summary>Says whether who asks is a person before a browser who wants a page, and can be led elsewhere.</summary>
    public static bool IsFor(Operation? operation, HttpRequest request) =>
        operation is { IsPage: true }
        && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Leads a browser to the page, which leads it back to what it wanted.</summary>
    public static void Lead(HttpContext context)
    {
        var request = context.Request;
        var wanted = request.PathBase.ToUriComponent() + request.Path.ToUriComponent() + request.QueryString.ToUriComponent();
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = IsLocal(wanted) ? $"{Path}?return={Uri.EscapeDataString(wanted)}" : Path;
    }

    /// <summary>
    /// Says whether a text is a path of this service and nothing else. Browsers take <c>//host</c> and <c>/\host</c> for another host, and leave out tabs and line breaks first.
    /// </summary>
    public static bool IsLocal(string path) =>
        path.StartsWith('/') && !(path.Length > 1 && path[1] is '/' or '\\') && !path.Any(char.IsControl);
}
