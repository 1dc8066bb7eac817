using System.Security.Cryptography;
using EmailVerify.Host.Pages;
using Scalar.AspNetCore;

namespace EmailVerify.Host.Api.OpenApi;

/// <summary>GET <c>/docs</c>: the description of the API for people, by Scalar. All of it comes from this process; it asks nobody else and tells nobody else.</summary>
internal static class DocsPage
{
    private const int NonceOctets = 16;

    /// <summary>Serves the page and its files.</summary>
    public static void MapDocs(this WebApplication app) => app
        .MapScalarApiReference("/docs", (options, context) => options
            .WithTitle("The API · EmailVerify")
            .WithOpenApiRoutePattern(OpenApiEndpoints.Path)
            .WithFavicon("/favicon.svg")
            .WithNonce((string)context.Items[typeof(DocsPage)]!)
            .AddPreferredSecuritySchemes("bearer")
            .HideClientButton()
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideDeveloperTools())
        .WithMetadata(new Operation("getDocs", Scope: null) { IsForPeople = true })
        .Add(endpoint =>
        {
            var send = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
            {
                var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceOctets));
                context.Items[typeof(DocsPage)] = nonce;

                // Scalar sets styles on its elements, and so needs inline ones; scripts run only from here or with the nonce of this answer.
                PageFiles.Confine(
                    context.Response.Headers,
                    $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'");
                return send(context);
            };
        });
}
