using System.Net;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Keys;

namespace EmailVerify.Host.Tests.Api;

public sealed class KeyTests
{
    private const string Path = "/v1/verifications?email=jane@example.com";

    [Fact]
    public async Task Key_None_IsMissing()
    {
        await using var host = await ApiHost.StartAsync();
        host.Client.DefaultRequestHeaders.Authorization = null;

        foreach (var path in (string[])[Path, "/v1/nothing", Path + "&key=" + ApiHost.AdminKey])
        {
            using var response = await host.GetAsync(path);
            _ = await response.ProblemAsync("missing_key");
            Assert.Equal("Bearer", response.Header("WWW-Authenticate"));
        }
    }

    [Fact]
    public async Task Key_Mistyped_IsRefusedWithoutALookup()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync();
        var mistyped = key[..20] + (key[20] == 'a' ? 'b' : 'a') + key[21..];

        using var response = await host.GetAsync(Path, ("Authorization", "Bearer " + mistyped));

        _ = await response.ProblemAsync("invalid_key");
        Assert.Equal(0, host.Keys.Lookups);
    }

    [Theory]
    [InlineData(ConfiguredKey.Sandbox)]
    [InlineData("ev_live_4fQx9ZtLk2Vb7Rm0Hs8Nc3Wd5Ya1Pg3XU64B")]
    public async Task Key_OfTheFormButUnknown_IsInvalid(string key)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.GetAsync(Path, ("Authorization", "Bearer " + key));
        _ = await response.ProblemAsync("invalid_key");
        Assert.Equal(1, host.Keys.Lookups);
    }

    [Fact]
    public async Task Key_InUse_IsLookedUpOnceInFourSeconds()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync();
        for (var time = 0; time < 3; time++)
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Path, ("Authorization", "Bearer " + key))).StatusCode);
        Assert.Equal(1, host.Keys.Lookups);

        host.Clock.Advance(KeyRing.Freshness);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Path, ("authorization", "bearer " + key))).StatusCode);
        Assert.Equal(2, host.Keys.Lookups);
    }

    [Fact]
    public async Task Key_Unknown_IsLookedUpOnceInFourSeconds()
    {
        const string Key = "Bearer ev_live_4fQx9ZtLk2Vb7Rm0Hs8Nc3Wd5Ya1Pg3XU64B";
        await using var host = await ApiHost.StartAsync();
        for (var time = 0; time < 3; time++)
            _ = await (await host.GetAsync(Path, ("Authorization", Key))).ProblemAsync("invalid_key");
        Assert.Equal(1, host.Keys.Lookups);

        host.Clock.Advance(KeyRing.Freshness);
        _ = await (await host.GetAsync(Path, ("Authorization", Key))).ProblemAsync("invalid_key");
        Assert.Equal(2, host.Keys.Lookups);
    }

    [Fact]
    public async Task Key_Revoked_IsRefusedWithinFiveSeconds()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Path, ("Authorization", "Bearer " + key))).StatusCode);
        var stored = Assert.Single(await host.Keys.ListAsync(TestContext.Current.CancellationToken));
        Assert.True(await host.Keys.RevokeAsync(stored.Id, host.Clock.GetUtcNow()));

        host.Clock.Advance(TimeSpan.FromSeconds(4.9));
        using var response = await host.GetAsync(Path, ("Authorization", "Bearer " + key));

        _ = await response.ProblemAsync("revoked_key");
    }

    [Fact]
    public async Task Key_Expired_IsRefusedAlsoFromTheCache()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync(lifetime: TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Path, ("Authorization", "Bearer " + key))).StatusCode);

        host.Clock.Advance(TimeSpan.FromSeconds(2));
        using var response = await host.GetAsync(Path, ("Authorization", "Bearer " + key));

        _ = await response.ProblemAsync("expired_key");
        Assert.Equal(1, host.Keys.Lookups);
    }

    [Theory]
    [InlineData(ConfiguredKey.Sandbox, "127.0.0.9", true)]
    [InlineData(ConfiguredKey.Sandbox, "::ffff:127.0.0.1", true)]
    [InlineData(ConfiguredKey.Sandbox, "::1", true)]
    [InlineData(ConfiguredKey.Sandbox, null, true)]
    [InlineData(ConfiguredKey.Sandbox, "192.0.2.1", false)]
    [InlineData("any-other-key", "192.0.2.1", true)]
    public void ConfiguredKey_KnownToAll_HoldsOnThisMachineOnly(string key, string? from, bool matches)
    {
        var hash = new byte[32];
        ApiKeyText.Hash(key, hash);
        Assert.Equal(matches, new ConfiguredKey(key).Matches(hash, from is null ? null : IPAddress.Parse(from)));
        Assert.False(new ConfiguredKey(key: null).Matches(hash, from: null));
        Assert.True(ApiKeyText.HasForm(ConfiguredKey.Sandbox));
    }

    [Fact]
    public async Task TestKey_LiveVerification_IsUnknownToIt()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Store.SaveAsync(Samples.Final(), ticket: null);
        var key = await host.KeyAsync(test: true);

        using var live = await host.GetAsync("/v1/verifications/" + Samples.Id);
        using var test = await host.GetAsync("/v1/verifications/" + Samples.Id, ("Authorization", "Bearer " + key));

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        _ = await test.ProblemAsync("not_found");
    }

    [Fact]
    public async Task FirstKey_MadeOnce_AndStoredHashed()
    {
        var store = new FakeKeyStore();
        var clock = TimeProvider.System;
        var key = await KeyMaker.MakeFirstAsync(store, configured: null, clock);

        Assert.True(ApiKeyText.HasForm(key));
        Assert.Null(await KeyMaker.MakeFirstAsync(store, configured: null, clock));
        Assert.Null(await KeyMaker.MakeFirstAsync(new FakeKeyStore(), configured: "x", clock));
        var stored = Assert.Single(await store.ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal((key![..12], 32), (stored.Shown, stored.Hash.Length));
        Assert.DoesNotContain(key[12..], stored.ToString(), StringComparison.Ordinal);
    }
}
