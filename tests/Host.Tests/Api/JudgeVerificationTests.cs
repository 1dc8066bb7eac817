using System.Net;
using EmailVerify.Core;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Tests.Api;

public sealed class JudgeVerificationTests
{
    private const string Path = $"/v1/verifications/{Samples.Id}/judge";

    private static readonly string Rules = ReplyRules.Default.Version;

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"apply":false}""")]
    [InlineData("""{"apply":null,"other":1}""")]
    public async Task Judge_NotApplied_ShowsTheChangeAndChangesNothing(string? body)
    {
        await using var host = await ApiHost.StartAsync();
        var before = Misread();
        host.Store.Put(before);

        var answer = await (await host.SendAsync(HttpMethod.Post, Path, body)).JsonAsync();

        Assert.Equal(
            $$"""
            {"id":"{{Samples.Id}}","email":"Jane.Doe@Example.com","before":{"status":"undeliverable","reason":"rejected_email","score":1,"rules":"old"},
            "after":{"status":"unknown","reason":"blocked_by_policy","score":50,"rules":"{{Rules}}"},"changed":true,"applied":false,"rule":"generic/block-list","would_ask_again":null}
            """.ReplaceLineEndings(""),
            answer.ToJsonString());
        Assert.Equal(before, Assert.Single(host.Store.Rows));
        Assert.Empty(host.Grains.Rereads);
    }

    [Fact]
    public async Task Judge_Applied_IsStoredServedAndInTheHistory()
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Put(Misread());

        var answer = await (await host.SendAsync(HttpMethod.Post, Path, """{"apply":true}""")).JsonAsync();
        var again = await (await host.SendAsync(HttpMethod.Post, Path, """{"apply":true}""")).JsonAsync();

        Assert.Equal(("true", "true"), (answer["changed"]!.ToJsonString(), answer["applied"]!.ToJsonString()));
        Assert.Equal(("false", "false", Rules), (again["changed"]!.ToJsonString(), again["applied"]!.ToJsonString(), (string?)again["before"]!["rules"]));
        var shown = await (await host.GetAsync($"/v1/verifications/{Samples.Id}")).JsonAsync();
        Assert.Equal(("unknown", "blocked_by_policy", Rules), ((string?)shown["status"], (string?)shown["reason"], (string?)shown["rules"]));
        Assert.Equal("policy_blocked", (string?)shown["evidence"]![0]!["meaning"]);
        var history = await (await host.GetAsync("/v1/verifications?email=Jane.Doe@Example.com")).JsonAsync();
        Assert.Equal(
            $$"""[{"at":"2026-11-24T10:15:40.912Z","from":"undeliverable","to":"unknown","why":"judged again by rules {{Rules}}"}]""",
            history["changes"]!.ToJsonString());
        Assert.Equal(Samples.Id, Assert.Single(host.Grains.Rereads).Id);
    }

    [Fact]
    public async Task Judge_AppliedWhileItsGrainFails_IsApplied()
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Put(Misread());
        host.Grains.OnReread = () => throw new TimeoutException();

        var answer = await (await host.SendAsync(HttpMethod.Post, Path, """{"apply":true}""")).JsonAsync();

        Assert.Equal(("true", "true"), (answer["changed"]!.ToJsonString(), answer["applied"]!.ToJsonString()));
        Assert.Equal(VerdictReason.BlockedByPolicy, Assert.Single(host.Store.Rows).Verdict!.Reason);
        Assert.Equal(2, host.Grains.Rereads.Count);
    }

    [Fact]
    public async Task Judge_WhatWouldBeAskedAgain_SaysSoAndStays()
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Put(Misread("Greylisted, try again in 5 minutes"));

        var answer = await (await host.SendAsync(HttpMethod.Post, Path, """{"apply":true}""")).JsonAsync();

        Assert.Equal(("false", "greylisted", "rejected_email"), (answer["changed"]!.ToJsonString(), (string?)answer["would_ask_again"], (string?)answer["after"]!["reason"]));
        Assert.Equal("old", Assert.Single(host.Store.Rows).Verdict!.Rules);
    }

    [Fact]
    public async Task Judge_NothingKept_IsNoEvidence()
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Put(Samples.Final() with { Evidence = [] });
        using var none = await host.SendAsync(HttpMethod.Post, Path, null);
        host.Store.Put(Samples.Pending(TimeSpan.FromMinutes(5)));
        using var pending = await host.SendAsync(HttpMethod.Post, Path, null);

        Assert.Equal(HttpStatusCode.Conflict, none.StatusCode);
        _ = await none.ProblemAsync("no_evidence");
        _ = await pending.ProblemAsync("no_evidence");
    }

    [Theory]
    [InlineData("""{"apply":"yes"}""", "validation_failed")]
    [InlineData("""{"apply":""", "malformed_json")]
    [InlineData("[]", "validation_failed")]
    public async Task Judge_WrongBody_IsItsProblem(string body, string code)
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Put(Misread());
        using var response = await host.SendAsync(HttpMethod.Post, Path, body);
        _ = await response.ProblemAsync(code);
    }

    [Theory]
    [InlineData("ver_00000000000000000000000000")]
    [InlineData("nonsense")]
    public async Task Judge_UnknownId_IsNotFound(string id)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Post, $"/v1/verifications/{id}/judge", null);
        _ = await response.ProblemAsync("not_found");
    }

    [Fact]
    public async Task Judge_OnAFullDisk_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Failure = new StorageFullException("secret");
        using var response = await host.SendAsync(HttpMethod.Post, Path, """{"apply":true}""");
        _ = await response.ProblemAsync("storage_full");
    }

    [Fact]
    public async Task Judge_OfAnother_IsNotFoundAndNeedsItsScope()
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Put(Misread() with { CustomerId = "cus_other" });
        using var foreign = await host.SendAsync(HttpMethod.Post, Path, null);
        _ = await foreign.ProblemAsync("not_found");

        var key = await host.KeyAsync(scopes: ["verify", "read"]);
        using var refused = await host.SendAsync(HttpMethod.Post, Path, null, ("Authorization", "Bearer " + key));
        _ = await refused.ProblemAsync("insufficient_scope");
    }

    [Fact]
    public async Task List_JudgedTwiceAndFoundAnew_TellsEachChangeInOrder()
    {
        await using var host = await ApiHost.StartAsync();
        var first = Samples.Rejected with { FoundAt = ApiHost.Start.AddDays(-9), Status = VerdictStatus.Risky, Reason = VerdictReason.AcceptAll, Rules = "3" };
        host.Store.Put(Samples.Final(id: "ver_01M86GVNRVEYHRV72HWAW40001") with
        {
            Verdict = first,
            Earlier =
            [
                new EarlierVerdict(VerdictStatus.Deliverable, VerdictReason.AcceptedEmail, 97, "1", ApiHost.Start.AddDays(-5)),
                new EarlierVerdict(VerdictStatus.Unknown, VerdictReason.BlockedByPolicy, 50, "2", ApiHost.Start.AddDays(1)),
            ],
        });
        host.Store.Put(Samples.Final(id: "ver_01M86GVNRVEYHRV72HWAW40002") with { Verdict = Samples.Rejected });

        var page = await (await host.GetAsync("/v1/verifications?email=Jane.Doe@Example.com")).JsonAsync();

        Assert.Equal(
            ["unknown risky judged again by rules 3", "unknown undeliverable rejected_email", "deliverable unknown judged again by rules 2"],
            page["changes"]!.AsArray().Select(change => $"{change!["from"]} {change["to"]} {change["why"]}"),
            StringComparer.Ordinal);
    }

    private static Verification Misread(string text = "Client host [<egress>] blocked using zen.spamhaus.org")
    {
        var final = Samples.Final();
        return final with
        {
            Verdict = Samples.Rejected with { AcceptAll = null, Rules = "old" },
            Evidence = [final.Evidence[1] with { Reply = new ReplyEvidence(550, null, text), Meaning = ReplyMeaning.NoSuchMailbox, Rule = "generic/then" }],
        };
    }
}
