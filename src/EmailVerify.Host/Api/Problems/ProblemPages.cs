using System.Text.Encodings.Web;
using EmailVerify.Host.Pages;

namespace EmailVerify.Host.Api.Problems;

/// <summary>GET <c>/problems/{code}</c>: what a problem means, for a person. Open to all; it can be read without script.</summary>
internal static class ProblemPages
{
    public static Task HandleAsync(HttpContext context)
    {
        var code = ProblemCode.Find(context.Request.RouteValues["code"] as string);
        if (code is null)
            return new Problem(ProblemCode.NotFound, "No problem has this name.").WriteAsync(context);
        PageFiles.Confine(context.Response.Headers);
        context.Response.Headers.CacheControl = "public, max-age=3600";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Html(code), context.RequestAborted);
    }

    private static string Html(ProblemCode code)
    {
        var encoder = HtmlEncoder.Default;
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width">
              <title>{encoder.Encode(code.Code)} · EmailVerify</title>
              <link rel="icon" href="/favicon.svg" type="image/svg+xml">
              <link rel="stylesheet" href="/css/app.css">
              <script type="module" src="/js/shell.js"></script>
            </head>
            <body>
              <main id="main" class="problem">
                <h1>{encoder.Encode(code.Title)}</h1>
                <p class="lead"><code>{encoder.Encode(code.Code)}</code>, HTTP status {code.Status}</p>
                <h2>Cause</h2>
                <p>{encoder.Encode(code.Cause)}</p>
                <h2>Cure</h2>
                <p>{encoder.Encode(code.Cure)}</p>
                <h2>Example</h2>
                <pre class="wrap">{encoder.Encode(code.Example)}</pre>
                <p><a href="/docs">All operations and their problems</a></p>
              </main>
            </body>
            </html>

            """;
    }
}
