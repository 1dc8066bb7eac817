using System.Net;
using System.Net.Http.Headers;
using System.Text;
using EmailVerify.Core;
using EmailVerify.Core.Customers;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Api;

public sealed class ProblemTests
{
    private const string UnknownId = "ver_00000000000000000000000000";
    private const string Jane = """{"email":"jane@example.com"}""";

    public static TheoryData<string> Codes => [.. ProblemCode.All.Select(code => code.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Page_OfEveryCode_SaysCauseCureAndExample(string code)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.GetAsync("/problems/" + code, ("Authorization", "none"));

        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.All(["<h2>Cause</h2>", "<h2>Cure</h2>", "<h2>Example</h2>", code], part => Assert.Contains(part, page, StringComparison.Ordinal));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", response.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(("nosniff", "no-referrer"), (response.Header("X-Content-Type-Options"), response.Header("Referrer-Policy")));
    }

    [Fact]
    public async Task Page_OfNoCode_IsNotFound()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.GetAsync("/problems/%3Cscript%3E");
        _ = await response.ProblemAsync("not_found");
    }

    [Theory]
    [InlineData("", "malformed_json")]
    [InlineData("{", "malformed_json")]
    [InlineData("""{"email":"a@b.example"} x""", "malformed_json")]
    [InlineData("""{"email":"\ud800@b.example"}""", "malformed_json")]
    [InlineData("[]", "validation_failed", "", "type")]
    [InlineData("{}", "validation_failed", "/email", "required")]
    [InlineData("""{"email":null}""", "validation_failed", "/email", "required")]
    [InlineData("""{"email":["a@b.example"]}""", "validation_failed", "/email", "type")]
    [InlineData("""{"email":"a@b.example","timeout":26}""", "validation_failed", "/timeout", "out_of_range")]
    [InlineData("""{"email":"a@b.example","timeout":-1}""", "validation_failed", "/timeout", "out_of_range")]
    [InlineData("""{"email":"a@b.example","timeout":"5"}""", "validation_failed", "/timeout", "type")]
    [InlineData("""{"email":"a@b.example","on_deadline":"never"}""", "validation_failed", "/on_deadline", "invalid")]
    [InlineData("""{"email":"a@b.example","max_age_seconds":1.5}""", "validation_failed", "/max_age_seconds", "out_of_range")]
    [InlineData("""{"email":"a@b.example","max_age_seconds":99999999}""", "validation_failed", "/max_age_seconds", "out_of_range")]
    [InlineData("""{"email":"a@b.example","tag":{"a":[1]}}""", "validation_failed", "/tag", "type")]
    [InlineData("""{"email":"a@b.example","evidence":0}""", "validation_failed", "/evidence", "type")]
    public async Task Post_WrongBody_SaysWhere(string body, string code, string? pointer = null, string? what = null)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.PostAsync(body);

