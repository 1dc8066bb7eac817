using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Cli;
using EmailVerify.Host.Hosting;
using EmailVerify.Host.Tests.Api.Batches;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Api;

public sealed class DoctorTests
{
    private static readonly Check Closed = new(CheckIds.Port25, CheckState.Failed, "Port 25 seems closed from here: mx.example timed out.", "Why.") { Cure = "Ask your provider.", Subject = "eg-1", StopsWork = true };
    private static readonly Check Listed = new(CheckIds.BlockLists, CheckState.Failed, "192.0.2.7 is on bl.example (127.0.0.2).", "Why.") { Cure = "Ask the list.", Subject = "eg-1" };
    private static readonly Check Fine = new(CheckIds.Resolver, CheckState.Ok, "It answers.", "Why.");

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_BeforeTheFirstLook_Looks()
    {
        await using var host = await ApiHost.StartAsync(doctor: () => new DoctorReport(ApiHost.Start, [Fine, Listed]));

        var report = await (await host.GetAsync("/v1/doctor")).JsonAsync();

        Assert.Equal(
            """{"verdict":"degraded","at":"2026-11-24T10:15:40.912Z","checks":[{"id":"resolver","subject":null,"state":"ok","seen":"It answers.","why":"Why.","cure":null},"""
            + """{"id":"block_lists","subject":"eg-1","state":"failed","seen":"192.0.2.7 is on bl.example (127.0.0.2).","why":"Why.","cure":"Ask the list."}],"warnings":[]}""",
            report.ToJsonString());
    }

    [Fact]
    public async Task Post_Again_LooksAgainAndGetGivesThat()
    {
        var looks = 0;
        var clock = new FakeTimeProvider(ApiHost.Start);
        await using var host = await ApiHost.StartAsync(clock: clock, doctor: () => new DoctorReport(clock.GetUtcNow(), [looks++ == 0 ? Closed : Fine]));

        Assert.Equal("unable", await VerdictAsync(await host.SendAsync(HttpMethod.Post, "/v1/doctor", json: null)));
        Assert.Equal("unable", await VerdictAsync(await host.SendAsync(HttpMethod.Post, "/v1/doctor", "{}")));
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("unable", await VerdictAsync(await host.SendAsync(HttpMethod.Post, "/v1/doctor", "{}")));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("unable", await VerdictAsync(await host.GetAsync("/v1/doctor")));
        Assert.Equal("able", await VerdictAsync(await host.SendAsync(HttpMethod.Post, "/v1/doctor", "{}")));
        Assert.Equal("able", await VerdictAsync(await host.GetAsync("/v1/doctor")));
        Assert.Equal(2, looks);
    }

