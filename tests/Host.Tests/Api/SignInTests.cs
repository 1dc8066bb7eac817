using System.Net;
using System.Text.Json.Nodes;
using EmailVerify.Core.Customers;
using EmailVerify.Grains.Batches;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Sessions;
using EmailVerify.Host.Tests.Api.Batches;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Api;

public sealed class SignInTests
{
    private const string Read = "/v1/verifications?email=jane@example.com";
    private static readonly (string, string) OwnPage = ("Sec-Fetch-Site", "same-origin");

    [Fact]
    public async Task SignIn_WithAKey_GivesACookieThatAsksAsTheKey()
    {
        await using var host = await StartAsync();
        var key = await host.KeyAsync(scopes: [Scopes.Read]);

        using var response = await SignInAsync(host, "key", key);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("no-store", response.Header("Cache-Control"));
        var set = response.Header("Set-Cookie");
        Assert.Matches("^emailverify=[A-Za-z0-9_-]{50,400}; max-age=43200; path=/; samesite=strict; httponly$", set);
        var cookie = ("Cookie", CookieOf(response));
        using var me = await host.GetAsync("/v1/me", cookie);
        var json = await me.JsonAsync();
        var stored = Assert.Single(await host.Keys.ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            $$$"""{"customer":"cus_default","key":{"id":"{{{stored.Id}}}","name":"a key","prefix":"{{{key[..12]}}}"},"scopes":["read"],"test":false,"sandbox":false,"version":"0.1.0"}""",
            json.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Read, cookie)).StatusCode);
        _ = await (await host.SendAsync(HttpMethod.Post, "/v1/verifications", """{"email":"jane@example.com"}""", cookie, OwnPage)).ProblemAsync("insufficient_scope");
        _ = await (await host.SendAsync(HttpMethod.Post, "/v1/addresses/parse", """{"inputs":["jane@example.com"]}""", cookie, OwnPage)).JsonAsync();
    }

    [Fact]
    public async Task SignIn_WithTheConfiguredKey_IsThatKey()
    {
        await using var host = await StartAsync();
        using var response = await SignInAsync(host, "key", ApiHost.AdminKey);

        var me = await (await host.GetAsync("/v1/me", ("Cookie", CookieOf(response)))).JsonAsync();

        Assert.Equal("""{"id":"configured","name":"the configured key","prefix":null}""", me["key"]!.ToJsonString());
        Assert.Equal(Scopes.All.Length, me["scopes"]!.AsArray().Count);
    }

    [Fact]
    public async Task SignIn_WithATestKey_SeesTheTestWorld()
    {
        await using var host = await StartAsync();
        await host.Store.SaveAsync(Samples.Final(), ticket: null);
        using var response = await SignInAsync(host, "key", await host.KeyAsync(test: true));
        var cookie = ("Cookie", CookieOf(response));

        var me = await (await host.GetAsync("/v1/me", cookie)).JsonAsync();

        Assert.Equal(("cus_default", true), ((string?)me["customer"], (bool?)me["test"]));
        _ = await (await host.GetAsync("/v1/verifications/" + Samples.Id, cookie)).ProblemAsync("not_found");
    }

    [Theory]
    [InlineData("""{"key":"nonsense"}""", "invalid_key")]
    [InlineData("""{"key":"ev_live_4fQx9ZtLk2Vb7Rm0Hs8Nc3Wd5Ya1Pg3XU64B"}""", "invalid_key")]
    [InlineData("""{"code":"nonsense"}""", "invalid_code")]
    [InlineData("""{"code":""}""", "invalid_code")]
    [InlineData("""{"key":"","code":null}""", "invalid_key")]
    [InlineData("""{"key":"a","code":"b"}""", "validation_failed", "")]
    [InlineData("{}", "validation_failed", "")]
    [InlineData("[]", "validation_failed", "")]
    [InlineData("""{"key":1}""", "validation_failed", "/key")]
    [InlineData("""{"key":"a","re~m/ember":true}""", "validation_failed", "/re~0m~1ember")]
    [InlineData("""{"key":"\ud800"}""", "malformed_json")]
    [InlineData("""{"key":""", "malformed_json")]
    public async Task SignIn_WithSomethingElse_GivesNoCookie(string body, string code, string? pointer = null)
    {
        await using var host = await StartAsync();
        using var response = await host.SendAsync(HttpMethod.Post, "/sign-in", body, OwnPage);

        var problem = await response.ProblemAsync(code);
        Assert.False(response.Headers.Contains("Set-Cookie"));
        if (pointer is not null)
            Assert.Equal(pointer, (string?)Assert.Single(problem["errors"]!.AsArray())!["pointer"]);
    }

    [Fact]
    public async Task SignIn_WithALongBody_IsRefused()
    {
        await using var host = await StartAsync();
        _ = await (await SignInAsync(host, "key", new string('a', 513))).ProblemAsync("validation_failed");
        _ = await (await SignInAsync(host, "key", new string('a', SignInRequest.MaxBody))).ProblemAsync("body_too_large");
    }

    [Fact]
    public async Task SignIn_WithARevokedOrExpiredKey_SaysWhich()
    {
        await using var host = await StartAsync();
        var expired = await host.KeyAsync(lifetime: TimeSpan.FromHours(1));
        host.Clock.Advance(TimeSpan.FromHours(1));
        var revoked = await host.KeyAsync();
        await RevokeAsync(host, revoked);

        _ = await (await SignInAsync(host, "key", expired)).ProblemAsync("expired_key");
        _ = await (await SignInAsync(host, "key", revoked)).ProblemAsync("revoked_key");
    }

    [Fact]
    public async Task Code_WithinTenMinutes_SignsInOnce()
    {
        await using var host = await StartAsync();
        var code = Code(host, await host.KeyAsync());
        host.Clock.Advance(SignInCodes.Life - TimeSpan.FromSeconds(1));

        using var first = await SignInAsync(host, "code", code);
        using var second = await SignInAsync(host, "code", code);

        Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/me", ("Cookie", CookieOf(first)))).StatusCode);
        _ = await second.ProblemAsync("invalid_code");
        Assert.False(second.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Code_AfterTenMinutes_IsWorthNothing()
    {
        await using var host = await StartAsync();
        var code = Code(host, await host.KeyAsync());
        host.Clock.Advance(SignInCodes.Life);
        _ = await (await SignInAsync(host, "code", code)).ProblemAsync("invalid_code");
    }

    [Fact]
    public async Task Code_OfAKeyRevokedMeanwhile_DoesNotSignIn()
    {
        await using var host = await StartAsync();
        var key = await host.KeyAsync();
        var code = Code(host, key);
        await RevokeAsync(host, key);
        _ = await (await SignInAsync(host, "code", code)).ProblemAsync("revoked_key");
    }

    [Fact]
    public void Codes_BeyondTheirBound_TheOldestGoes()
    {
        var codes = new SignInCodes(new FakeTimeProvider(ApiHost.Start));
        var key = KeyHash.OfKey("a key");
        var texts = Enumerable.Range(0, 17).Select(_ => codes.Issue(key)).ToArray();

        Assert.All(texts, text => Assert.Matches("^[0-9A-Za-z]{26}$", text));
        Assert.Null(codes.Take(texts[0]));
        Assert.All(texts[1..], text => Assert.Equal(key, codes.Take(text)));
    }

    [Fact]
    public async Task Session_OfARevokedKey_EndsWithinFiveSeconds()
    {
        await using var host = await StartAsync();
        var key = await host.KeyAsync();
        using var response = await SignInAsync(host, "key", key);
        var cookie = ("Cookie", CookieOf(response));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/me", cookie)).StatusCode);

        await RevokeAsync(host, key);
        host.Clock.Advance(TimeSpan.FromSeconds(4.9));

        _ = await (await host.GetAsync("/v1/me", cookie)).ProblemAsync("revoked_key");
    }

    [Fact]
    public async Task Session_OfAKeyThatExpires_EndsWithIt()
    {
        await using var host = await StartAsync();
        using var response = await SignInAsync(host, "key", await host.KeyAsync(lifetime: TimeSpan.FromHours(1)));
        host.Clock.Advance(TimeSpan.FromHours(1));
        _ = await (await host.GetAsync("/v1/me", ("Cookie", CookieOf(response)))).ProblemAsync("expired_key");
    }

    [Fact]
    public async Task Session_AfterTwelveHours_IsOverAndTakesItsCookieAway()
    {
        await using var host = await StartAsync();
        using var response = await SignInAsync(host, "key", await host.KeyAsync());
        var cookie = ("Cookie", CookieOf(response));
        host.Clock.Advance(SessionCookie.Life - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/me", cookie)).StatusCode);

        host.Clock.Advance(TimeSpan.FromSeconds(1));
        using var later = await host.GetAsync("/v1/me", cookie);

        _ = await later.ProblemAsync("session_ended");
        Assert.StartsWith("emailverify=; max-age=0; path=/", later.Header("Set-Cookie"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_OfAnotherConfiguredKey_IsOver()
    {
        var protection = new EphemeralDataProtectionProvider();
        await using var host = await StartAsync(protection: protection);
        using var response = await SignInAsync(host, "key", ApiHost.AdminKey);
        await using var restarted = await StartAsync(protection: protection);
        await using var changed = await StartAsync(protection: protection, adminKey: "another-admin-key");

        Assert.Equal(HttpStatusCode.OK, (await restarted.GetAsync("/v1/me", ("Cookie", CookieOf(response)))).StatusCode);
        _ = await (await changed.GetAsync("/v1/me", ("Cookie", CookieOf(response)))).ProblemAsync("session_ended");
    }

    [Fact]
    public async Task Session_OfAnotherInstallation_IsOver()
    {
        await using var host = await StartAsync();
        await using var other = await StartAsync();
        using var response = await SignInAsync(other, "key", ApiHost.AdminKey);
        _ = await (await host.GetAsync("/v1/me", ("Cookie", CookieOf(response)))).ProblemAsync("session_ended");
    }

    [Fact]
    public async Task Cookie_ChangedAnywhere_IsOver()
    {
        await using var host = await StartAsync();
        using var response = await SignInAsync(host, "key", ApiHost.AdminKey);
        var cookie = CookieOf(response);
        for (var at = cookie.IndexOf('=', StringComparison.Ordinal) + 1; at < cookie.Length - 1; at += 7)
        {
            var changed = cookie[..at] + (cookie[at] == 'A' ? 'B' : 'A') + cookie[(at + 1)..];
            _ = await (await host.GetAsync("/v1/me", ("Cookie", changed))).ProblemAsync("session_ended");
        }
    }

    [Theory]
    [InlineData("x", 1)]
    [InlineData("a.b", 1)]
    [InlineData("A", 2_000)]
    public async Task Cookie_OfNonsense_IsOver(string nonsense, int times)
    {
        await using var host = await StartAsync();
        using var response = await host.GetAsync("/v1/me", ("Cookie", "emailverify=" + string.Concat(Enumerable.Repeat(nonsense, times))));
        _ = await response.ProblemAsync("session_ended");
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "none", false)]
    [InlineData("Origin", "own", true)]
    [InlineData("Origin", "https://example.com", false)]
    [InlineData("Origin", "http://127.0.0.1:1", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("X-Any", "1", false)]
    public async Task Change_WithTheCookie_ComesFromOurOwnPages(string header, string value, bool isLetIn)
    {
        await using var host = await StartAsync();
        using var signedIn = await SignInAsync(host, "key", ApiHost.AdminKey);
        var own = host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

        using var response = await host.SendAsync(
            HttpMethod.Post, "/v1/addresses/parse", """{"inputs":[]}""", ("Cookie", CookieOf(signedIn)), (header, value is "own" ? own : value));

        if (isLetIn)
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        else
            _ = await response.ProblemAsync("cross_site_request");
    }

    [Fact]
    public async Task Change_WithABrowserThatContradictsItself_IsRefused()
    {
        await using var host = await StartAsync();
        using var signedIn = await SignInAsync(host, "key", ApiHost.AdminKey);
        var own = host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        using var response = await host.SendAsync(
            HttpMethod.Delete, "/v1/batches/bat_1", json: null, ("Cookie", CookieOf(signedIn)), ("Sec-Fetch-Site", "cross-site"), ("Origin", own));
        _ = await response.ProblemAsync("cross_site_request");
    }

    [Fact]
    public async Task Change_BehindAProxyThatEndsTls_IsLetIn()
    {
        await using var host = await StartAsync();
        using var signedIn = await SignInAsync(host, "key", ApiHost.AdminKey, ("Host", "verify.example.com"), ("Origin", "https://verify.example.com"));
        Assert.Equal(HttpStatusCode.NoContent, signedIn.StatusCode);
        Assert.Matches("^__Host-emailverify=[A-Za-z0-9_-]+; max-age=43200; path=/; secure; samesite=strict; httponly$", signedIn.Header("Set-Cookie"));

        using var response = await host.SendAsync(
            HttpMethod.Post, "/v1/addresses/parse", """{"inputs":[]}""", ("Cookie", CookieOf(signedIn)), ("Host", "verify.example.com"), ("Origin", "https://verify.example.com"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Header_BesideACookie_Wins()
    {
        await using var host = await StartAsync();
        using var signedIn = await SignInAsync(host, "key", ApiHost.AdminKey);
        var cookie = ("Cookie", CookieOf(signedIn));
        var key = await host.KeyAsync(scopes: [Scopes.Read]);

        var me = await (await host.GetAsync("/v1/me", cookie, ("Authorization", "Bearer " + key))).JsonAsync();
        Assert.Equal("a key", (string?)me["key"]!["name"]);
        _ = await (await host.GetAsync("/v1/me", cookie, ("Authorization", "Bearer nonsense"))).ProblemAsync("invalid_key");

        // A program that happens to keep cookies is no browser.
        using var change = await host.SendAsync(HttpMethod.Post, "/v1/addresses/parse", """{"inputs":[]}""", cookie, ("Authorization", "Bearer " + key));
        Assert.Equal(HttpStatusCode.OK, change.StatusCode);
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    [InlineData("none")]
    public async Task SignInAndOut_FromAnotherSite_AreRefused(string site)
    {
        await using var host = await StartAsync();
        _ = await (await host.SendAsync(HttpMethod.Post, "/sign-in", Body("key", ApiHost.AdminKey), ("Sec-Fetch-Site", site))).ProblemAsync("cross_site_request");
        _ = await (await host.SendAsync(HttpMethod.Post, "/sign-out", json: null, ("Sec-Fetch-Site", site))).ProblemAsync("cross_site_request");
    }

    [Fact]
    public async Task SignIn_OverHttpThroughANetwork_IsRefused()
    {
        await using var host = await StartAsync();
        using var response = await SignInAsync(host, "key", ApiHost.AdminKey, ("Host", "192.0.2.7:5080"), ("Origin", "http://192.0.2.7:5080"));
        _ = await response.ProblemAsync("https_required");
    }

    [Fact]
    public async Task SignOut_TakesTheCookieAway()
    {
        await using var host = await StartAsync();
        using var signedIn = await SignInAsync(host, "key", ApiHost.AdminKey);

        using var response = await host.SendAsync(HttpMethod.Post, "/sign-out", json: null, ("Cookie", CookieOf(signedIn)), OwnPage);
        using var again = await host.SendAsync(HttpMethod.Post, "/sign-out", json: null, OwnPage);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (response.StatusCode, again.StatusCode));
        Assert.Equal("emailverify=; max-age=0; path=/; samesite=strict; httponly", response.Header("Set-Cookie"));
        Assert.False(again.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("http", "127.0.0.1:5080", null, false)]
    [InlineData("http", "127.9.9.9", null, false)]
    [InlineData("http", "localhost:5080", null, false)]
    [InlineData("http", "a.localhost", null, false)]
    [InlineData("http", "[::1]:5080", null, false)]
    [InlineData("https", "localhost:5080", null, true)]
    [InlineData("http", "192.0.2.7:5080", null, true)]
    [InlineData("http", "verify.example.com", null, true)]
    [InlineData("http", "localhost.example.com", null, true)]
    [InlineData("http", "127.0.0.1.example.com", null, true)]
    [InlineData("http", "", null, true)]
    [InlineData("http", "127.0.0.1:5080", "https://verify.example.com", true)]
    [InlineData("http", "127.0.0.1:5080", "http://127.0.0.1:5080", false)]
    public void Cookie_UnlessOnThisMachineOverHttp_IsSecure(string scheme, string host, string? origin, bool isSecure)
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host) = (scheme, new HostString(host));
        request.Headers.Origin = origin;
        Assert.Equal(isSecure, Origins.IsSecure(request));
    }

    [Fact]
    public async Task Cookie_WithThePlainName_IsNotReadElsewhere()
    {
        await using var host = await StartAsync();
        using var signedIn = await SignInAsync(host, "key", ApiHost.AdminKey);
        using var response = await host.GetAsync("/v1/me", ("Cookie", CookieOf(signedIn)), ("Host", "verify.example.com"));
        _ = await response.ProblemAsync("missing_key");
    }

    [Fact]
    public async Task Attempts_TooManyFromOneAddress_WaitForTheNextMinute()
    {
        await using var host = await StartAsync();
        for (var attempt = 0; attempt < SignInAttempts.MaxFromOne; attempt++)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await SignInAsync(host, "key", ApiHost.AdminKey)).StatusCode);
            _ = await (await SignInAsync(host, attempt % 2 == 0 ? "key" : "code", "nonsense")).ProblemAsync(attempt % 2 == 0 ? "invalid_key" : "invalid_code");
        }

        host.Clock.Advance(TimeSpan.FromSeconds(20.5));
        using var refused = await SignInAsync(host, "key", ApiHost.AdminKey);
        _ = await refused.ProblemAsync("rate_limited");
        Assert.Equal("40", refused.Header("Retry-After"));

        // Nobody guesses a key of our own making, and nobody is kept from signing in with one.
        _ = await (await SignInAsync(host, "key", ApiKeyText.New(test: false))).ProblemAsync("invalid_key");
        Assert.Equal(HttpStatusCode.NoContent, (await SignInAsync(host, "key", await host.KeyAsync())).StatusCode);

        host.Clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(HttpStatusCode.NoContent, (await SignInAsync(host, "key", ApiHost.AdminKey)).StatusCode);
    }

    [Fact]
    public void Attempts_FromANetworkOrFromAll_AreBounded()
    {
        var attempts = new SignInAttempts(new FakeTimeProvider(ApiHost.Start));
        for (var attempt = 0; attempt < SignInAttempts.MaxFromOne; attempt++)
            Assert.Null(attempts.Begin(IPAddress.Parse($"2001:db8::{attempt}")));
        Assert.Equal(60, attempts.Begin(IPAddress.Parse("2001:db8::ffff")));
        Assert.Null(attempts.Begin(IPAddress.Parse("2001:db8:0:1::1")));

        for (var attempt = SignInAttempts.MaxFromOne + 1; attempt < SignInAttempts.MaxFromAll; attempt++)
            Assert.Null(attempts.Begin(new IPAddress([192, 0, (byte)(attempt / 256), (byte)attempt])));
        Assert.Equal(60, attempts.Begin(IPAddress.Parse("198.51.100.1")));
        attempts.Forgive(IPAddress.Parse("2001:db8::1"));
        Assert.Null(attempts.Begin(IPAddress.Parse("198.51.100.1")));
    }

    [Theory]
    [InlineData("/for-persons?a=b&c=%2F", "text/html,application/xhtml+xml", "/sign-in?return=%2Ffor-persons%3Fa%3Db%26c%3D%252F")]
    [InlineData("/for-persons", "*/*", null)]
    [InlineData("/for-programs", "text/html", null)]
    public async Task Page_NotSignedIn_LeadsToSignInAndBack(string path, string accept, string? location)
    {
        await using var host = await StartAsync();
        using var response = await host.GetAsync(path, ("Accept", accept));

        if (location is null)
            _ = await response.ProblemAsync("missing_key");
        else
            Assert.Equal((HttpStatusCode.SeeOther, location), (response.StatusCode, response.Header("Location")));
    }

    [Fact]
    public async Task Page_SignedIn_IsShownToWhoMaySeeIt()
    {
        await using var host = await StartAsync();
        using var admin = await SignInAsync(host, "key", ApiHost.AdminKey);
        using var reader = await SignInAsync(host, "key", await host.KeyAsync(scopes: [Scopes.Read]));
        var html = ("Accept", "text/html");

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/for-persons", html, ("Cookie", CookieOf(admin)))).StatusCode);
        _ = await (await host.GetAsync("/for-persons", html, ("Cookie", CookieOf(reader)))).ProblemAsync("insufficient_scope");
        _ = await (await host.GetAsync("/for-persons", html, ("Authorization", "Bearer nonsense"))).ProblemAsync("invalid_key");
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/dashboard", true)]
    [InlineData("/dashboard?next=//example.com", true)]
    [InlineData("//example.com", false)]
    [InlineData("/\\example.com", false)]
    [InlineData("/\t/example.com", false)]
    [InlineData("https://example.com", false)]
    [InlineData("dashboard", false)]
    [InlineData("", false)]
    public void Return_ToAnotherHost_IsNotLocal(string path, bool isLocal) => Assert.Equal(isLocal, SignInPage.IsLocal(path));

    [Fact]
    public async Task SigningIn_WellOrNot_LeavesNoSecretInTheLogs()
    {
        await using var host = await StartAsync();
        var key = await host.KeyAsync();
        var code = Code(host, key);
        using var byKey = await SignInAsync(host, "key", key);
        using var byCode = await SignInAsync(host, "code", code);
        _ = await SignInAsync(host, "key", "a-wrong-key");
        _ = await SignInAsync(host, "code", "a-wrong-code");
        _ = await host.GetAsync("/v1/me", ("Cookie", CookieOf(byKey)));
        _ = await host.GetAsync("/v1/me", ("Cookie", CookieOf(byKey) + "x"));

        var logs = string.Concat(host.Logs.Lines);
        Assert.Contains("Somebody signed in with key key_", logs, StringComparison.Ordinal);
        Assert.Contains("invalid_code", logs, StringComparison.Ordinal);
        string[] secrets = [key[12..], code, "a-wrong-key", "a-wrong-code", CookieOf(byKey)[12..], CookieOf(byCode)[12..]];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, logs, StringComparison.Ordinal));
    }

    private static async Task<ApiHost> StartAsync(IDataProtectionProvider? protection = null, string? adminKey = null)
    {
        var host = await ApiHost.StartAsync(
            app =>
            {
                _ = app.MapGet("/for-persons", () => "a page").WithMetadata(new Operation("getPersons", Scopes.Operate) { IsPage = true });
                _ = app.MapGet("/for-programs", () => "data").WithMetadata(new Operation("getPrograms", Scopes.Operate));
            },
            new FakeTimeProvider(ApiHost.Start),
            services =>
            {
                if (protection is not null)
                    _ = services.AddSingleton(protection);
                if (adminKey is not null)
                    _ = services.AddSingleton(new ConfiguredKey(adminKey));
                _ = services.AddSingleton(StubbedStore.Of(null, _ => new NotSupportedException())).AddSingleton<IGrains<IBatchGrain>, FakeBatchGrains>();
            });
        host.Client.DefaultRequestHeaders.Authorization = null;
        return host;
    }

    private static string Body(string member, string secret) => new JsonObject { [member] = secret }.ToJsonString();

    private static Task<HttpResponseMessage> SignInAsync(ApiHost host, string member, string secret, params (string Name, string Value)[] headers) =>
        host.SendAsync(HttpMethod.Post, "/sign-in", Body(member, secret), headers);

    private static string CookieOf(HttpResponseMessage response) => response.Header("Set-Cookie").Split(';')[0];

    private static string Code(ApiHost host, string key) => host.Services.GetRequiredService<SignInCodes>().Issue(KeyHash.OfKey(key));

    private static async Task RevokeAsync(ApiHost host, string key)
    {
        var hash = new byte[32];
        ApiKeyText.Hash(key, hash);
        var stored = (await host.Keys.FindAsync(hash, TestContext.Current.CancellationToken))!;
        Assert.True(await host.Keys.RevokeAsync(stored.Id, host.Clock.GetUtcNow()));
    }
}
