using System.Net;
using EmailVerify.Grains.Emails;

namespace EmailVerify.Host.Tests.Api;

public sealed class GetVerificationTests
{
    private const string Path = "/v1/verifications/" + Samples.Id;

    [Fact]
    public async Task Get_Final_HasAnETagThatSparesTheBody()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Store.SaveAsync(Samples.Final(), ticket: null);

        using var first = await host.GetAsync(Path);
        var tag = first.Header("ETag");
        using var second = await host.GetAsync(Path, ("If-None-Match", $"\"other\", W/{tag}"));
        using var other = await host.GetAsync(Path + "?evidence=false", ("If-None-Match", tag));

        Assert.Equal("live", (string?)(await first.JsonAsync())["source"]);
        Assert.Equal((HttpStatusCode.NotModified, tag), (second.StatusCode, second.Header("ETag")));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.False((await other.JsonAsync()).ContainsKey("evidence"));
    }

    [Fact]
    public async Task Head_Final_IsTheHeadOfGet()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Store.SaveAsync(Samples.Final(), ticket: null);

        using var get = await host.GetAsync(Path);
        using var head = await host.SendAsync(HttpMethod.Head, Path, json: null);

        Assert.Equal((get.StatusCode, get.Header("ETag")), (head.StatusCode, head.Header("ETag")));
    }

    [Fact]
    public async Task Get_OtherCustomers_IsAsUnknown()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Store.SaveAsync(Samples.Final(customer: "cus_other"), ticket: null);
        using var foreign = await host.GetAsync(Path);
        using var unknown = await host.GetAsync("/v1/verifications/ver_01M86GVNRVEYHRV72HWAW4YR52");
        var (one, two) = (await foreign.ProblemAsync("not_found"), await unknown.ProblemAsync("not_found"));
        (one["instance"], two["instance"]) = (null, null);
        Assert.Equal(one.ToJsonString(), two.ToJsonString());
    }

    [Fact]
    public async Task Get_PendingWithoutWait_Is202AndAsksNoGrain()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Store.SaveAsync(Samples.Pending(TimeSpan.FromSeconds(30)), ticket: null);

        using var response = await host.GetAsync(Path);

        Assert.Equal((HttpStatusCode.Accepted, "30", "wait=0"), (response.StatusCode, response.Header("Retry-After"), response.Header("Preference-Applied")));
        Assert.Empty(host.Grains.Waits);
    }

    [Fact]
    public async Task Get_PendingWithWait_PollsTheGrainAndThenTheStore()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Store.SaveAsync(Samples.Pending(TimeSpan.FromSeconds(6)), ticket: null);
        host.Grains.OnWait = (_, wait) =>
        {
            host.Clock.Advance(wait);
            if (host.Grains.Waits.Count == 1)
                return new EmailAnswer(Samples.Pending(TimeSpan.FromSeconds(6)), FromCache: false);

            // The grain is gone, and what it found is in the store.
            host.Store.Put(Samples.Final());
            return null;
        };

        using var response = await host.GetAsync(Path, ("Prefer", "wait=10"));

        Assert.Equal((HttpStatusCode.OK, "wait=10"), (response.StatusCode, response.Header("Preference-Applied")));
        Assert.All(host.Grains.Waits, waited => Assert.Equal(EmailKey.Of(Samples.HashOf("Jane.Doe@Example.com"), test: false), waited.Key));
    }

    [Fact]
    public async Task Get_PendingBeyondTheWait_ReturnsAtOnce()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Store.SaveAsync(Samples.Pending(TimeSpan.FromMinutes(6)), ticket: null);
        using var response = await host.GetAsync(Path, ("Prefer", "wait=10"));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Empty(host.Grains.Waits);
    }

    [Fact]
    public async Task Get_NobodyWaits_LooksAgainUntilTheDeadline()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Store.SaveAsync(Samples.Pending(TimeSpan.FromSeconds(1), cause: null), ticket: null);

        // No grain waits for it, and each call ends at once.
        using var response = await host.GetAsync(Path, ("Prefer", "wait=4"));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal([4, 3, 2, 1], host.Grains.Waits.Select(waited => waited.Wait.TotalSeconds));
    }
}
