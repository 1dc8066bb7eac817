using System.Text.Encodings.Web;
using EmailVerify.Host.Pages;

namespace EmailVerify.Host.Api.Problems;

/// <summary>GET <c>/problems/{code}</c>: what a problem means, for a person. Open to all; it can be read without script.</summary>
internal static class ProblemPages
{
    public static Task HandleAsync(HttpContext context)
    {
        var code = ProblemCode.Find(context.Request.RouteValues["code"] as string);
        return code is null
            ? new Problem(ProblemCode.NotFound, "No problem has this name.").WriteAsync(context)
            : WrittenPage.WriteAsync(context, code.Code, Html(code), "public, max-age=3600");
    }

    private static string Html(ProblemCode code)
    {
        var encoder = HtmlEncoder.Default;
        return $"""
                <h1>{encoder.Encode(code.Title)}</h1>
                <p class="lead"><code>{encoder.Encode(code.Code)}</code>, HTTP status {code.Status}</p>
                <h2>Cause</h2>
                <p>{encoder.Encode(code.Cause)}</p>
                <h2>Cure</h2>
                <p>{encoder.Encode(code.Cure)}</p>
                <h2>Example</h2>
                <pre class="wrap">{encoder.Encode(code.Example)}</pre>
                <p><a href="/docs">All operations and their problems</a></p>
            """;
    }
}
