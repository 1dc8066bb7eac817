using EmailVerify.Core;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Tests.Api;

public sealed class TrendsTests
{
    [Fact]
    public async Task Get_SomeDays_ShowsEachByStatusAndReason()
    {
        await using var host = await ApiHost.StartAsync();
        await FillAsync(host);
        using var response = await host.GetAsync("/v1/trends?from=2026-11-22&to=2026-11-24");
        const string Sums = """{"total":4,"deliverable":2,"undeliverable":1,"risky":0,"unknown":1,"reasons":{"accepted_email":2,"rejected_email":1,"timeout":1}}""";
        Assert.Equal(
            $$$"""
            {"from":"2026-11-22","to":"2026-11-24","days":[{"day":"2026-11-22","total":1,"deliverable":0,"undeliverable":0,"risky":0,"unknown":1,"reasons":{"timeout":1}},{"day":"2026-11-23","total":0,"deliverable":0,"undeliverable":0,"risky":0,"unknown":0,"reasons":{}},{"day":"2026-11-24","total":3,"deliverable":2,"undeliverable":1,"risky":0,"unknown":0,"reasons":{"accepted_email":2,"rejected_email":1}}],"totals":{{{Sums}}}}
            """,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("", "2026-10-26", "2026-11-24", 30)]
    [InlineData("?from=2026-11-01", "2026-11-01", "2026-11-24", 24)]
    [InlineData("?to=2026-01-10", "2025-12-12", "2026-01-10", 30)]
    [InlineData("?from=2025-10-21&to=2026-11-24", "2025-10-21", "2026-11-24", 400)]
    [InlineData("?from=2026-11-24&to=2026-11-24", "2026-11-24", "2026-11-24", 1)]
    public async Task Get_WhatIsNotSaid_EndsTodayAndIsThirtyDays(string query, string from, string to, int days)
    {
        await using var host = await ApiHost.StartAsync(clock: new(ApiHost.Start));
        var trends = await (await host.GetAsync("/v1/trends" + query)).JsonAsync();
        Assert.Equal((from, to, days, 0), ((string?)trends["from"], (string?)trends["to"], trends["days"]!.AsArray().Count, (int)trends["totals"]!["total"]!));
    }

    [Theory]
    [InlineData("&format=csv", "application/json")]
    [InlineData("", "text/csv")]
    public async Task Get_Csv_HasALineForEachDay(string format, string accept)
    {
        await using var host = await ApiHost.StartAsync();
        await FillAsync(host);
        using var response = await host.GetAsync("/v1/trends?from=2026-11-22&to=2026-11-24" + format, ("Accept", accept));
        Assert.Equal("text/csv; charset=utf-8; header=present", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            "day,total,deliverable,undeliverable,risky,unknown\r\n2026-11-22,1,0,0,0,1\r\n2026-11-23,0,0,0,0,0\r\n2026-11-24,3,2,1,0,0\r\n",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("from=2026-11-24T00:00:00Z", "from", "invalid")]
    [InlineData("from=24.11.2026", "from", "invalid")]
    [InlineData("to=2026-02-30", "to", "invalid")]
    [InlineData("to=0001-01-01", "to", "invalid")]
    [InlineData("from=2026-11-25&to=2026-11-24", "from", "out_of_range")]
    [InlineData("from=2025-10-20&to=2026-11-24", "from", "out_of_range")]
    [InlineData("format=xml", "format", "invalid")]
    public async Task Get_WrongParameter_IsNamed(string query, string parameter, string code)
    {
        await using var host = await ApiHost.StartAsync(clock: new(ApiHost.Start));
        using var response = await host.GetAsync("/v1/trends?" + query);
        var error = Assert.Single((await response.ProblemAsync("validation_failed"))["errors"]!.AsArray())!;
        Assert.Equal((parameter, code), ((string?)error["parameter"], (string?)error["code"]));
    }

    [Fact]
    public async Task Get_WithoutTheScope_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync(scopes: "verify");
        using var response = await host.GetAsync("/v1/trends", ("Authorization", "Bearer " + key));
        _ = await response.ProblemAsync("insufficient_scope");
    }

    [Fact]
    public async Task Get_StandbyThatIsAway_IsUnavailable()
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Failure = new StorageUnavailableException("PostgreSQL cannot be reached now.");
        using var response = await host.GetAsync("/v1/trends");
        _ = await response.ProblemAsync("storage_unavailable");
    }

    private static async Task FillAsync(ApiHost host)
    {
        (int Days, VerdictReason? Reason)[] rows =
            [(0, VerdictReason.AcceptedEmail), (0, VerdictReason.RejectedEmail), (0, VerdictReason.AcceptedEmail), (0, null), (2, VerdictReason.Timeout), (3, VerdictReason.NullMx)];
        foreach (var (at, (days, reason)) in rows.Index())
        {
            await host.Store.SaveAsync(
                Samples.Final() with
                {
                    Id = $"ver_01M86GVNRVEYHRV72HWAW4000{at}",
                    CreatedAt = ApiHost.Start.AddDays(-days),
                    Verdict = reason is { } known ? Samples.Rejected with { Status = Judge.StatusOf(known), Reason = known } : null,
                },
                ticket: null);
        }
    }
}
