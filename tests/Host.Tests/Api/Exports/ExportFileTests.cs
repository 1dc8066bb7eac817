using System.Net;
using System.Net.Http.Headers;
using EmailVerify.Core;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Exports;
using EmailVerify.Host.Api.Exports;
using EmailVerify.Host.Tests.Api.Batches;

namespace EmailVerify.Host.Tests.Api.Exports;

public sealed class ExportFileTests
{
    private static readonly byte[] Whole = [.. Enumerable.Range(0, 250).Select(octet => (byte)octet)];

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task File_Whole_IsAllItsParts()
    {
        await using var host = await ExportHost.StartAsync(works: false);
        var path = await FinishedAsync(host);
        using var response = await host.Api.GetAsync(path + "/file");

        Assert.Equal(Whole, await response.Content.ReadAsByteArrayAsync(Ends));
        Assert.Equal((250, "bytes"), (response.Content.Headers.ContentLength, response.Header("Accept-Ranges")));
        Assert.Equal("no-store, private", response.Header("Cache-Control"));
        Assert.Equal($"attachment; filename=batches-{path[^30..]}.ndjson.gz; filename*=UTF-8''batches-{path[^30..]}.ndjson.gz", response.Header("Content-Disposition"));
        Assert.False(response.Headers.ETag!.IsWeak);
        using var head = await host.Api.SendAsync(HttpMethod.Head, path + "/file", json: null);
        Assert.Equal((200, 250, response.Headers.ETag), ((int)head.StatusCode, head.Content.Headers.ContentLength, head.Headers.ETag));
    }

    [Theory]
    [InlineData("bytes=0-9", 0, 10)]
    [InlineData("bytes=99-100", 99, 2)]
    [InlineData("bytes=100-", 100, 150)]
    [InlineData("bytes=95-205", 95, 111)]
    [InlineData("bytes=-1", 249, 1)]
    [InlineData("bytes=200-1000000", 200, 50)]
    public async Task File_ARange_IsThatPartOfTheWhole(string range, int from, int length)
    {
        await using var host = await ExportHost.StartAsync(works: false);
        var path = await FinishedAsync(host);
        using var response = await host.Api.GetAsync(path + "/file", ("Range", range));

        Assert.Equal(206, (int)response.StatusCode);
        Assert.Equal(Whole[from..(from + length)], await response.Content.ReadAsByteArrayAsync(Ends));
        Assert.Equal(new ContentRangeHeaderValue(from, from + length - 1, 250), response.Content.Headers.ContentRange);
    }

    [Fact]
    public async Task File_CutAndGoneOnWith_IsTheWhole()
    {
        await using var host = await ExportHost.StartAsync(works: false);
        var path = await FinishedAsync(host);
        var octets = new List<byte>();
        string? tag = null;
        while (octets.Count < Whole.Length)
        {
            using var response = tag is null
                ? await host.Api.GetAsync(path + "/file", ("Range", "bytes=0-69"))
                : await host.Api.GetAsync(path + "/file", ("Range", $"bytes={octets.Count}-{octets.Count + 69}"), ("If-Range", tag));
            Assert.Equal(206, (int)response.StatusCode);
            octets.AddRange(await response.Content.ReadAsByteArrayAsync(Ends));
            tag = response.Header("ETag");
        }

        Assert.Equal(Whole, octets);
        using var other = await host.Api.GetAsync(path + "/file", ("Range", "bytes=70-"), ("If-Range", "\"another\""));
        Assert.Equal(200, (int)other.StatusCode);
        Assert.Equal(Whole, await other.Content.ReadAsByteArrayAsync(Ends));
    }

    [Fact]
    public async Task File_UnderConditions_IsGivenWhereTheyHold()
    {
        await using var host = await ExportHost.StartAsync(works: false);
        var path = await FinishedAsync(host) + "/file";
        using var first = await host.Api.GetAsync(path);
        var tag = first.Header("ETag");

        using (var same = await host.Api.GetAsync(path, ("If-None-Match", tag)))
            Assert.Equal((304, tag), ((int)same.StatusCode, same.Header("ETag")));
        using (var same = await host.Api.GetAsync(path, ("If-Match", tag)))
            Assert.Equal(200, (int)same.StatusCode);
        using (var other = await host.Api.GetAsync(path, ("If-Match", "\"another\"")))
            _ = await other.ProblemAsync("precondition_failed");
        using var behind = await host.Api.GetAsync(path, ("Range", "bytes=250-"));
        _ = await behind.ProblemAsync("range_not_satisfiable");
        Assert.Equal("bytes */250", behind.Header("Content-Range"));
        Assert.Null(behind.Content.Headers.ContentDisposition);
    }

    [Fact]
    public async Task File_NotThere_IsToldWhy()
    {
        await using var host = await ExportHost.StartAsync(works: false);
        var path = await host.ExportAsync();
        using (var queued = await host.Api.GetAsync(path + "/file"))
        {
            Assert.Equal("queued", (string?)(await queued.ProblemAsync("export_not_ready"))["state"]);
            Assert.Equal("5", queued.Header("Retry-After"));
        }

        var now = host.Clock.GetUtcNow();
        var claim = Assert.IsType<ExportClaim>(await host.Exports.ClaimAsync(now, now.AddMinutes(1)));
        using (var running = await host.Api.GetAsync(path + "/file"))
            Assert.Equal("running", (string?)(await running.ProblemAsync("export_not_ready"))["state"]);
        Assert.True(await host.Exports.SaveAsync(claim, claim.Export.Fail(ExportFailure.StorageUnavailable, now), default, now));
        using (var failed = await host.Api.GetAsync(path + "/file"))
        {
            Assert.Equal("failed", (string?)(await failed.ProblemAsync("export_not_ready"))["state"]);
            Assert.Null(failed.Headers.RetryAfter);
        }

        Assert.Equal("storage_unavailable", (string?)(await host.JsonAsync(path))["failure"]);
        foreach (var unknown in (string[])["exp_1", "exp_01M86CH6NGEJZ82ZR96BBCGNBY", "bat_01M86CH6NGEJZ82ZR96BBCGNBY"])
        {
            using var file = await host.Api.GetAsync($"/v1/exports/{unknown}/file");
            _ = await file.ProblemAsync("not_found");
            using var one = await host.Api.GetAsync($"/v1/exports/{unknown}");
            _ = await one.ProblemAsync("not_found");
        }
    }

