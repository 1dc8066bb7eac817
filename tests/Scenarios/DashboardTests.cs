using System.Net;
using System.Text.Json;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>The Orleans Dashboard as operators and strangers meet it.</summary>
[Trait("Pace", "slow")]
public sealed class DashboardTests
{
    private const string Mailbox = "ada.lovelace";

    [Fact(Timeout = 120_000)]
    public async Task Dashboard_OperatorsAndStrangers_SeeWhatTheyMay()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var data = new Folder("dashboard");
        await using var service = await Service.StartAsync(data.Path, new Dictionary<string, string>(StringComparer.Ordinal), cancellationToken, "--sandbox");

        // :: Step 1: strangers see nothing of it; a browser is led to the sign-in page.
        using var stranger = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = service.Client.BaseAddress };
        foreach (var path in new[] { "/dashboard", "/dashboard/", "/dashboard/index.min.js", "/dashboard/DashboardCounters", "/dashboard/GrainState?grainId=x&grainType=EmailVerify.Grains.Domains.DomainGrain" })
        {
            using var refused = await stranger.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using var browsing = new HttpRequestMessage(HttpMethod.Get, "/dashboard");
        browsing.Headers.Add("Accept", "text/html");
        using var led = await stranger.SendAsync(browsing, cancellationToken);
        Assert.Equal((HttpStatusCode.SeeOther, "/sign-in?return=%2Fdashboard"), (led.StatusCode, led.Headers.Location?.ToString()));

        // :: Step 2: an operator gets the page under a policy of its own, and no log.
        using var page = await service.Client.GetAsync(new Uri("/dashboard/", UriKind.Relative), cancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.StartsWith("default-src 'none'; script-src 'self'; ", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        using var log = await service.Client.GetAsync(new Uri("/dashboard/Trace", UriKind.Relative), cancellationToken);
        Assert.False(log.IsSuccessStatusCode);

        // :: Step 3: what it shows names grains as the code does, and nobody's mailbox.
        _ = await CountersAsync(service, cancellationToken);
        _ = await service.VerifyAsync(Mailbox + "@gmail.com", cancellationToken);
        string counters;
        do
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
            counters = await CountersAsync(service, cancellationToken);
        }
        while (!counters.Contains("EmailVerify.Grains.Lanes.LaneGrain", StringComparison.Ordinal));
        using var lane = await service.Client.GetAsync(new Uri("/dashboard/GrainStats/EmailVerify.Grains.Lanes.LaneGrain", UriKind.Relative), cancellationToken);
        Assert.Contains("LaneGrain.Ask (a group is handed over)", await lane.Content.ReadAsStringAsync(cancellationToken), StringComparison.Ordinal);
        using var methods = await service.Client.GetAsync(new Uri("/dashboard/TopGrainMethods", UriKind.Relative), cancellationToken);
        Assert.DoesNotContain(Mailbox, counters + await methods.Content.ReadAsStringAsync(cancellationToken), StringComparison.OrdinalIgnoreCase);

        // :: Step 4: its page of states wakes nobody.
        using var state = await service.Client.GetAsync(new Uri("/dashboard/GrainState?grainId=nobody-asked.test&grainType=EmailVerify.Grains.Domains.DomainGrain", UriKind.Relative), cancellationToken);
        Assert.Equal("{}", JsonSerializer.Deserialize<string>(await state.Content.ReadAsStringAsync(cancellationToken)));
        using var known = await service.Client.GetAsync(new Uri("/dashboard/GrainTypes", UriKind.Relative), cancellationToken);
        Assert.Contains("EmailVerify.Grains.Domains.DomainGrain", await known.Content.ReadAsStringAsync(cancellationToken), StringComparison.Ordinal);
    }

    private static async Task<string> CountersAsync(Service service, CancellationToken cancellationToken)
    {
        using var response = await service.Client.GetAsync(new Uri("/dashboard/DashboardCounters", UriKind.Relative), cancellationToken);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken);
    }
}
