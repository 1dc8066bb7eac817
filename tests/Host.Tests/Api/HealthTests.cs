using System.Net;

namespace EmailVerify.Host.Tests.Api;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_OverALife_TellsWhereItIs()
    {
        await using var host = await ApiHost.StartAsync();
        host.Client.DefaultRequestHeaders.Authorization = null;

        Assert.Equal(((HttpStatusCode)200, (HttpStatusCode)503, (HttpStatusCode)503), await StatusesAsync(host));
        host.State.Started();
        Assert.Equal(((HttpStatusCode)200, (HttpStatusCode)200, (HttpStatusCode)200), await StatusesAsync(host));
        host.State.ReadyWhile(() => false);
        Assert.Equal(((HttpStatusCode)200, (HttpStatusCode)200, (HttpStatusCode)503), await StatusesAsync(host));
        host.State.ReadyWhile(() => true);
        host.State.Drain();
        Assert.Equal(((HttpStatusCode)200, (HttpStatusCode)200, (HttpStatusCode)503), await StatusesAsync(host));
    }

    [Fact]
    public async Task Ready_Answer_IsTheStatusOnly()
    {
        await using var host = await ApiHost.StartAsync();
        host.State.Started();
        using var response = await host.GetAsync("/health/ready");
        Assert.Equal("""{"status":"ready"}""", (await response.JsonAsync()).ToJsonString());
    }

    [Fact]
    public async Task Metrics_AskedFor_AreTextOfPrometheus()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.GetAsync("/metrics");
        Assert.Equal((HttpStatusCode.OK, "text/plain"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task State_HostStops_Drains()
    {
        await using var host = await ApiHost.StartAsync();
        host.State.Started();
        await host.StopAsync();
        Assert.Equal((true, false), (host.State.IsDraining, host.State.IsReady));
    }

    private static async Task<(HttpStatusCode Live, HttpStatusCode Started, HttpStatusCode Ready)> StatusesAsync(ApiHost host)
    {
        using var live = await host.GetAsync("/health/live");
        using var started = await host.GetAsync("/health/started");
        using var ready = await host.GetAsync("/health/ready");
        return (live.StatusCode, started.StatusCode, ready.StatusCode);
    }
}