    [Fact]
    public async Task Post_WithAMember_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Post, "/v1/doctor", """{"checks":["port_25"]}""");
        Assert.Equal(422, (int)response.StatusCode);
        _ = await response.ProblemAsync("validation_failed");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Doctor_WithoutTheScope_IsRefused(string method)
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync(scopes: ["read", "verify"]);
        using var response = await host.SendAsync(new HttpMethod(method), "/v1/doctor", json: null, ("Authorization", "Bearer " + key));
        Assert.Equal(403, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(VerdictReason.NoConnect, true)]
    [InlineData(VerdictReason.Timeout, true)]
    [InlineData(VerdictReason.BlockedByPolicy, true)]
    [InlineData(VerdictReason.Greylisted, false)]
    [InlineData(VerdictReason.DnsError, false)]
    public async Task Unknown_WithWhatBearsOnIt_SaysSoAndLinks(VerdictReason reason, bool isTold)
    {
        await using var host = await ApiHost.StartAsync(doctor: () => new DoctorReport(ApiHost.Start, [Fine, Closed]));
        var verdict = Samples.Rejected with { Status = VerdictStatus.Unknown, Reason = reason, Score = 20 };
        host.Grains.OnVerify = (_, _) => new EmailAnswer(Samples.Final() with { Verdict = verdict }, FromCache: false);
        _ = await host.Doctor.LookAsync(TimeSpan.Zero, Ends);

        var answer = await (await host.PostAsync("""{"email":"jane@example.com"}""")).JsonAsync();

        var text = (string)answer["explanation"]!;
        Assert.Equal(isTold, text.EndsWith("At 2026-11-24 10:15Z the doctor saw of eg-1: Port 25 seems closed from here: mx.example timed out.", StringComparison.Ordinal));
        Assert.Equal(isTold ? "/v1/doctor" : null, (string?)answer["links"]!["doctor"]);
    }

    [Fact]
    public async Task Verdict_ThatIsNotUnknown_SaysNothingOfTheDoctor()
    {
        await using var host = await ApiHost.StartAsync(doctor: () => new DoctorReport(ApiHost.Start, [Closed]));
        host.Grains.OnVerify = (_, _) => new EmailAnswer(Samples.Final(), FromCache: false);
        _ = await host.Doctor.LookAsync(TimeSpan.Zero, Ends);

        var answer = await (await host.PostAsync("""{"email":"jane@example.com"}""")).JsonAsync();

        Assert.DoesNotContain("doctor", (string)answer["explanation"]!, StringComparison.Ordinal);
        Assert.Null(answer["links"]!["doctor"]);
    }

    [Fact]
    public async Task Batch_WhileNobodyCanBeAsked_WarnsBeforeItStartsAndUntilThatIsMended()
    {
        var ailing = true;
        await using var host = await BatchHost.StartAsync(doctor: () => new DoctorReport(ApiHost.Start, [Fine, ailing ? Closed : Listed]));
        _ = await host.Api.Doctor.LookAsync(TimeSpan.Zero, Ends);

        using var content = new StringContent("ada@example.com\n", MediaTypeHeaderValue.Parse("text/csv"));
        using var previewed = await host.Api.Client.PostAsync(new Uri("/v1/batches/preview", UriKind.Relative), content, Ends);
        Assert.Equal("port_25", (string?)Assert.Single((JsonArray)(await previewed.JsonAsync())["warnings"]!)!["check"]);
        using var created = await host.UploadAsync("ada@example.com\n");
        var batch = await created.JsonAsync();
        var warning = Assert.Single((JsonArray)batch["warnings"]!)!;
        Assert.Equal("mostly_unknown", (string?)warning["code"]);
        Assert.Equal("Most addresses will end as unknown. Port 25 seems closed from here: mx.example timed out. Ask your provider.", (string?)warning["detail"]);
        Assert.Equal(warning.ToJsonString(), Assert.Single((JsonArray)(await host.JsonAsync($"/v1/batches/{batch["id"]}"))["warnings"]!)!.ToJsonString());
        Assert.Equal([(string)warning["detail"]!], BatchStanding.Of(JsonSerializer.Deserialize<JsonElement>(batch.ToJsonString())).Warnings, StringComparer.Ordinal);
        Assert.Single((JsonArray)(await host.JsonAsync("/v1/batches"))["batches"]![0]!["warnings"]!);

        ailing = false;
        _ = await host.Api.Doctor.LookAsync(TimeSpan.Zero, Ends);
        Assert.Empty((JsonArray)(await host.JsonAsync($"/v1/batches/{batch["id"]}"))["warnings"]!);
    }

    [Fact]
    public async Task Unknown_ToWhoMayNotOperate_SaysWhatItMeansAndNothingOfOurs()
    {
        await using var host = await BatchHost.StartAsync(doctor: () => new DoctorReport(ApiHost.Start, [Fine, Closed]));
        var verdict = Samples.Rejected with { Status = VerdictStatus.Unknown, Reason = VerdictReason.NoConnect, Score = 20 };
        host.Api.Grains.OnVerify = (_, _) => new EmailAnswer(Samples.Final() with { Verdict = verdict }, FromCache: false);
        _ = await host.Api.Doctor.LookAsync(TimeSpan.Zero, Ends);
        var key = await host.Api.KeyAsync(scopes: ["read", "verify"]);

        using var verified = await host.Api.PostAsync("""{"email":"jane@example.com"}""", ("Authorization", "Bearer " + key));
        using var batch = await host.Api.SendAsync(HttpMethod.Post, "/v1/batches", """{"emails":["ada@example.com"],"start":false}""", ("Authorization", "Bearer " + key));

        var explanation = (string)(await verified.JsonAsync())["explanation"]!;
        Assert.EndsWith("Mail servers cannot be reached from here as they should.", explanation, StringComparison.Ordinal);
        var warning = (string)Assert.Single((JsonArray)(await batch.JsonAsync())["warnings"]!)!["detail"]!;
        Assert.Equal("Most addresses will end as unknown. Mail servers cannot be reached from here as they should.", warning);
    }

    [Fact]
    public async Task Unknown_OfATestKey_SaysNothingOfTheDoctor()
    {
        await using var host = await ApiHost.StartAsync(doctor: () => new DoctorReport(ApiHost.Start, [Closed]));
        var verdict = Samples.Rejected with { Status = VerdictStatus.Unknown, Reason = VerdictReason.NoConnect, Score = 20 };
        host.Grains.OnVerify = (_, _) => new EmailAnswer(Samples.Final() with { Verdict = verdict }, FromCache: false);
        _ = await host.Doctor.LookAsync(TimeSpan.Zero, Ends);
        var key = await host.KeyAsync(test: true);

        using var verified = await host.PostAsync("""{"email":"jane@example.com"}""", ("Authorization", "Bearer " + key));

        Assert.DoesNotContain("Mail servers cannot be reached", (string)(await verified.JsonAsync())["explanation"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", null)]
    [InlineData("POST", "{}")]
    public async Task Doctor_WithATestKey_HasNobodyLookedAt(string method, string? json)
    {
        var looks = 0;
        await using var host = await ApiHost.StartAsync(doctor: () => new DoctorReport(ApiHost.Start.AddTicks(looks++), [Fine]));
        var key = await host.KeyAsync(test: true);

        using var response = await host.SendAsync(new HttpMethod(method), "/v1/doctor", json, ("Authorization", "Bearer " + key));

        _ = await response.ProblemAsync("insufficient_scope");
        Assert.Equal(0, looks);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(149, true)]
    [InlineData(151, false)]
    [InlineData(-151, false)]
    public async Task Unknown_OfAnotherTimeThanTheReport_SaysNothingOfIt(int minutes, bool isTold)
    {
        await using var host = await ApiHost.StartAsync(doctor: () => new DoctorReport(ApiHost.Start, [Fine, Closed]));
        var verdict = Samples.Rejected with { Status = VerdictStatus.Unknown, Reason = VerdictReason.NoConnect, Score = 20, FoundAt = ApiHost.Start.AddMinutes(minutes) };
        host.Grains.OnVerify = (_, _) => new EmailAnswer(Samples.Final() with { Verdict = verdict }, FromCache: false);
        _ = await host.Doctor.LookAsync(TimeSpan.Zero, Ends);

        var answer = await (await host.PostAsync("""{"email":"jane@example.com"}""")).JsonAsync();

        Assert.Equal(isTold, ((string)answer["explanation"]!).Contains("the doctor saw", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 150, true)]
    [InlineData(1, 151, false)]
    [InlineData(0, 150, true)]
    [InlineData(24, 3_600, true)]
    [InlineData(24, 3_601, false)]
    public async Task For_AReportOfTwoRoundsAndAHalf_IsTheLastThatIsTold(int everyHours, int minutesLater, bool isTold)
    {
        var clock = new FakeTimeProvider(ApiHost.Start);
        Task<DoctorReport> Look(CancellationToken cancellationToken) => Task.FromResult(new DoctorReport(ApiHost.Start, [Closed]));
        using var desk = new DoctorDesk(new Examination(Look, Look), TimeSpan.FromHours(everyHours), clock, NullLogger<DoctorDesk>.Instance);
        var caller = new Caller(CustomerIds.Default, IsTest: false, Scopes.All, "key_1") { KeyName = "a key", KeyShown = null };
        Assert.Null(desk.For(caller));
        var report = await desk.LookAsync(TimeSpan.Zero, Ends);

        clock.Advance(TimeSpan.FromMinutes(minutesLater));

        Assert.Same(isTold ? report : null, desk.For(caller));
        Assert.Same(report, desk.Last);
    }

    [Fact]
    public async Task Tags_OfWhatIsShown_StayWhenTheDoctorLooks()
    {
        await using var host = await BatchHost.StartAsync(doctor: () => new DoctorReport(ApiHost.Start, [Fine, Closed]));
        var verdict = Samples.Rejected with { Status = VerdictStatus.Unknown, Reason = VerdictReason.NoConnect, Score = 20 };
        await host.Api.Store.SaveAsync(Samples.Final() with { Verdict = verdict }, ticket: null);
        string[] paths = ["/v1/verifications/" + Samples.Id, "/v1/batches/" + await host.CreateAsync("ada@example.com\n", query: "?start=false")];
        foreach (var path in paths)
        {
            using var before = await host.Api.GetAsync(path);
            _ = await host.Api.Doctor.LookAsync(TimeSpan.Zero, Ends);
            using var after = await host.Api.GetAsync(path);
            using var same = await host.Api.GetAsync(path, ("If-None-Match", before.Header("ETag")));

            Assert.Contains("Port 25 seems closed", await after.Content.ReadAsStringAsync(Ends), StringComparison.Ordinal);
            Assert.Equal(before.Header("ETag"), after.Header("ETag"));
            Assert.Equal(304, (int)same.StatusCode);
        }
    }

    [Fact]
    public async Task Look_WhoeverAsksMeanwhile_IsOne()
    {
        var looks = 0;
        var gate = new TaskCompletionSource<DoctorReport>();
        using var desk = Desk(_ =>
        {
            looks++;
            return gate.Task;
        });

        var callers = Enumerable.Range(0, 10).Select(_ => desk.LookAsync(TimeSpan.Zero, Ends)).ToArray();
        gate.SetResult(new DoctorReport(ApiHost.Start, [Fine]));

        Assert.Single((await Task.WhenAll(callers)).Distinct());
        Assert.Equal(1, looks);
    }

    [Fact]
    public async Task Look_AfterAFailedOne_LooksAgain()
    {
        var looks = 0;
        using var desk = Desk(_ => looks++ == 0 ? throw new InvalidOperationException("a defect") : Task.FromResult(new DoctorReport(ApiHost.Start, [Fine])));

        _ = await Assert.ThrowsAsync<InvalidOperationException>(() => desk.LookAsync(TimeSpan.Zero, Ends));
        Assert.Equal(DoctorVerdict.Able, (await desk.LookAsync(TimeSpan.Zero, Ends)).Verdict);
    }

    [Fact]
    public async Task Changes_AreLoggedOnceWithoutWhatWasSeen()
    {
        var checks = new Queue<Check>([Closed, Closed, Closed with { State = CheckState.Ok }]);
        await using var host = await ApiHost.StartAsync(doctor: () => new DoctorReport(ApiHost.Start, [Fine, checks.Dequeue()]));
        for (var look = 0; look < 3; look++)
            _ = await host.Doctor.LookAsync(TimeSpan.Zero, Ends);

        var lines = host.Logs.Lines.Select(line => JsonNode.Parse(line)!).Where(line => (int)line["event_id"]! is 5221 or 5222).ToList();
        Assert.Equal([5221, 5222], lines.Select(line => (int)line["event_id"]!));
        Assert.All(lines, line => Assert.DoesNotContain("mx.example", line.ToJsonString(), StringComparison.Ordinal));
        Assert.All(lines, line => Assert.StartsWith("Doctor: the check port_25 of eg-1 is now ", (string?)line["msg"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Changes_OfAnInstallationAsAWhole_AreLoggedAsSuch()
    {
        await using var host = await ApiHost.StartAsync(doctor: () => new DoctorReport(ApiHost.Start, [Fine with { Id = CheckIds.Clock, State = CheckState.Warning }]));
        _ = await host.Doctor.LookAsync(TimeSpan.Zero, Ends);

        var line = host.Logs.Lines.Select(line => JsonNode.Parse(line)!).Single(line => (int)line["event_id"]! is 5221);
        Assert.StartsWith("Doctor: the check clock of this installation is now Warning;", (string?)line["msg"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rounds_BeginAfterSecondsAndComeAgainEachHour()
    {
        var looks = 0;
        var clock = new FakeTimeProvider(ApiHost.Start);
        using var desk = Desk(_ => Task.FromResult(new DoctorReport(ApiHost.Start, [++looks == 1 ? Closed : Fine])));
        using var metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var instruments = new DoctorInstruments(metrics.GetRequiredService<IMeterFactory>());
        using var rounds = new DoctorRounds(desk, instruments, new DoctorOptions(), clock, NullLogger<DoctorRounds>.Instance);
        await rounds.StartAsync(Ends);
        Assert.Equal(0, looks);

        await UntilAsync(1, TimeSpan.FromSeconds(1));
        Assert.InRange(clock.GetUtcNow() - ApiHost.Start, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30));
        Assert.Equal([("port_25", "eg-1", 2)], Measured());
        var first = clock.GetUtcNow();
        await UntilAsync(2, TimeSpan.FromMinutes(1));
        Assert.InRange(clock.GetUtcNow() - first, TimeSpan.FromMinutes(53), TimeSpan.FromMinutes(90));
        Assert.Equal([("resolver", "", 0)], Measured());
        await rounds.StopAsync(Ends);

        async Task UntilAsync(int times, TimeSpan step)
        {
            while (looks < times || desk.Last is null)
            {
                clock.Advance(step);
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Ends);
            }
        }

        List<(string Check, string Egress, int State)> Measured()
        {
            var seen = new List<(string, string, int)>();
            using var listener = new MeterListener
            {
                InstrumentPublished = (instrument, own) =>
                {
                    if (instrument.Meter.Name is DoctorInstruments.MeterName && ReferenceEquals(instrument.Meter.Scope, metrics.GetRequiredService<IMeterFactory>()))
                        own.EnableMeasurementEvents(instrument);
                },
            };
            listener.SetMeasurementEventCallback<int>((_, state, tags, _) => seen.Add(((string)tags[0].Value!, (string)tags[1].Value!, state)));
            listener.Start();
            listener.RecordObservableInstruments();
            return seen;
        }
    }

    private static DoctorDesk Desk(Func<CancellationToken, Task<DoctorReport>> look) => new(new Examination(look, look), TimeSpan.FromHours(1), TimeProvider.System, NullLogger<DoctorDesk>.Instance);

    private static async Task<string?> VerdictAsync(HttpResponseMessage response)
    {
        using (response)
            return (string?)(await response.JsonAsync())["verdict"];
    }
}
