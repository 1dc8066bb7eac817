using EmailVerify.Core.Customers;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Lanes;
using EmailVerify.Grains.Batches;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Settings;
using EmailVerify.Host.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace EmailVerify.Host.Tests.Api.Lanes;

public sealed class OperatorTests
{
    private static readonly LaneReply Slow = new(ApiHost.Start, "google", "aspmx.l.google.com", 421, "4.7.28", "<egress> sends too fast", "rate_limited");

    [Fact]
    public async Task Providers_Living_AreShownWithWhatTheySaidLast()
    {
        await using var host = await ApiHost.StartAsync();
        host.Lanes.Put("google/eg-1", Standings.Of("google", rate: 1.5, sessions: 2, Circuit.Open, Obstacle.RateLimit, ApiHost.Start.AddSeconds(10)), Slow);
        using var response = await host.GetAsync("/v1/providers");

        Assert.Equal(
            """{"providers":[{"provider":"google","named":true,"lanes":[{"egress":"eg-1","rate_per_second":1.5,"min_rate_per_second":0.017,"max_rate_per_second":10,"sessions":2,"max_sessions":5,"circuit":"open","until":"2026-11-24T10:15:50.912Z","why":"rate_limited","refused_ratio":0.125,"refused_ratio_cap":0.3,"waiting":{"interactive":1,"batch":20},"last_replies":[{"at":"2026-11-24T10:15:40.912Z","exchanger":"aspmx.l.google.com","code":421,"enhanced":"4.7.28","text":"<egress> sends too fast","meaning":"rate_limited"}]}]}],"left_out":0}""",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Providers_TroubleComesFirst_AndSmallHostsAreNamedAsTheyAre()
    {
        await using var host = await ApiHost.StartAsync();
        host.Lanes.Put("google/eg-1", Standings.Of("google", rate: 6, sessions: 2));
        host.Lanes.Put("google/eg-2", Standings.Of("google", rate: 5, sessions: 0));
        host.Lanes.Put("yahoo/eg-1", Standings.Of("yahoo", rate: 1, sessions: 0, Circuit.HalfOpen, Obstacle.Block));
        host.Lanes.Put("tail-03/eg-1", new LaneStanding(3, [Standings.Of("small.example", 5, 1) with { WaitingOfBatches = 2 }], LeftOut: 7, [Slow, Slow with { Provider = "small.example", Text = "later" }]));
        using var response = await host.GetAsync("/v1/providers");
        var json = await response.JsonAsync();
        var providers = json["providers"]!.AsArray();

        Assert.Equal(["yahoo", "google", "small.example"], providers.Select(one => (string?)one!["provider"]), StringComparer.Ordinal);
        Assert.Equal([true, true, false], providers.Select(one => (bool)one!["named"]!));
        Assert.Equal(["eg-1", "eg-2"], providers[1]!["lanes"]!.AsArray().Select(one => (string?)one!["egress"]), StringComparer.Ordinal);
        Assert.Equal(("half_open", "blocked", null), ((string?)providers[0]!["lanes"]![0]!["circuit"], (string?)providers[0]!["lanes"]![0]!["why"], (string?)providers[0]!["lanes"]![0]!["until"]));
        Assert.Equal("later", (string?)Assert.Single(providers[2]!["lanes"]![0]!["last_replies"]!.AsArray())!["text"]);
        Assert.Equal(7, (int)json["left_out"]!);
    }

    [Fact]
    public async Task Provider_ThatDataNameAndNobodyAsked_ShowsWhatItAllows()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.GetAsync("/v1/providers/Google");
        var json = await response.JsonAsync();
        Assert.Equal(("google", true, 0), ((string?)json["provider"], (bool)json["named"]!, json["lanes"]!.AsArray().Count));
        Assert.True((double)json["policy"]!["cautious_rate_per_second"]! <= (double)json["policy"]!["max_rate_per_second"]!);
        Assert.NotEmpty(json["policy"]!["exchangers"]!.AsArray());

        using var unknown = await host.GetAsync("/v1/providers/nobody.example");
        _ = await unknown.ProblemAsync("not_found");
        Assert.Empty(host.Lanes.Asked);
    }

    [Fact]
    public async Task Egresses_Healthy_TellHowTheyWereReceived()
    {
        await using var host = await ApiHost.StartAsync();
        host.Lanes.Put("google/eg-1", new LaneStanding(0, [], 0, []) { Told = new LaneCounts(10, 2, 1) });
        host.Lanes.Put("tail-01/eg-1", new LaneStanding(0, [], 0, []) { Told = new LaneCounts(1, 1, 0) });
        host.Lanes.Put("tail-02/eg-1", new LaneStanding(0, [], 0, []) { Told = new LaneCounts(2, 0, 0) });
        using var response = await host.GetAsync("/v1/egresses");
        Assert.Equal(
            """{"egresses":[{"name":"eg-1","address":null,"proxy":null,"helo_name":"mail.example.org","mail_from":"probe@example.org","state":"healthy","until":null,"why":null,"blocked_by":[],"last_block":null,"block_lists":null,"providers":[{"provider":"google","accepted":10,"refused":2,"blocked":1},{"provider":"other","accepted":3,"refused":1,"blocked":0}]}]}""",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Egresses_OnAList_SayWhatTheDoctorSaw()
    {
        var listed = new Check(CheckIds.BlockLists, CheckState.Failed, "192.0.2.7 is on bl.example (127.0.0.2).", "Why.") { Subject = "eg-1" };
        await using var host = await ApiHost.StartAsync(doctor: () => new DoctorReport(ApiHost.Start, [listed with { State = CheckState.Ok, Subject = "eg-2" }, listed]));
        _ = await host.Doctor.LookAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
        using var response = await host.GetAsync("/v1/egresses");
        Assert.Equal(
            """{"state":"failed","seen":"192.0.2.7 is on bl.example (127.0.0.2).","at":"2026-11-24T10:15:40.912Z"}""",
            (await response.JsonAsync())["egresses"]![0]!["block_lists"]!.ToJsonString());
    }

    [Fact]
    public async Task Egresses_Blocked_SayByWhomAndUntilWhen()
    {
        await using var host = await ApiHost.StartAsync();
        var health = host.Services.GetRequiredService<FakeEgresses>().Health;
        _ = health.Blocked("eg-1", "google", ApiHost.Start);
        using var warned = await host.GetAsync("/v1/egresses");
        var before = (await warned.JsonAsync())["egresses"]![0]!;
        Assert.Equal(("healthy", "google"), ((string?)before["state"], (string?)before["last_block"]!["provider"]));

        Assert.True(health.Blocked("eg-1", "yahoo", ApiHost.Start.AddMinutes(1)));
        using var resting = await host.GetAsync("/v1/egresses");
        var after = (await resting.JsonAsync())["egresses"]![0]!;
        Assert.Equal(("resting", "blocked", "2026-11-24T11:16:40.912Z", """["google","yahoo"]"""), ((string?)after["state"], (string?)after["why"], (string?)after["until"], after["blocked_by"]!.ToJsonString()));
    }

    [Fact]
    public async Task Egresses_Away_SayUntilWhenTheyAreWaitedFor()
    {
        await using var host = await ApiHost.StartAsync();
        host.Services.GetRequiredService<FakeEgresses>().SeenAt = ApiHost.Start.AddMinutes(-10);
        using var response = await host.GetAsync("/v1/egresses");
        var away = (await response.JsonAsync())["egresses"]![0]!;
        Assert.Equal(("absent", "away", "2026-11-24T10:35:40.912Z"), ((string?)away["state"], (string?)away["why"], (string?)away["until"]));
    }

    [Fact]
    public async Task Retries_Waiting_AreCountedByWhenTheyAreDue()
    {
        await using var host = await ApiHost.StartAsync(clock: new(ApiHost.Start));
        var fakes = host.Services.GetRequiredService<FakeRetries>();
        fakes.Verifications.AddRange([ApiHost.Start.AddSeconds(-1), ApiHost.Start.AddMinutes(1), ApiHost.Start.AddHours(25)]);
        fakes.BatchRows.AddRange([ApiHost.Start.AddMinutes(2), ApiHost.Start.AddMinutes(3)]);
        using var response = await host.GetAsync("/v1/retries");
        var json = await response.JsonAsync();

        Assert.Equal((3, "2026-11-24T10:15:39.912Z"), ((int)json["verifications"]!["waiting"]!, (string?)json["verifications"]!["next_at"]));
        Assert.Equal((2, "2026-11-24T10:17:40.912Z"), ((int)json["batch_rows"]!["waiting"]!, (string?)json["batch_rows"]!["next_at"]));
        Assert.Equal([1, 1, 2, 0, 0, 0, 1], json["due"]!.AsArray().Select(one => (int)one!["count"]!));
        Assert.Equal((null, "2026-11-24T10:15:40.912Z", "2026-11-25T10:15:40.912Z", null), ((string?)json["due"]![0]!["from"], (string?)json["due"]![0]!["to"], (string?)json["due"]![6]!["from"], (string?)json["due"]![6]!["to"]));

        using var again = await host.GetAsync("/v1/retries");
        Assert.Equal(1, fakes.Counts);
        host.Clock.Advance(TimeSpan.FromSeconds(2));
        using var later = await host.GetAsync("/v1/retries");
        Assert.Equal(2, fakes.Counts);
    }

    [Fact]
    public async Task Settings_InForce_AreShownWithTheirMeaning()
    {
        var (port, key) = (Assert.IsType<Setting>(SettingList.Find("Smtp:Port")), Assert.IsType<Setting>(SettingList.Find("AdminKey")));
        await using var host = await ApiHost.StartAsync(services: services => services
            .AddSingleton(Batches.StubbedStore.Of(null, _ => new NotSupportedException()))
            .AddSingleton<IGrains<IBatchGrain>, Batches.FakeBatchGrains>()
            .AddSingleton(new SettingsInForce([new SettingInForce(port, port.Key, "2525", IsConfigured: true), new SettingInForce(key, key.Key, null, IsConfigured: true)])));
        using var response = await host.GetAsync("/v1/settings");
        Assert.Equal(
            $$$"""{"settings":[{"key":"EmailVerify:Smtp:Port","value":"2525","source":"configured","is_secret":false,"meaning":"{{{port.Meaning}}}"},{"key":"EmailVerify:AdminKey","value":null,"source":"configured","is_secret":true,"meaning":"{{{key.Meaning}}}"}]}""",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/v1/providers")]
    [InlineData("/v1/providers/google")]
    [InlineData("/v1/egresses")]
    [InlineData("/v1/retries")]
    [InlineData("/v1/settings")]
    public async Task Get_KeyThatMayNotOperate_IsRefused(string path)
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync(scopes: [Scopes.Read, Scopes.Verify]);
        using var response = await host.GetAsync(path, ("Authorization", "Bearer " + key));
        _ = await response.ProblemAsync("insufficient_scope");
    }
}
