using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using EmailVerify.Core;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Exports;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Exports;
using EmailVerify.Host.Tests.Api.Batches;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Api.Exports;

/// <summary>The API with exports in a real database of its own, and who makes them.</summary>
internal static class ExportHost
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly FakeTimeProvider Earlier = new(ApiHost.Start.AddMinutes(-1));

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    /// <param name="reports">What there is of verifications; null is nothing.</param>
    /// <param name="stub">What stands before the store, or nothing.</param>
    /// <param name="works">Whether exports are made at all.</param>
    public static Task<BatchHost> StartAsync(PagedReports? reports = null, Func<IExportStore, IExportStore>? stub = null, bool works = true) => BatchHost.StartAsync(also: (host, services) =>
    {
        _ = services.AddSingleton<IVerificationReports>(reports ?? new PagedReports()).AddSingleton<ExportRows>().AddSingleton<ExportInstruments>();
        if (stub is not null)
            services.AddSingleton(stub(host.Exports));
        if (works)
            services.AddHostedService<ExportWorker>();
    });

    /// <summary>Makes a verification that there was before the tests.</summary>
    public static Verification Verification(string email = "jane@example.com", string customer = CustomerIds.Default) => Samples.Final(email, Id.New("ver", Earlier), customer);

    public static Task<HttpResponseMessage> AskAsync(this BatchHost host, string json, params (string Name, string Value)[] headers) =>
        host.Api.SendAsync(HttpMethod.Post, "/v1/exports", json, headers);

    /// <summary>Asks for an export and gives its path.</summary>
    public static async Task<string> ExportAsync(this BatchHost host, string json = """{"kind":"batches"}""", params (string Name, string Value)[] headers)
    {
        using var response = await host.AskAsync(json, headers);
        Assert.Equal(202, (int)response.StatusCode);
        var path = response.Header("Location");
        Assert.Equal(path, "/v1/exports/" + (string?)(await response.JsonAsync())["id"]);
        return path;
    }

    /// <summary>Waits until an export stands in a way, and gives it.</summary>
    /// <param name="host">The host.</param>
    /// <param name="path">Its path.</param>
    /// <param name="status">How it is to stand.</param>
    /// <param name="step">By how much the clock goes on between two looks.</param>
    public static async Task<JsonObject> UntilAsync(this BatchHost host, string path, string status = "completed", TimeSpan step = default)
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += TimeSpan.FromMilliseconds(10))
        {
            var export = await host.JsonAsync(path);
            if (((string?)export["status"])!.Equals(status, StringComparison.Ordinal))
                return export;
            host.Clock.Advance(step);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Ends);
        }

        throw new TimeoutException($"It is not {status}: {await host.JsonAsync(path)}");
    }

    /// <summary>Downloads the file of an export and gives its text.</summary>
    public static async Task<string> FileTextAsync(this BatchHost host, string path)
    {
        using var response = await host.Api.GetAsync(path + "/file");
        Assert.Equal((200, "application/gzip"), ((int)response.StatusCode, response.Content.Headers.ContentType?.ToString()));
        await using var gzip = new GZipStream(await response.Content.ReadAsStreamAsync(Ends), CompressionMode.Decompress);
        using var text = new StreamReader(gzip, Encoding.UTF8);
        return await text.ReadToEndAsync(Ends);
    }

    /// <summary>Stores a completed export, with a file of any octets.</summary>
    public static async Task<string> FinishedAsync(this BatchHost host, params byte[][] parts)
    {
        var path = await host.ExportAsync();
        var now = host.Clock.GetUtcNow();
        var claim = Assert.IsType<ExportClaim>(await host.Exports.ClaimAsync(now, now.AddMinutes(1)));
        var export = claim.Export;
        foreach (var part in parts)
        {
            export = export.With(1, part.Length, export.Before);
            export = ReferenceEquals(part, parts[^1]) ? export.Complete(now) : export;
            Assert.True(await host.Exports.SaveAsync(claim, export, part, now.AddMinutes(1)));
        }

        return path;
    }
}
