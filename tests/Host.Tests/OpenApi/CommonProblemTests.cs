using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EmailVerify.Core;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api;
using EmailVerify.Host.Tests.Api;

namespace EmailVerify.Host.Tests.OpenApi;

/// <summary>What every operation of its kind can answer is asked of every one, as the document lists them: none forgets its part.</summary>
public sealed class CommonProblemTests
{
    private const int MoreThanAnyBody = 5 * 1024 * 1024;

    [Fact]
    public async Task Operation_WithoutAKeyThatMay_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        var expired = await host.KeyAsync(lifetime: TimeSpan.FromSeconds(1));
        var revoked = await host.KeyAsync();
        foreach (var key in await host.Keys.ListAsync(TestContext.Current.CancellationToken))
        {
            if (key.ExpiresAt is null)
                Assert.True(await host.Keys.RevokeAsync(key.Id, host.Clock.GetUtcNow()));
        }

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var operation in Guarded(host))
        {
            await ProblemAsync(host, operation, "missing_key", request => request.Headers.TryAddWithoutValidation("Authorization", "Basic abc"));
            await ProblemAsync(host, operation, "invalid_key", request => Identify(request, "nonsense"));
            await ProblemAsync(host, operation, "expired_key", request => Identify(request, expired));
            await ProblemAsync(host, operation, "revoked_key", request => Identify(request, revoked));
            var scope = (string)operation.Node["security"]![0]!["bearer"]![0]!;
            var others = await host.KeyAsync(scopes: [.. Scopes.All.Remove(scope, StringComparer.Ordinal)]);
            await ProblemAsync(host, operation, "insufficient_scope", request => Identify(request, others));
        }
    }

    [Fact]
    public async Task Operation_WithACookieThatDoesNotHold_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        host.Client.DefaultRequestHeaders.Authorization = null;
        foreach (var operation in Guarded(host))
        {
            await ProblemAsync(host, operation, "session_ended", request =>
            {
                _ = request.Headers.TryAddWithoutValidation("Cookie", "emailverify=nonsense");
                _ = request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
            });
            if (operation.Method is not "get")
            {
                await ProblemAsync(host, operation, "cross_site_request", request =>
                {
                    _ = request.Headers.TryAddWithoutValidation("Cookie", "emailverify=nonsense");
                    _ = request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "cross-site");
                });
            }
        }
    }

    [Fact]
    public async Task Operation_WhoseAnswerIsNotAccepted_SaysSo()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var operation in Guarded(host).Where(one => one.Responses["406"] is not null))
            await ProblemAsync(host, operation, "not_acceptable", request => request.Headers.TryAddWithoutValidation("Accept", "application/xml"));
    }

    [Fact]
    public async Task Operation_WhoseStoreFails_SaysWhetherItMayBeAskedAgain()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync();
        foreach (var (failure, code) in ((Exception, string)[])
            [(new StorageUnavailableException("secret"), "storage_unavailable"), (new TimeoutException("secret"), "overloaded"), (new InvalidOperationException("secret"), "internal_error")])
        {
            host.Keys.Failure = failure;
            foreach (var operation in Guarded(host))
                await ProblemAsync(host, operation, code, request => Identify(request, key));
        }
    }

    [Fact]
    public async Task Operation_OfAServiceThatStops_SaysSo()
    {
        await using var host = await ApiHost.StartAsync();
        host.State.Drain();
        host.Clock.Advance(ServiceState.Grace);
        foreach (var operation in Guarded(host))
            await ProblemAsync(host, operation, "draining", _ => { });
    }

    [Fact]
    public async Task Operation_WithABodyThatCannotBeRead_SaysWhy()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var operation in WithSmallBody(host))
        {
            await ProblemAsync(host, operation, "malformed_json", request => request.Content = Json("{"));
            await ProblemAsync(host, operation, "validation_failed", request => request.Content = Json("[]"));
            await ProblemAsync(host, operation, "unsupported_media_type", request => request.Content = new StringContent("{}", new MediaTypeHeaderValue("text/plain")));
            await ProblemAsync(host, operation, "unsupported_encoding", request =>
            {
                request.Content = Json("{}");
                request.Content.Headers.ContentEncoding.Add("gzip");
            });
            await ProblemAsync(host, operation, "body_too_large", request =>
            {
                // It is refused by its length alone: nothing of it needs to be sent.
                request.Headers.ExpectContinue = true;
                request.Content = Json(new string(' ', MoreThanAnyBody));
            });
        }
    }

    [Fact]
    public async Task Operation_WithABodyThatBreaksTheRules_IsABadRequest()
    {
        await using var host = await ApiHost.StartAsync();
        using var client = RudeHandler.ClientOf(host, isSilent: false);
        foreach (var operation in WithSmallBody(host))
            await ProblemAsync(client, operation, "bad_request");
    }

    [Fact]
    public async Task Operation_WithABodyThatStops_TimesOut()
    {
        await using var host = await ApiHost.StartAsync();
        RudeHandler.LosePatience(host);
        using var client = RudeHandler.ClientOf(host, isSilent: true);
        await Task.WhenAll(WithSmallBody(host).Select(operation => ProblemAsync(client, operation, "request_timeout")));
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    private static void Identify(HttpRequestMessage request, string key) => request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);

    private static ContractOperation[] Guarded(ApiHost host) => Some(host, operation => ((JsonArray)operation.Node["security"]!).Count > 0);

    // A form is a stream: its operation has tests of its own.
    private static ContractOperation[] WithSmallBody(ApiHost host) =>
        Some(host, operation => operation.Node["requestBody"] is not null && operation.Node["requestBody"]!["content"]!["multipart/form-data"] is null);

    private static ContractOperation[] Some(ApiHost host, Func<ContractOperation, bool> isMeant)
    {
        ContractOperation[] some = [.. CurrentContract.Of(host.Endpoints()).Operations.Where(isMeant)];
        Assert.NotEmpty(some);
        return some;
    }

    private static Task ProblemAsync(ApiHost host, ContractOperation operation, string code, Action<HttpRequestMessage> change) => ProblemAsync(host.Client, operation, code, change);

    private static async Task ProblemAsync(HttpClient client, ContractOperation operation, string code, Action<HttpRequestMessage>? change = null)
    {
        var path = operation.Path;
        foreach (var parameter in ((JsonArray?)operation.Node["parameters"] ?? []).Where(one => (string)one!["in"]! is "path"))
            path = path.Replace($"{{{parameter!["name"]}}}", (string)parameter["example"]!, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method.ToUpperInvariant()), path);
        if (operation.Node["requestBody"] is not null)
            request.Content = Json("{}");
        change?.Invoke(request);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var problem = (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal((operation.Id, code), (operation.Id, (string?)problem["code"]));
    }
}
