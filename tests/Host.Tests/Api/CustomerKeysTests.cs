using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using EmailVerify.Core;
using EmailVerify.Core.Customers;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Api;

public sealed class CustomerKeysTests
{
    private const string Keys = "/v1/customers/cus_default/keys";

    [Fact]
    public async Task Keys_OverALife_AreMadeListedAndRevoked()
    {
        await using var host = await ApiHost.StartAsync();
        using var made = await host.SendAsync(HttpMethod.Post, Keys, """{"name":"sign-up form","scopes":["read","verify","read"],"expires_at":"2027-01-01T00:00:00+01:00"}""");
        var first = await made.JsonAsync();
        var second = await MakeAsync(host, """{"name":"tests","scopes":["verify"],"environment":"test"}""");

        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal("no-store, private", made.Header("Cache-Control"));
        var key = (string)first["key"]!;
        Assert.True(ApiKeyText.HasForm(key));
        Assert.True(ApiKeyText.IsTest((string)second["key"]!));
        _ = first.Remove("key");
        Assert.Equal(
            $$"""{"id":"{{first["id"]}}","name":"sign-up form","prefix":"{{key[..12]}}","scopes":["verify","read"],"environment":"live","created_at":"2026-11-24T10:15:40.912Z","expires_at":"2026-12-31T23:00:00.000Z","revoked_at":null}""",
            first.ToJsonString());

        using var revoked = await host.SendAsync(HttpMethod.Delete, $"{Keys}/{second["id"]}", json: null);
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"{Keys}/{second["id"]}", json: null)).StatusCode);

        var list = (await (await host.GetAsync(Keys)).JsonAsync())["keys"]!.AsArray();
        Assert.Equal([(string?)second["id"], (string?)first["id"]], list.Select(one => (string?)one!["id"]), StringComparer.Ordinal);
        Assert.Equal("2026-11-24T10:15:40.912Z", (string?)list[0]!["revoked_at"]);
        Assert.Equal("test", (string?)list[0]!["environment"]);
        Assert.True(JsonNode.DeepEquals(first, list[1]));
        Assert.DoesNotContain(key[12..], list.ToJsonString() + string.Concat(host.Logs.Lines), StringComparison.Ordinal);
        Assert.Contains($"Key {second["id"]} was revoked by configured.", string.Concat(host.Logs.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_MadeHere_DoesWhatItsScopesSay()
    {
        await using var host = await ApiHost.StartAsync();
        var key = ("Authorization", "Bearer " + (string?)(await MakeAsync(host, """{"name":"reader","scopes":["read"]}"""))["key"]);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/me", key)).StatusCode);
        _ = await (await host.GetAsync(Keys, key)).ProblemAsync("insufficient_scope");
    }

    [Fact]
    public async Task Key_RevokedHere_IsRefusedAtOnce()
    {
        await using var host = await ApiHost.StartAsync();
        var made = await MakeAsync(host, """{"name":"own end","scopes":["read","admin"]}""");
        var key = ("Authorization", "Bearer " + (string?)made["key"]);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/me", key)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"{Keys}/{made["id"]}", json: null, key)).StatusCode);

        _ = await (await host.GetAsync("/v1/me", key)).ProblemAsync("revoked_key");
    }

    [Theory]
    [InlineData("{}", "/name", "/scopes")]
    [InlineData("[]", "")]
    [InlineData("""{"name":" ","scopes":["read"]}""", "/name")]
    [InlineData("""{"name":"a\u001bb","scopes":["read"]}""", "/name")]
    [InlineData("""{"name":1,"scopes":["read"]}""", "/name")]
    [InlineData("""{"name":"a","scopes":[]}""", "/scopes")]
    [InlineData("""{"name":"a","scopes":"read"}""", "/scopes")]
    [InlineData("""{"name":"a","scopes":["read","root",1]}""", "/scopes/1", "/scopes/2")]
    [InlineData("""{"name":"a","scopes":["read"],"environment":"production"}""", "/environment")]
    [InlineData("""{"name":"a","scopes":["read"],"expires_at":"2026-11-24T10:15:40Z"}""", "/expires_at")]
    [InlineData("""{"name":"a","scopes":["read"],"expires_at":"tomorrow"}""", "/expires_at")]
    [InlineData("""{"name":"a","scopes":["read"],"expires_at":1}""", "/expires_at")]
    [InlineData("""{"name":"a","scopes":["read"],"customer_id":"cus_other","hash":"x"}""", "/customer_id", "/hash")]
    public async Task Post_WrongBody_SaysWhereAndMakesNothing(string body, params string[] pointers)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Post, Keys, body);

        var problem = await response.ProblemAsync("validation_failed");
        Assert.Equal(pointers, problem["errors"]!.AsArray().Select(error => (string?)error!["pointer"]).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Empty(await host.Keys.ListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Post_LongName_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Post, Keys, $$"""{"name":"{{new string('a', 101)}}","scopes":["read"]}""");
        Assert.Equal("too_long", (string?)Assert.Single((await response.ProblemAsync("validation_failed"))["errors"]!.AsArray())!["code"]);
    }

    [Theory]
    [InlineData("GET", "/v1/customers/cus_other/keys")]
    [InlineData("POST", "/v1/customers/cus_other/keys")]
    [InlineData("POST", "/v1/customers/cus_default~test/keys")]
    [InlineData("DELETE", "/v1/customers/cus_other/keys/key_1")]
    [InlineData("POST", "/v1/customers/cus_other/keys/key_1/rotate")]
    [InlineData("DELETE", Keys + "/key_00000000000000000000000000")]
    [InlineData("DELETE", Keys + "/configured")]
    [InlineData("POST", Keys + "/key_00000000000000000000000000/rotate")]
    public async Task Customer_OrKey_Unknown_IsNotFound(string method, string path)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(new HttpMethod(method), path, method is "POST" && path.EndsWith("keys", StringComparison.Ordinal) ? """{"name":"a","scopes":["read"]}""" : null);
        _ = await response.ProblemAsync("not_found");
    }

    [Fact]
    public async Task TestKey_KeepsTestKeysOnly()
    {
        await using var host = await ApiHost.StartAsync();
        var live = await MakeAsync(host, """{"name":"live","scopes":["admin"]}""");
        var test = await MakeAsync(host, """{"name":"test","scopes":["admin"],"environment":"test"}""");
        var key = ("Authorization", "Bearer " + (string?)test["key"]);

        var list = (await (await host.GetAsync(Keys, key)).JsonAsync())["keys"]!.AsArray();
        Assert.Equal((string?)test["id"], (string?)Assert.Single(list)!["id"]);
        _ = await (await host.SendAsync(HttpMethod.Post, Keys, """{"name":"a","scopes":["read"],"environment":"live"}""", key)).ProblemAsync("insufficient_scope");
        _ = await (await host.SendAsync(HttpMethod.Delete, $"{Keys}/{live["id"]}", json: null, key)).ProblemAsync("not_found");
        _ = await (await host.SendAsync(HttpMethod.Post, $"{Keys}/{live["id"]}/rotate", json: null, key)).ProblemAsync("not_found");
        using var made = await host.SendAsync(HttpMethod.Post, Keys, """{"name":"another","scopes":["read"]}""", key);
        Assert.Equal("test", (string?)(await made.JsonAsync())["environment"]);
    }

    [Fact]
    public async Task Rotate_WithAnOverlap_BothHoldUntilItsEnd()
    {
        await using var host = await ApiHost.StartAsync();
        var old = await MakeAsync(host, """{"name":"form","scopes":["read"],"expires_at":"2026-12-24T10:15:40.912Z"}""");
        host.Clock.Advance(TimeSpan.FromDays(1));

        using var response = await host.SendAsync(HttpMethod.Post, $"{Keys}/{old["id"]}/rotate", """{"overlap_seconds":3600}""");

        var made = await response.JsonAsync();
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(("form", "2026-12-25T10:15:40.912Z"), ((string?)made["name"], (string?)made["expires_at"]));
        Assert.Equal(((string?)old["id"], "2026-11-25T11:15:40.912Z"), ((string?)made["replaces"]!["id"], (string?)made["replaces"]!["expires_at"]));
        var (before, after) = (("Authorization", "Bearer " + (string?)old["key"]), ("Authorization", "Bearer " + (string?)made["key"]));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/me", before)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/me", after)).StatusCode);

        host.Clock.Advance(TimeSpan.FromHours(1));
        _ = await (await host.GetAsync("/v1/me", before)).ProblemAsync("expired_key");
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/me", after)).StatusCode);
        _ = await (await host.SendAsync(HttpMethod.Post, $"{Keys}/{old["id"]}/rotate", json: null)).ProblemAsync("key_ended");
    }

    [Fact]
    public async Task Rotate_WithoutABody_OverlapsADayButNeverOutlivesTheOldKey()
    {
        await using var host = await ApiHost.StartAsync();
        var free = await MakeAsync(host, """{"name":"a","scopes":["read"]}""");
        var bound = await MakeAsync(host, """{"name":"b","scopes":["read"],"expires_at":"2026-11-24T12:00:00Z"}""");

        var first = await (await host.SendAsync(HttpMethod.Post, $"{Keys}/{free["id"]}/rotate", json: null)).JsonAsync();
        var second = await (await host.SendAsync(HttpMethod.Post, $"{Keys}/{bound["id"]}/rotate", "{}")).JsonAsync();

        Assert.Equal((null, "2026-11-25T10:15:40.912Z"), ((string?)first["expires_at"], (string?)first["replaces"]!["expires_at"]));
        Assert.Equal("2026-11-24T12:00:00.000Z", (string?)second["replaces"]!["expires_at"]);
    }

    [Fact]
    public async Task Rotate_WhileAnotherRevokes_LeavesBothEnded()
    {
        await using var host = await ApiHost.StartAsync();
        var old = await MakeAsync(host, """{"name":"a","scopes":["read"]}""");
        host.Keys.OnSaved = _ => host.Keys.RevokeAsync((string)old["id"]!, host.Clock.GetUtcNow());

        _ = await (await host.SendAsync(HttpMethod.Post, $"{Keys}/{old["id"]}/rotate", json: null)).ProblemAsync("key_ended");

        var keys = await host.Keys.ListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, keys.Length);
        Assert.All(keys, key => Assert.NotNull(key.RevokedAt));
    }

    [Theory]
    [InlineData("""{"overlap_seconds":-1}""", "/overlap_seconds")]
    [InlineData("""{"overlap_seconds":2592001}""", "/overlap_seconds")]
    [InlineData("""{"overlap_seconds":"1"}""", "/overlap_seconds")]
    [InlineData("""{"overlap":1}""", "/overlap")]
    [InlineData("[]", "")]
    public async Task Rotate_WrongBody_SaysWhereAndChangesNothing(string body, string pointer)
    {
        await using var host = await ApiHost.StartAsync();
        var made = await MakeAsync(host, """{"name":"a","scopes":["read"]}""");
        using var response = await host.SendAsync(HttpMethod.Post, $"{Keys}/{made["id"]}/rotate", body);
        Assert.Equal(pointer, (string?)Assert.Single((await response.ProblemAsync("validation_failed"))["errors"]!.AsArray())!["pointer"]);
        Assert.Null(Assert.Single(await host.Keys.ListAsync(TestContext.Current.CancellationToken)).ExpiresAt);
    }

    [Fact]
    public async Task Change_OnAFullDisk_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        _ = await host.KeyAsync();
        var id = Assert.Single(await host.Keys.ListAsync(TestContext.Current.CancellationToken)).Id;
        host.Keys.Failure = new StorageFullException("secret");
        foreach (var (method, path, body) in ((string, string, string?)[])
            [("POST", "", """{"name":"shop","scopes":["verify"]}"""), ("POST", $"/{id}/rotate", null), ("DELETE", $"/{id}", null)])
        {
            using var response = await host.SendAsync(new HttpMethod(method), "/v1/customers/cus_default/keys" + path, body);
            _ = await response.ProblemAsync("storage_full");
        }
    }

    [Fact]
    public async Task Keys_TooMany_EndSomeFirst()
    {
        await using var host = await ApiHost.StartAsync(clock: new FakeTimeProvider(ApiHost.Start));
        var model = await MakeAsync(host, """{"name":"0","scopes":["read"]}""");
        var stored = Assert.Single(await host.Keys.ListAsync(TestContext.Current.CancellationToken));
        for (var key = 1; key < 1_000; key++)
            await host.Keys.SaveAsync(stored with { Id = string.Create(CultureInfo.InvariantCulture, $"key_{key}") });
        _ = await (await host.SendAsync(HttpMethod.Post, Keys, """{"name":"a","scopes":["read"]}""")).ProblemAsync("too_many_keys");
        _ = await (await host.SendAsync(HttpMethod.Post, $"{Keys}/{model["id"]}/rotate", json: null)).ProblemAsync("too_many_keys");

        _ = await host.SendAsync(HttpMethod.Delete, $"{Keys}/{model["id"]}", json: null);
        _ = await MakeAsync(host, """{"name":"a","scopes":["read"]}""");
    }

    private static async Task<JsonObject> MakeAsync(ApiHost host, string body)
    {
        using var response = await host.SendAsync(HttpMethod.Post, Keys, body);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return await response.JsonAsync();
    }
}