        var problem = await response.ProblemAsync(code);
        if (pointer is null)
            return;
        var error = Assert.Single(problem["errors"]!.AsArray())!;
        Assert.Equal((pointer, what), ((string?)error["pointer"], (string?)error["code"]));
    }

    [Fact]
    public async Task Post_ManyWrongMembers_NamesAll()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.PostAsync($$"""{"email":"{{new string('a', 1025)}}","tag":"{{new string('t', 257)}}","timeout":99}""");

        var problem = await response.ProblemAsync("validation_failed");
        Assert.Equal(["/email", "/tag", "/timeout"], problem["errors"]!.AsArray().Select(error => (string?)error!["pointer"]), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/v1/verifications", "Prefer", "wait=soon", "malformed_header")]
    [InlineData("GET", $"/v1/verifications/{UnknownId}", "Prefer", "wait", "malformed_header")]
    [InlineData("POST", "/v1/verifications", "Accept", "application/xml", "not_acceptable")]
    [InlineData("POST", "/v1/verifications", "Accept", "*/*, application/json;q=0", "not_acceptable")]
    [InlineData("POST", "/v1/verifications", "Accept", "no type", "not_acceptable")]
    [InlineData("POST", "/v1/verifications", "Content-Encoding", "gzip", "unsupported_encoding")]
    [InlineData("GET", $"/v1/verifications/{UnknownId}", "X-Any", "1", "not_found")]
    [InlineData("GET", "/v1/verifications/nonsense", "X-Any", "1", "not_found")]
    [InlineData("GET", "/v1/nothing", "X-Any", "1", "not_found")]
    [InlineData("GET", "/nothing", "X-Any", "1", "not_found")]
    [InlineData("GET", "/v1/verifications?status=fine", "X-Any", "1", "validation_failed")]
    [InlineData("GET", "/v1/verifications?email=a@b.example&limit=0", "X-Any", "1", "validation_failed")]
    [InlineData("GET", "/v1/verifications?email=a@b.example&limit=1e9", "X-Any", "1", "validation_failed")]
    [InlineData("GET", "/v1/verifications?email=a@b.example&from=yesterday", "X-Any", "1", "validation_failed")]
    [InlineData("GET", "/v1/verifications?email=a@b.example&after=c1.AAAA", "X-Any", "1", "cursor_mismatch")]
    [InlineData("POST", "/v1/verifications", "Authorization", "Basic abc", "missing_key")]
    [InlineData("POST", "/v1/verifications", "Authorization", "Bearer ", "missing_key")]
    [InlineData("POST", "/v1/verifications", "Authorization", "Bearer nonsense", "invalid_key")]
    public async Task Request_Wrong_IsItsProblem(string method, string path, string header, string value, string code)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(new HttpMethod(method), path, method is "POST" ? Jane : null, (header, value));
        var problem = await response.ProblemAsync(code);
        if (code is "malformed_header")
            Assert.Equal(header, (string?)problem["errors"]![0]!["header"]);
    }

    [Fact]
    public async Task Method_Unknown_SaysWhichAreAllowed()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Delete, "/v1/verifications", json: null);

        _ = await response.ProblemAsync("method_not_allowed");
        Assert.Equal(["GET", "HEAD", "POST"], response.Content.Headers.Allow.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData(null)]
    public async Task Post_OtherMediaType_IsRefused(string? type)
    {
        await using var host = await ApiHost.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Jane));
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        using var response = await host.Client.PostAsync(new Uri("/v1/verifications", UriKind.Relative), content, TestContext.Current.CancellationToken);
        _ = await response.ProblemAsync("unsupported_media_type");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_BodyTooLarge_IsRefused(bool saysLength)
    {
        await using var host = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/verifications");
        request.Headers.TransferEncodingChunked = !saysLength;
        request.Content = new StringContent($$"""{"email":"{{new string('a', 70_000)}}"}""", Encoding.UTF8, "application/json");
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        _ = await response.ProblemAsync("body_too_large");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    public static TheoryData<Exception, string> Exceptions => new()
    {
        { new StorageFullException("secret of the disk"), "storage_full" },
        { new StorageUnavailableException("secret of the store"), "storage_unavailable" },
        { new TimeoutException("secret"), "overloaded" },
        { new SiloUnavailableException("secret"), "overloaded" },
        { new LimitExceededException("secret"), "overloaded" },
        { new OrleansException("secret"), "internal_error" },
        { new InvalidOperationException("secret of jane@example.com"), "internal_error" },
        { new BadHttpRequestException("secret of slowness", 408), "request_timeout" },
        { new BadHttpRequestException("secret of size", 413), "body_too_large" },
        { new BadHttpRequestException("secret of a cut", 400), "bad_request" },
    };

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public async Task Operation_Fails_IsAProblemWithoutInsides(Exception failure, string code)
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Failure = failure;

        using var response = await host.PostAsync("""{"email":"foo"}""");

        var problem = await response.ProblemAsync(code);
        Assert.DoesNotContain(failure.Message, problem.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(response.StatusCode == HttpStatusCode.ServiceUnavailable, response.Headers.RetryAfter is not null);
    }

    [Fact]
    public async Task Request_OnItsWayWhenTheProcessIsAskedToStop_IsTaken()
    {
        await using var host = await ApiHost.StartAsync(clock: new FakeTimeProvider(ApiHost.Start));
        host.Grains.OnVerify = static (_, question) => new EmailAnswer(Samples.Final(question.Email), FromCache: false);
        host.State.Drain();
        host.Clock.Advance(ServiceState.Grace - TimeSpan.FromTicks(1));
        using var response = await host.PostAsync(Jane);
        Assert.True(response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Request_WhileDraining_ComesBackLater()
    {
        await using var host = await ApiHost.StartAsync();
        host.State.Drain();
        host.Clock.Advance(ServiceState.Grace);
        using var response = await host.PostAsync(Jane);
        _ = await response.ProblemAsync("draining");
        Assert.Equal("5", response.Header("Retry-After"));
    }

    [Theory]
    [InlineData("an-Id_1.2", true)]
    [InlineData("with blank", false)]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345", false)]
    public async Task RequestId_OfTheFormIsEchoed_OtherwiseMade(string id, bool isEchoed)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.GetAsync("/v1/nothing", ("X-Request-Id", id));
        Assert.Equal(isEchoed, id.Equals(response.Header("X-Request-Id"), StringComparison.Ordinal));
        _ = await response.ProblemAsync("not_found");
    }

    [Fact]
    public async Task Endpoint_WithoutOperation_IsRefusedToEveryKey()
    {
        await using var host = await ApiHost.StartAsync(app => app.MapGet("/v1/forgotten", () => "open"));
        using var response = await host.GetAsync("/v1/forgotten");
        _ = await response.ProblemAsync("insufficient_scope");
    }

    [Fact]
    public async Task Endpoint_OfTheApi_EachHasAnOperation()
    {
        await using var host = await ApiHost.StartAsync();
        var endpoints = host.Endpoints();
        Assert.NotEmpty(endpoints);
        Assert.All(endpoints, endpoint =>
        {
            var operation = endpoint.Metadata.GetMetadata<Operation>();
            Assert.NotNull(operation);
            Assert.Equal(endpoint.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal) || endpoint.RoutePattern.RawText is "/metrics", operation.Scope is not null);
        });
    }

    [Fact]
    public async Task Operation_OfEachScope_NeedsIt()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var operation in host.Endpoints().Select(endpoint => (endpoint, Operation: endpoint.Metadata.GetMetadata<Operation>()!)).Where(one => one.Operation.Scope is not null))
        {
            var others = Scopes.All.Remove(operation.Operation.Scope!, StringComparer.Ordinal);
            var key = await host.KeyAsync(scopes: [.. others]);
            var method = operation.endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.HttpMethodMetadata>()?.HttpMethods[0] ?? "GET";
            var path = operation.endpoint.RoutePattern.RawText!.Replace("{id}", UnknownId, StringComparison.Ordinal);
            using var response = await host.SendAsync(new HttpMethod(method), path, json: null, ("Authorization", "Bearer " + key));
            var problem = await response.ProblemAsync("insufficient_scope");
            Assert.Contains(operation.Operation.Scope!, (string)problem["detail"]!, StringComparison.Ordinal);
        }
    }
}