    [Fact]
    public async Task File_AfterItsTime_IsGone()
    {
        await using var host = await ExportHost.StartAsync(works: false);
        var path = await FinishedAsync(host);
        Assert.Equal(path + "/file", (string?)(await host.JsonAsync(path))["links"]!["file"]);
        host.Clock.Advance(Export.Kept);

        using (var file = await host.Api.GetAsync(path + "/file"))
            _ = await file.ProblemAsync("erased");
        Assert.Null((await host.JsonAsync(path))["links"]!["file"]);
        await host.Exports.SweepAsync(host.Clock.GetUtcNow() + Export.Remembered + TimeSpan.FromMinutes(1), Ends);
        using var later = await host.Api.GetAsync(path + "/file");
        _ = await later.ProblemAsync("not_found");
    }

    [Fact]
    public async Task File_RemovedWhileItIsRead_LooksCut()
    {
        await using var host = await ExportHost.StartAsync(works: false);
        var path = await host.FinishedAsync([.. Enumerable.Range(0, 20).Select(_ => new byte[1024 * 1024])]);
        using var request = new HttpRequestMessage(HttpMethod.Get, path + "/file");
        using var response = await host.Api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ends);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.True(await host.Exports.RemoveAsync("cus_default", path[^30..]));
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsByteArrayAsync(Ends));
    }

    [Theory]
    [InlineData("bytes=0-")]
    [InlineData("bytes=120-")]
    public async Task File_RemovedBeforeItIsRead_IsUnknown(string range)
    {
        await using var host = await ExportHost.StartAsync(works: false, stub: store => StubbedStore.Answering(
            store, name => name is nameof(IExportStore.ReadAsync) ? new ValueTask<ReadOnlyMemory<byte>>(default(ReadOnlyMemory<byte>)) : null));
        var path = await FinishedAsync(host) + "/file";
        using (var whole = await host.Api.GetAsync(path))
            _ = await whole.ProblemAsync("not_found");
        using var some = await host.Api.GetAsync(path, ("Range", range));
        _ = await some.ProblemAsync("not_found");
        Assert.Null(some.Content.Headers.ContentDisposition);
    }

    [Fact]
    public async Task File_OfLargeParts_IsReadInSmallPieces()
    {
        await using var host = await ExportHost.StartAsync(works: false);
        var path = await host.FinishedAsync(new byte[1024 * 1024]);
        var export = Assert.IsType<Export>(await host.Exports.FindAsync("cus_default", path[^30..], Ends));
        await using var file = new ExportFile(host.Exports, export);
        Assert.Equal(64 * 1024, await file.ReadAsync(new byte[1024 * 1024], Ends));
        Assert.Equal(1, await file.ReadAsync(new byte[1], Ends));
        Assert.Equal((64 * 1024) + 1, file.Position);
    }

    [Fact]
    public async Task Exports_AreMadeByWhoMayRead_AndDeletedByWhoMayVerify()
    {
        await using var host = await ExportHost.StartAsync(works: false);
        var reads = ("Authorization", "Bearer " + await host.Api.KeyAsync(scopes: Scopes.Read));
        var verifies = ("Authorization", "Bearer " + await host.Api.KeyAsync(scopes: Scopes.Verify));
        using (var refused = await host.AskAsync("""{"kind":"batches"}""", verifies))
            _ = await refused.ProblemAsync("insufficient_scope");
        var path = await host.ExportAsync(headers: reads);
        using (var refused = await host.Api.SendAsync(HttpMethod.Delete, path, json: null, reads))
            _ = await refused.ProblemAsync("insufficient_scope");
        using var deleted = await host.Api.SendAsync(HttpMethod.Delete, path, json: null, verifies);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    [Fact]
    public async Task Delete_AnExport_RemovesItOnce()
    {
        Exception? failure = null;
        await using var host = await ExportHost.StartAsync(works: false, stub: store => StubbedStore.Of(store, name => name is nameof(IExportStore.RemoveAsync) ? failure : null));
        var path = await FinishedAsync(host);
        failure = new StorageFullException("full");
        using (var refused = await host.Api.SendAsync(HttpMethod.Delete, path, json: null))
            _ = await refused.ProblemAsync("storage_full");
        failure = null;
        using (var deleted = await host.Api.SendAsync(HttpMethod.Delete, path, json: null))
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using (var again = await host.Api.SendAsync(HttpMethod.Delete, path, json: null))
            _ = await again.ProblemAsync("not_found");
        using var gone = await host.Api.GetAsync(path);
        _ = await gone.ProblemAsync("not_found");
    }

    private static Task<string> FinishedAsync(BatchHost host) => host.FinishedAsync(Whole[..100], Whole[100..101], Whole[101..200], Whole[200..]);
}
