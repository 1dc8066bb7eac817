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

    /// <summary>Shows it. Nobody keeps it in the place of the problem that programs get.</summary>
    public static Task WriteAsync(HttpContext context) => WrittenPage.WriteAsync(
        context,
        "No such page",
        $"""
            <h1>No such page</h1>
            <p class="lead">Nothing is at <code>{HtmlEncoder.Default.Encode(context.Request.Path.Value ?? "/")}</code>.</p>
            <p><a href="/">Verify an address</a>, <a href="/batches">look at your batches</a>, or <a href="/help">look for help</a>.</p>
        """,
        "no-store");
}
