using System.Text.Encodings.Web;

namespace EmailVerify.Host.Pages;

/// <summary>A page that code writes and no file holds, framed as the files are. It can be read without script.</summary>
internal static class WrittenPage
{
    /// <summary>Answers with it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="title">Its title, without what all titles end with.</param>
    /// <param name="main">What it has to say, in HTML.</param>
    /// <param name="cacheControl">How long it may be kept, and by whom.</param>
    public static Task WriteAsync(HttpContext context, string title, string main, string cacheControl)
    {
        var response = context.Response;
        PageFiles.Confine(response.Headers);
        response.Headers.CacheControl = cacheControl;
        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync(Html(title, main), context.RequestAborted);
    }

    private static string Html(string title, string main) => $"""
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width">
          <title>{HtmlEncoder.Default.Encode(title)} · EmailVerify</title>
          <link rel="icon" href="/favicon.svg" type="image/svg+xml">
          <link rel="stylesheet" href="/css/app.css">
          <script type="module" src="/js/shell.js"></script>
        </head>
        <body>
          <main id="main" class="problem">
        {main}
          </main>
        </body>
        </html>

        """;
}
