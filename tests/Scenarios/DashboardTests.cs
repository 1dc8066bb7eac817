using System.Net;
using System.Text.Json;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>The Orleans Dashboard as operators and strangers meet it.</summary>
[Trait("Pace", "slow")]
public sealed class DashboardTests
{
    private const string Mailbox = "ada.lovelace";

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Dashboard_OperatorsAndStrangers_SeeWhatTheyMay()
    {
        using var data = new Folder("dashboard");
        await using var service = await Service.StartAsync(data.Path, new Dictionary<string, string>(StringComparer.Ordinal), Ends, "--sandbox");

        // :: Step 1: strangers see nothing of it; a browser is led to the sign-in page.
        using var stranger = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = service.Client.BaseAddress };
        foreach (var path in new[] { "/dashboard", "/dashboard/", "/dashboard/index.min.js", "/dashboard/DashboardCounters", "/dashboard/GrainState?grainId=x&grainType=EmailVerify.Grains.Domains.DomainGrain" })
        {
            using var refused = await stranger.GetAsync(new Uri(path, UriKind.Relative), Ends);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using var browsing = new HttpRequestMessage(HttpMethod.Get, "/dashboard");
        browsing.Headers.Add("Accept", "text/html");
        using var led = await stranger.SendAsync(browsing, Ends);
        Assert.Equal((HttpStatusCode.SeeOther, "/sign-in?return=%2Fdashboard"), (led.StatusCode, led.Headers.Location?.ToString()));

        // :: Step 2: an operator gets the page under a policy of its own, and no log.
        using var page = await service.Client.GetAsync(new Uri("/dashboard/", UriKind.Relative), Ends);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.StartsWith("default-src 'none'; script-src 'self'; ", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        using var log = await service.Client.GetAsync(new Uri("/dashboard/Trace", UriKind.Relative), Ends);
        Assert.False(log.IsSuccessStatusCode);

        // :: Step 3: what it shows names grains as the code does, and nobody's mailbox.
        _ = await CountersAsync(service);
        _ = await service.VerifyAsync(Mailbox + "@gmail.com", Ends);
        string counters;
        do
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Ends);
            counters = await CountersAsync(service);
        }
        while (!counters.Contains("EmailVerify.Grains.Lanes.LaneGrain", StringComparison.Ordinal));
        using var lane = await service.Client.GetAsync(new Uri("/dashboard/GrainStats/EmailVerify.Grains.Lanes.LaneGrain", UriKind.Relative), Ends);
        Assert.Contains("LaneGrain.Ask (a group is handed over)", await lane.Content.ReadAsStringAsync(Ends), StringComparison.Ordinal);
        using var methods = await service.Client.GetAsync(new Uri("/dashboard/TopGrainMethods", UriKind.Relative), Ends);
        Assert.DoesNotContain(Mailbox, counters + await methods.Content.ReadAsStringAsync(Ends), StringComparison.OrdinalIgnoreCase);

        // :: Step 4: its page of states wakes nobody.
        using var state = await service.Client.GetAsync(new Uri("/dashboard/GrainState?grainId=nobody-asked.test&grainType=EmailVerify.Grains.Domains.DomainGrain", UriKind.Relative), Ends);
        Assert.Equal("{}", JsonSerializer.Deserialize<string>(await state.Content.ReadAsStringAsync(Ends)));
        using var known = await service.Client.GetAsync(new Uri("/dashboard/GrainTypes", UriKind.Relative), Ends);
        Assert.Contains("EmailVerify.Grains.Domains.DomainGrain", await known.Content.ReadAsStringAsync(Ends), StringComparison.Ordinal);
    }

    private static async Task<string> CountersAsync(Service service)
    {
        using var response = await service.Client.GetAsync(new Uri("/dashboard/DashboardCounters", UriKind.Relative), Ends);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Ends);
    }
}
