using System.Text.Encodings.Web;

namespace EmailVerify.Host.Api.Problems;

/// <summary>GET <c>/problems/{code}</c>: what a problem means, for a person. Open to all; the page loads nothing.</summary>
internal static class ProblemPages
{
    private const string Style =
        "body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}"
        + "code,pre{font-family:ui-monospace,monospace;background:#8882;border-radius:.25rem}code{padding:.1rem .3rem}"
        + "pre{padding:1rem;overflow:auto;white-space:pre-wrap}:root{color-scheme:light dark}";

    // The style is the only thing that a page may apply, and it is named by its hash.
    private static readonly string StyleHash =
        Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Style)));

    public static Task HandleAsync(HttpContext context)
    {
        var code = ProblemCode.Find(context.Request.RouteValues["code"] as string);
        if (code is null)
            return new Problem(ProblemCode.NotFound, "No problem has this name.").WriteAsync(context);
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'sha256-{StyleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "public, max-age=3600";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Html(code), context.RequestAborted);
    }

    private static string Html(ProblemCode code)
    {
        var encoder = HtmlEncoder.Default;
        return $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{encoder.Encode(code.Code)}</title><style>{Style}</style></head>
            <body>
            <h1>{encoder.Encode(code.Title)}</h1>
            <p><code>{encoder.Encode(code.Code)}</code>, HTTP status {code.Status}</p>
            <h2>Cause</h2>
            <p>{encoder.Encode(code.Cause)}</p>
            <h2>Cure</h2>
            <p>{encoder.Encode(code.Cure)}</p>
            <h2>Example</h2>
            <pre>{encoder.Encode(code.Example)}</pre>
            </body>
            </html>

            """;
    }
}
