using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Verifications;
using Microsoft.Extensions.DependencyInjection;

namespace EmailVerify.Host.Tests.Api;

public sealed class MeasureTests
{
    [Fact]
    public async Task Instruments_OfRequests_CountOperationOutcomeAndSource()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.OnVerify = (_, _) => new EmailAnswer(Samples.Final(), FromCache: true);
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        var seen = new ConcurrentQueue<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name is ApiInstruments.MeterName)
                own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            seen.Enqueue($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}"));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
            seen.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}"));
        listener.Start();

        using (await host.PostAsync("""{"email":"jane@example.com"}"""))
        using (await host.PostAsync("{}"))
        using (await host.GetAsync("/nothing"))
        {
            // Stopping waits for the ends of all requests.
            await host.StopAsync();
        }

        string[] expected =
        [
            "emailverify.api.request.duration createVerification", "emailverify.api.request.duration createVerification", "emailverify.api.request.duration none",
            "emailverify.api.requests 1 createVerification ok", "emailverify.api.requests 1 createVerification validation_failed",
            "emailverify.api.requests 1 none not_found", "emailverify.api.verdicts 1 cache",
        ];
        Assert.Equal(expected, seen.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Log_OfGoodBadAndFailedRequests_HasNoAddress()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.OnVerify = (_, question) => question.Email[0] switch
        {
            'l' => throw new TimeoutException("late"),
            'c' => throw new LimitExceededException("crowded"),
            _ => new EmailAnswer(Samples.Final(question.Email), FromCache: false),
        };
        foreach (var email in (string[])["private.person@example.com", "late.person@example.com", "crowded.person@example.com", "no address of a person"])
        {
            using var post = await host.PostAsync($$"""{"email":"{{email}}"}""", ("X-Request-Id", "id-1"));
            using var get = await host.GetAsync("/v1/verifications?email=" + email);
        }

        host.Store.Failure = new InvalidOperationException("a defect");
        using var failed = await host.PostAsync("""{"email":"a person without an at"}""", ("X-Request-Id", "id-2"));

        Assert.All(host.Logs.Lines, line => Assert.DoesNotContain("person", line, StringComparison.Ordinal));
        var lines = host.Logs.Lines.Select(line => JsonNode.Parse(line)!).Where(line => (int)line["event_id"]! is 5111 or 5121 or 5122).ToList();
        Assert.Equal(["5111 ", "5121 id-2", "5122 id-1"], lines.Select(line => $"{line["event_id"]} {line["request_id"]}").Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public void Rendering_OfAnAnswer_AllocatesLittle()
    {
        var view = VerificationView.Of(Samples.Final(), showsEvidence: true, inSandbox: false);
        WriteJson<VerificationView> write = VerificationWriter.Write;
        var length = 0;
        for (var time = 0; time < 50; time++)
            Render();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var time = 0; time < 100; time++)
            Render();
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;

        // The texts of explanation, canonical form and links; no buffer and no writer.
        Assert.InRange(each - length, 0, 1000);

        void Render()
        {
            // The text itself is a copy here, which it is not in an answer.
            length = JsonAnswer.Render(view, write).Length;
        }
    }
}
