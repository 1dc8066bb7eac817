using System.Collections.Immutable;
using System.Text.Encodings.Web;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Pages;

/// <summary>What a browser is shown where nothing is: with the ways to what there is. Programs get a problem.</summary>
internal static class MissingPage
{
    private const string Html = "text/html";

    private static readonly ImmutableArray<string> Offered = [MediaTypes.Problem, Html];

    /// <summary>Says whether a request that found nothing is a browser's for a page.</summary>
    public static bool IsWanted(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && !request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) && AcceptHeader.Choose(request.Headers.Accept, Offered) is Html;

    /// <summary>Shows it.</summary>
    public static Task WriteAsync(HttpContext context)
    {
        PageFiles.Confine(context.Response.Headers);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/html; charset=utf-8";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(Of(context.Request.Path), context.RequestAborted);
    }

    private static string Of(string? path) => $"""
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width">
          <title>No such page · EmailVerify</title>
          <link rel="icon" href="/favicon.svg" type="image/svg+xml">
          <link rel="stylesheet" href="/css/app.css">
          <script type="module" src="/js/shell.js"></script>
        </head>
        <body>
          <main id="main" class="problem">
            <h1>No such page</h1>
            <p class="lead">Nothing is at <code>{HtmlEncoder.Default.Encode(path ?? "/")}</code>.</p>
            <p><a href="/">Verify an address</a>, <a href="/batches">look at your batches</a>, or <a href="/help">look for help</a>.</p>
          </main>
        </body>
        </html>

        """;
}
