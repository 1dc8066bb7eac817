using System.Net;
using System.Text.Json.Nodes;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Emails;

namespace EmailVerify.Host.Tests.Api;

public sealed class CreateVerificationTests
{
    private const string Jane = """{"email":"Jane.Doe@Example.com","tag":"signup-form"}""";

    [Fact]
    public async Task Post_Known_IsTheWholeShape()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.OnVerify = (_, _) => new EmailAnswer(Samples.Final(), FromCache: false);

        using var response = await host.PostAsync(Jane);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-store, private", response.Headers.CacheControl?.ToString());
        Assert.Equal("nosniff", response.Header("X-Content-Type-Options"));
        Assert.False(response.Headers.Contains("Server"));
        var expected = JsonNode.Parse("""
            { "id": "ver_01M86GVNRVEYHRV72HWAW4YR51", "email": "Jane.Doe@Example.com", "canonical": "Jane.Doe@example.com",
              "status": "undeliverable", "reason": "rejected_email", "score": 1, "explanation": "The mail server of example.com said that this mailbox does not exist.",
              "local_part": "Jane.Doe", "domain": "example.com", "domain_unicode": "example.com", "did_you_mean": null, "tag": "signup-form",
              "flags": { "accept_all": false, "disposable": false, "free": false, "role": false, "subaddress": false, "no_reply": false, "smtputf8": false,
                         "mailbox_full": null, "mailbox_disabled": null },
              "provider": "example.com", "exchanger": "mx1.example.com", "found_at": "2026-11-24T10:15:40.912Z", "fresh_until": "2026-12-08T10:15:40.912Z",
              "source": "live", "attempts": 2, "duration_ms": 341, "rules": "2026.11.3",
              "evidence": [
                { "at": "2026-11-24T10:09:12.004Z", "stage": "rcpt", "route": ["mx1.example.com", "mx2.example.com"], "exchanger": "mx1.example.com", "address": "192.0.2.25",
                  "egress": "eg-1", "tls": "TLS 1.3", "reply": { "code": 451, "enhanced": "4.7.1", "text": "<recipient>: greylisted, try again in 300 seconds" },
                  "meaning": "greylisted", "about": "us", "rule": "generic/greylist-seconds", "retry_at": "2026-11-24T10:15:12.004Z", "decoys": [], "duration_ms": 288 },
                { "at": "2026-11-24T10:15:40.571Z", "stage": "rcpt", "route": ["mx1.example.com", "mx2.example.com"], "exchanger": "mx1.example.com", "address": "192.0.2.25",
                  "egress": "eg-1", "tls": "TLS 1.3", "reply": { "code": 550, "enhanced": "5.1.1", "text": "<recipient>: no such user" },
                  "meaning": "no_such_mailbox", "about": "mailbox", "rule": "generic/no-such-user", "retry_at": null,
                  "decoys": [{ "reply": { "code": 550, "enhanced": null, "text": "no" }, "meaning": "no_such_mailbox" }], "duration_ms": 341 } ],
              "links": { "self": "/v1/verifications/ver_01M86GVNRVEYHRV72HWAW4YR51", "domain": "/v1/domains/example.com", "doctor": null } }
            """)!;
        Assert.Equal(expected.ToJsonString(), (await response.JsonAsync()).ToJsonString());
    }

    [Fact]
    public async Task Post_FromCache_EchoesTheQuestionAndSaysCache()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.OnVerify = (_, _) => new EmailAnswer(Samples.Final(), FromCache: true);

        var answer = await (await host.PostAsync("""{"email":"Jane.Doe@EXAMPLE.com","tag":null,"evidence":false,"unknown":[1,{"a":2}]}""")).JsonAsync();

        Assert.Equal(("cache", "Jane.Doe@EXAMPLE.com", null), ((string?)answer["source"], (string?)answer["email"], (string?)answer["tag"]));
        Assert.False(answer.ContainsKey("evidence"));
    }

    [Theory]
    [InlineData("{}", null, 5)]
    [InlineData("""{"timeout":2.5}""", null, 2.5)]
    [InlineData("""{"timeout":9}""", "wait=3", 3)]
    [InlineData("""{"timeout":3}""", "wait=9", 3)]
    [InlineData("{}", "respond-async, wait=9", 0)]
    [InlineData("{}", "wait=0", 0)]
    [InlineData("{}", "handling=lenient, wait=100", 25)]
    public async Task Post_Wait_IsTheSmallerWishAndAtMost25(string members, string? prefer, double seconds)
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.OnVerify = (_, question) =>
        {
            host.Clock.Advance(question.Wait);
            return question.Accept ? new EmailAnswer(Samples.Pending(TimeSpan.FromHours(1)), FromCache: false) : null;
        };
        var body = JsonNode.Parse(members)!;
        body["email"] = "jane@example.com";

        using var response = await host.PostAsync(body.ToJsonString(), prefer is null ? [] : [("Prefer", prefer)]);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(seconds, host.Grains.Questions.Sum(asked => asked.Question.Wait.TotalSeconds), 3);
        Assert.All(host.Grains.Questions, asked => Assert.InRange(asked.Question.Wait, TimeSpan.Zero, TimeSpan.FromSeconds(5)));
        Assert.Equal([.. host.Grains.Questions.SkipLast(1).Select(_ => false), true], host.Grains.Questions.Select(asked => asked.Question.Accept));
    }

    [Fact]
    public async Task Post_PutOffBeyondTheWait_Is202AtOnce()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.OnVerify = (_, _) => new EmailAnswer(Samples.Pending(TimeSpan.FromMinutes(6)), FromCache: false);

        using var response = await host.PostAsync(Jane, ("Prefer", "wait=20"));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(
            ("/v1/verifications/" + Samples.Id, "360", "wait=20"),
            (response.Header("Location"), response.Header("Retry-After"), response.Header("Preference-Applied")));
        var answer = await response.JsonAsync();
        Assert.Null(answer["status"]);
        Assert.True(answer.ContainsKey("reason") && answer.ContainsKey("score") && answer.ContainsKey("found_at"));
        var pending = """{"since":"2026-11-24T10:15:40.912Z","cause":"greylisted","attempts":1,"next_attempt_at":"2026-11-24T10:21:40.912Z","gives_up_at":"2026-11-24T16:15:40.912Z"}""";
        Assert.Equal(pending, answer["pending"]!.ToJsonString());
        Assert.Single(host.Grains.Questions);
        Assert.Empty(host.Grains.Waits);
    }

    [Fact]
    public async Task Post_BeingAsked_IsWorthAskingAgainAtOnce()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.OnVerify = (_, question) =>
            question.Accept ? new EmailAnswer(Samples.Pending(TimeSpan.FromMinutes(3), cause: null), FromCache: false) : null;

        using var response = await host.PostAsync(Jane, ("Prefer", "respond-async"));

        Assert.Equal((HttpStatusCode.Accepted, "1"), (response.StatusCode, response.Header("Retry-After")));
        var pending = (await response.JsonAsync())["pending"]!.AsObject();
        Assert.True(pending.ContainsKey("next_attempt_at") && pending["next_attempt_at"] is null);
    }

    [Fact]
    public async Task Post_PutOffWithinTheWait_WaitsForTheRetry()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.OnVerify = (_, _) => new EmailAnswer(Samples.Pending(TimeSpan.FromSeconds(8)), FromCache: false);
        host.Grains.OnWait = (_, wait) =>
        {
            host.Clock.Advance(wait);
            return new EmailAnswer(host.Grains.Waits.Count < 2 ? Samples.Pending(TimeSpan.FromSeconds(8)) : Samples.Final(), FromCache: false);
        };

        using var response = await host.PostAsync(Jane, ("Prefer", "wait=20"));

        Assert.Equal((HttpStatusCode.OK, "wait=20"), (response.StatusCode, response.Header("Preference-Applied")));
        Assert.Equal([5, 5], host.Grains.Waits.Select(waited => waited.Wait.TotalSeconds));
    }

    [Fact]
    public async Task Post_AskAnew_TakesWhatWasFoundSinceItAsked()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.OnVerify = (_, question) =>
        {
            host.Clock.Advance(question.Wait);
            return question.Accept ? new EmailAnswer(Samples.Final(), FromCache: true) : null;
        };

        using var response = await host.PostAsync("""{"email":"jane@example.com","max_age_seconds":0,"timeout":12}""");

        Assert.Equal([0, 5, 10], host.Grains.Questions.Select(asked => asked.Question.MaxAge!.Value.TotalSeconds));
    }

    [Fact]
    public async Task Post_OnDeadlineUnknown_IsUnknownTimeoutAndPointsAtTheWork()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.OnVerify = (_, _) => new EmailAnswer(Samples.Pending(TimeSpan.FromMinutes(6)), FromCache: false);

        using var response = await host.PostAsync("""{"email":"jane@example.com","on_deadline":"unknown"}""");

        var answer = await response.JsonAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(("unknown", "timeout"), ((string?)answer["status"], (string?)answer["reason"]));
        Assert.Equal("/v1/verifications/" + Samples.Id, response.Header("Location"));
        Assert.False(answer.ContainsKey("pending"));
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("")]
    public async Task Post_NoAddress_IsAStoredVerdict(string text)
    {
        await using var host = await ApiHost.StartAsync();

        using var response = await host.PostAsync($$"""{"email":"{{text}}"}""");
        var again = await (await host.PostAsync($$"""{"email":"{{text}}"}""")).JsonAsync();

        var answer = await response.JsonAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            ("undeliverable", "invalid_email", "syntax", text),
            ((string?)answer["status"], (string?)answer["reason"], (string?)answer["source"], (string?)answer["email"]));
        Assert.True(answer.ContainsKey("canonical") && answer["canonical"] is null && answer["domain"] is null && answer["links"]!["domain"] is null);
        Assert.Empty(answer["evidence"]!.AsArray());
        Assert.Equal(((string?)answer["id"], "cache", 1), ((string?)again["id"], (string?)again["source"], host.Store.Saves));
        Assert.Empty(host.Grains.Questions);
    }

    [Fact]
    public async Task Post_Literal_IsUnknownAndAsksNobody()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await (await host.PostAsync("""{"email":"jane@[192.0.2.1]"}""")).JsonAsync();

        Assert.Equal(("unknown", "address_literal", "syntax"), ((string?)answer["status"], (string?)answer["reason"], (string?)answer["source"]));
        Assert.Empty(host.Grains.Questions);
        Assert.Equal(1, host.Store.Saves);
    }

    [Fact]
    public async Task Post_TestKey_AsksTheTestGrainForAWorldApart()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync(test: true);
        host.Grains.OnVerify = (_, question) => new EmailAnswer(Samples.Final(customer: question.CustomerId), FromCache: false);

        using var response = await host.PostAsync(Jane, ("Authorization", "Bearer " + key));

        var (grain, question) = Assert.Single(host.Grains.Questions);
        Assert.Equal(EmailKey.Of(Samples.HashOf("Jane.Doe@Example.com"), test: true), grain);
        Assert.Equal(CustomerIds.InTest(CustomerIds.Default), question.CustomerId);
    }

    [Fact]
    public async Task Post_TestKeyWithoutBalance_IsTheProblem()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync(test: true);

        using var response = await host.PostAsync("""{"email":"insufficient-balance@example.com"}""", ("Authorization", "Bearer " + key));

        var problem = await response.ProblemAsync("quota_exceeded");
        Assert.Equal((HttpStatusCode.TooManyRequests, "60", 60), (response.StatusCode, response.Header("Retry-After"), (int?)problem["retry_after_seconds"]));
    }

    [Fact]
    public async Task Post_TestVerdictOfRole_ShowsTheFlag()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.OnVerify = (_, question) => new EmailAnswer(
            Samples.Final(question.Email) with { Verdict = Samples.Rejected with { Source = VerdictSource.Test } }, FromCache: false);

        var role = await (await host.PostAsync("""{"email":"role@example.com"}""")).JsonAsync();
        var typo = await (await host.PostAsync("""{"email":"jane+did-you-mean@example.net"}""")).JsonAsync();

        Assert.Equal((true, "test"), ((bool?)role["flags"]!["role"], (string?)role["source"]));
        Assert.Equal("jane+did-you-mean@example.com", (string?)typo["did_you_mean"]);
    }
}
