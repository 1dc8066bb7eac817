using System.Net;
using EmailVerify.Host.Api.Requests;
using Microsoft.AspNetCore.Http;

namespace EmailVerify.Host.Tests.Api;

/// <summary>Which headers answers have: a change here is a change of what browsers let others do with us.</summary>
public sealed class HeaderTests
{
    private static readonly string[] Varying = ["Date", "Content-Length", "X-Request-Id"];

    [Theory]
    [InlineData("GET", "/v1/me", "Cache-Control: no-store, private\nContent-Type: application/json\nX-Content-Type-Options: nosniff")]
    [InlineData("GET", "/v1/nothing", "Cache-Control: no-store\nContent-Type: application/problem+json\nX-Content-Type-Options: nosniff")]
    [InlineData("POST", "/sign-out", "Cache-Control: no-store\nX-Content-Type-Options: nosniff")]
    [InlineData("GET", "/problems/not_found", "Cache-Control: public, max-age=3600\nContent-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'\nContent-Type: text/html; charset=utf-8\nCross-Origin-Opener-Policy: same-origin\nReferrer-Policy: no-referrer\nX-Content-Type-Options: nosniff")]
    public async Task Answer_HasTheseHeadersAndNoOther(string method, string path, string headers)
    {
        await using var host = await ApiHost.StartAsync();

        // What a page of another site would send, to see whether it may read the answer.
        using var response = await host.SendAsync(new HttpMethod(method), path, json: null, path.StartsWith("/v1", StringComparison.Ordinal) ? ("Origin", "https://example.com") : ("X-Any", "1"));

        var found = response.Headers.Concat(response.Content.Headers)
            .Where(header => !Varying.Contains(header.Key, StringComparer.OrdinalIgnoreCase) && header.Key is not "Transfer-Encoding")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
            .Order(StringComparer.Ordinal);
        Assert.Equal(headers, string.Join('\n', found));
    }

    [Theory]
    [InlineData("https", "verify.example.com", "max-age=31536000")]
    [InlineData("https", "localhost:5443", null)]
    [InlineData("https", "127.0.0.1", null)]
    [InlineData("http", "verify.example.com", null)]
    public void Answer_OverHttps_AsksForHttpsFromNowOn(string scheme, string host, string? value)
    {
        var context = new DefaultHttpContext();
        (context.Request.Scheme, context.Request.Host) = (scheme, new HostString(host));
        SecurityHeaders.Set(context);
        Assert.Equal(value, (string?)context.Response.Headers.StrictTransportSecurity);
    }

    [Theory]
    [InlineData("/v1/me")]
    [InlineData("/health/live")]
    [InlineData("/nothing")]
    public async Task Trace_IsAnsweredToNobody(string path)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Trace, path, json: null, ("X-Secret", "a secret"));
        var problem = await response.ProblemAsync("method_not_allowed");
        Assert.DoesNotContain("a secret", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_OfAnotherSite_IsAnsweredWithNothingThatAllows()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(
            HttpMethod.Options, "/v1/verifications", json: null, ("Origin", "https://example.com"), ("Access-Control-Request-Method", "POST"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }
}
