using System.Globalization;
using System.Text.Json.Nodes;
using EmailVerify.Core;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Exports;
using EmailVerify.Host.Exports;
using EmailVerify.Host.Tests.Api.Batches;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Api.Exports;

public sealed class ExportWorkerTests
{
    private const string Body = """{"kind":"verifications"}""";

    [Fact]
    public async Task Verifications_AsLines_AreWhatTheApiShowsOfEach()
    {
        var reports = new PagedReports();
        var verification = ExportHost.Verification("Jane+news@Bücher.example");
        reports.Add(verification);
        await using var host = await ExportHost.StartAsync(reports);
        await host.Api.Store.SaveAsync(verification, ticket: null);

        var plain = await host.ExportAsync(Body);
        var evident = await host.ExportAsync("""{"kind":"verifications","evidence":true}""");
        _ = await host.UntilAsync(plain);
        var export = await host.UntilAsync(evident);
        Assert.Equal((1, true, plain[..^30]), ((int?)export["rows"], (bool?)export["evidence"], evident[..^30]));
        Assert.Equal(await host.TextAsync($"/v1/verifications/{verification.Id}?evidence=false") + "\n", await host.FileTextAsync(plain));
        Assert.Equal(await host.TextAsync($"/v1/verifications/{verification.Id}") + "\n", await host.FileTextAsync(evident));
    }

    [Fact]
    public async Task Verifications_AsCsv_HaveTheColumnsOfResults()
    {
        var reports = new PagedReports();
        var verification = ExportHost.Verification("info@example.com") with { Tag = "=1+1" };
        var pending = Samples.Pending(TimeSpan.FromMinutes(5)) with { Id = Id.New("ver", new FakeTimeProvider(ApiHost.Start.AddSeconds(-1))), Email = "no \"address\"", Tag = null };
        reports.Add(verification);
        reports.Add(pending);
        await using var host = await ExportHost.StartAsync(reports);
        var path = await host.ExportAsync("""{"kind":"verifications","format":"csv"}""");
        _ = await host.UntilAsync(path);

        var lines = (await host.FileTextAsync(path)).Split("\r\n");
        Assert.Equal("id,email,tag,created_at,status,reason,score,did_you_mean,accept_all,disposable,free,role,mailbox_full,provider,found_at", lines[0]);
        Assert.Equal(
            [
                $"{pending.Id},\"no \"\"address\"\"\",,2026-11-24T10:15:40.912Z,,,,,,,,,,,",
                $"{verification.Id},info@example.com,'=1+1,2026-11-24T10:15:40.912Z,undeliverable,rejected_email,1,,false,false,false,true,,example.com,2026-11-24T10:15:40.912Z",
            ],
            lines[1..^1]);
        Assert.Equal(string.Empty, lines[^1]);
    }

    [Theory]
    [InlineData("ndjson")]
    [InlineData("csv")]
    public async Task Batches_InAnyFormat_HaveTheirCounts(string format)
    {
        await using var host = await ExportHost.StartAsync();
        var id = await host.CreateAsync("email\na@b.example\nc@d.example\n", query: "?name=first");
        await host.WorkAsync(id);
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var path = await host.ExportAsync($$"""{"kind":"batches","format":"{{format}}"}""");
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        _ = await host.CreateAsync("email\na@b.example\n", query: "?name=later");
        _ = await host.UntilAsync(path);

        var text = await host.FileTextAsync(path);
        if (format is "ndjson")
        {
            Assert.True(JsonNode.DeepEquals(await host.JsonAsync("/v1/batches/" + id), JsonNode.Parse(text)));
            return;
        }

        Assert.Equal(
            "id,name,tag,status,total,done,deliverable,undeliverable,risky,unknown,unique,duplicates,retrying,without_address,created_at,started_at,finished_at,expires_at,erased_at\r\n"
                + $"{id},first,,completed,2,2,2,0,0,0,2,0,0,0,2026-11-24T10:15:40.912Z,2026-11-24T10:15:40.912Z,2026-11-24T10:15:40.912Z,2027-02-22T10:15:40.912Z,\r\n",
            text);
    }

    [Fact]
    public async Task Nothing_ToExport_IsAFileAllTheSame()
    {
        await using var host = await ExportHost.StartAsync();
        var lines = await host.ExportAsync(Body);
        var table = await host.ExportAsync("""{"kind":"verifications","format":"csv"}""");
        Assert.Equal(0, (int?)(await host.UntilAsync(lines))["rows"]);
        Assert.Empty(await host.FileTextAsync(lines));
        _ = await host.UntilAsync(table);
        Assert.Single((await host.FileTextAsync(table)).TrimEnd().Split("\r\n"));
    }

    [Fact]
    public async Task Filters_AreGivenToTheSearch_WhichBeginsBeforeTheExport()
    {
        var reports = new PagedReports();
        await using var host = await ExportHost.StartAsync(reports);
        var path = await host.ExportAsync("""{"kind":"verifications","from":"2026-11-01T00:00:00Z","to":"2026-12-01T00:00:00Z","status":"risky","reason":"accept_all","domain":"b.example","batch":"bat_01M86CH6NGEJZ82ZR96BBCGNBY"}""");
        _ = await host.UntilAsync(path);

        var (from, to, status, reason, domain, batch, before, limit) = Assert.Single(reports.Searches);
        Assert.Equal((new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero)), (from, to));
        Assert.Equal(("risky", "accept_all", "b.example", "bat_01M86CH6NGEJZ82ZR96BBCGNBY"), (Words.Of(status!.Value), Words.Of(reason!.Value), domain, batch));
        Assert.Equal(("ver_" + path[^26..], ExportRows.PerPage), (before, limit));
    }

    [Fact]
    public async Task Rows_OfManyParts_AreEachThereOnceNewestFirst()
    {
        // Each page takes longer than a part may.
        var reports = Filled(2_500);
        await using var host = await ExportHost.StartAsync(reports, works: true);
        reports.OnSearch = (_, _) =>
        {
            host.Clock.Advance(TimeSpan.FromSeconds(21));
            return Task.CompletedTask;
        };
        var path = await host.ExportAsync(Body);
        var export = await host.UntilAsync(path);

        Assert.Equal(2_500, (int?)export["rows"]);
        var ids = await IdsAsync(host, path);
        Assert.Equal(2_500, ids.Length);
        Assert.Equal(ids.OrderDescending(StringComparer.Ordinal).Distinct(StringComparer.Ordinal), ids, StringComparer.Ordinal);
        using var file = await host.Api.GetAsync(path + "/file");
        Assert.Equal((long?)export["bytes"], file.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Worker_KilledBetweenParts_IsGoneOnWithAfterItsLease()
    {
        var reports = Filled(1_500);
        await using var host = await ExportHost.StartAsync(reports, works: false);
        var path = await host.ExportAsync(Body);
        var now = host.Clock.GetUtcNow();
        var claim = Assert.IsType<ExportClaim>(await host.Exports.ClaimAsync(now, now + ExportWorker.Lease));

        // It stores the first page, and dies while it makes the next part.
        var rows = new ExportRows(reports, host.Sqlite, new(ApiHost.Pepper, IsSandbox: false));
        using var part = new GzipPart();
        var (count, last) = await rows.CopyAsync(claim.Export, claim.Export.Before, rows.TextOf(claim.Export, part), TestContext.Current.CancellationToken);
        var octets = part.End();
        Assert.True(await host.Exports.SaveAsync(claim, claim.Export.With(count, octets.Length, last!), octets, now + ExportWorker.Lease));

        using var worker = Worker(host, rows);
        await worker.StartAsync(TestContext.Current.CancellationToken);
        host.Clock.Advance(ExportWorker.Lease);
        var export = await host.UntilAsync(path, step: TimeSpan.FromSeconds(5));
        await worker.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1_500, (int?)export["rows"]);
        Assert.Equal(1_500, (await IdsAsync(host, path)).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Worker_ThatLostItsLease_AddsNothing()
    {
        var reports = Filled(10);
        await using var host = await ExportHost.StartAsync(reports);
        var path = string.Empty;
        reports.OnSearch = async (page, _) =>
        {
            if (page > 1)
                return;

            // It hangs for so long that another takes over, and has done all of it.
            host.Clock.Advance(ExportWorker.Lease);
            var now = host.Clock.GetUtcNow();
            var claim = Assert.IsType<ExportClaim>(await host.Exports.ClaimAsync(now, now + ExportWorker.Lease));
            Assert.True(await host.Exports.SaveAsync(claim, claim.Export.With(7, 3, claim.Export.Before).Complete(now), new byte[] { 1, 2, 3 }, now));
        };
        path = await host.ExportAsync(Body);
        Assert.Equal((7, 3), ((int?)(await host.UntilAsync(path))["rows"], (int?)(await host.JsonAsync(path))["bytes"]));

        // It goes on with the next one.
        _ = await host.UntilAsync(await host.ExportAsync(Body));
        using var file = await host.Api.GetAsync(path + "/file");
        Assert.Equal([1, 2, 3], await file.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Worker_ThatLostItsLease_ReadsNoMorePages()
    {
        var reports = Filled(1_500);
        await using var host = await ExportHost.StartAsync(reports);
        reports.OnSearch = async (_, _) =>
        {
            // The clock of another is ahead.
            var ahead = host.Clock.GetUtcNow() + ExportWorker.Lease;
            if (await host.Exports.ClaimAsync(ahead, ahead) is { } claim)
                _ = await host.Exports.SaveAsync(claim, claim.Export.With(7, 3, claim.Export.Before).Complete(ahead), new byte[] { 1, 2, 3 }, ahead);
        };
        Assert.Equal(7, (int?)(await host.UntilAsync(await host.ExportAsync(Body)))["rows"]);

        _ = await host.UntilAsync(await host.ExportAsync("""{"kind":"batches"}"""));
        Assert.Single(reports.Searches);
    }

    [Fact]
    public async Task Pages_ThatTakeLongerThanALease_KeepIt()
    {
        var reports = Filled(1_500);
        await using var host = await ExportHost.StartAsync(reports);
        ExportClaim? other = null;
        reports.OnSearch = async (page, _) =>
        {
            host.Clock.Advance(page == 1 ? TimeSpan.FromSeconds(15) : ExportWorker.Lease - TimeSpan.FromSeconds(1));
            if (page == 2)
                other = await host.Exports.ClaimAsync(host.Clock.GetUtcNow(), host.Clock.GetUtcNow());
        };
        var export = await host.UntilAsync(await host.ExportAsync(Body));
        Assert.Equal((1_500, null, 2), ((int?)export["rows"], other, reports.Searches.Count));
    }

    [Fact]
    public async Task LargeExport_AfterItsTurn_LetsAnotherPass()
    {
        // Each page is a part.
        var reports = Filled((ExportWorker.PartsOfATurn + 1) * ExportRows.PerPage);
        await using var host = await ExportHost.StartAsync(reports);
        var isAsked = new TaskCompletionSource<string>();
        ExportStatus? status = null;
        reports.OnSearch = async (page, cancellationToken) =>
        {
            var small = await isAsked.Task;
            host.Clock.Advance(TimeSpan.FromSeconds(21));
            if (page == ExportWorker.PartsOfATurn + 1)
                status = (await host.Exports.FindAsync(CustomerIds.Default, small, cancellationToken))?.Status;
        };
        var large = await host.ExportAsync(Body);
        isAsked.SetResult((await host.ExportAsync("""{"kind":"batches"}"""))[^30..]);

        Assert.Equal((ExportWorker.PartsOfATurn + 1) * ExportRows.PerPage, (int?)(await host.UntilAsync(large))["rows"]);
        Assert.Equal(ExportStatus.Completed, status);
    }

    [Fact]
    public async Task Store_AwayForAWhile_PutsItOff()
    {
        var reports = Filled(1_500);
        reports.OnSearch = (page, _) => page is 2 or 3 ? throw new StorageUnavailableException("secret") : Task.CompletedTask;
        await using var host = await ExportHost.StartAsync(reports);
        var path = await host.ExportAsync(Body);
        var export = await host.UntilAsync(path, step: TimeSpan.FromSeconds(5));

        Assert.Equal(1_500, (int?)export["rows"]);
        Assert.Equal(1_500, (await IdsAsync(host, path)).Distinct(StringComparer.Ordinal).Count());
        Assert.True(host.Clock.GetUtcNow() - ApiHost.Start > TimeSpan.FromSeconds(13));
    }

    [Fact]
    public async Task Store_AwayForTooLong_IsWhyItFailed()
    {
        var reports = new PagedReports { OnSearch = (_, _) => throw new StorageUnavailableException("secret") };
        await using var host = await ExportHost.StartAsync(reports);
        var path = await host.ExportAsync(Body);
        var export = await host.UntilAsync(path, "failed", TimeSpan.FromMinutes(3));
        Assert.Equal(("storage_unavailable", ExportWorker.MaxTries), ((string?)export["failure"], reports.Searches.Count));
        Assert.True(host.Clock.GetUtcNow() - ApiHost.Start > TimeSpan.FromHours(3));
        Assert.Contains(host.Api.Logs.Lines, line => line.Contains("was given up: StorageUnavailableException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Standby_ThatDoesNotKnowTheExport_IsNotRead()
    {
        var asked = 0;
        var askedBefore = 0;
        var reports = Filled(3);
        reports.OnSearch = (_, _) =>
        {
            askedBefore = asked;
            return Task.CompletedTask;
        };
        await using var host = await ExportHost.StartAsync(reports, stub: store => StubbedStore.Answering(
            store, name => name is nameof(IExportStore.IsReportedAsync) && ++asked < 3 ? new ValueTask<bool>(false) : null));
        var export = await host.UntilAsync(await host.ExportAsync(Body), step: TimeSpan.FromSeconds(5));

        Assert.Equal((3, 3, 1), ((int?)export["rows"], askedBefore, reports.Searches.Count));
    }

    [Fact]
    public async Task Defect_IsWhyItFailed()
    {
        var reports = Filled(3);
        reports.OnSearch = (_, _) => throw new InvalidDataException("secret");
        await using var host = await ExportHost.StartAsync(reports);
        var export = await host.UntilAsync(await host.ExportAsync(Body), "failed", TimeSpan.FromMinutes(3));
        Assert.Equal(("internal_error", null, ExportWorker.MaxTries), ((string?)export["failure"], (string?)export["links"]!["file"], reports.Searches.Count));
        reports.OnSearch = (_, _) => Task.CompletedTask;
        Assert.Equal(3, (int?)(await host.UntilAsync(await host.ExportAsync(Body)))["rows"]);
    }

    [Fact]
    public async Task Defect_ThatGoesAway_IsTriedAgain()
    {
        var reports = Filled(3);
        reports.OnSearch = (page, _) => page == 1 ? throw new InvalidDataException("a word of a newer version") : Task.CompletedTask;
        await using var host = await ExportHost.StartAsync(reports);
        Assert.Equal(3, (int?)(await host.UntilAsync(await host.ExportAsync(Body), step: TimeSpan.FromSeconds(5)))["rows"]);
        Assert.Contains(host.Api.Logs.Lines, line => line.Contains("is tried again: InvalidDataException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Claim_OfWhatTakesProcessesAlong_GivesItUp()
    {
        await using var host = await ExportHost.StartAsync(works: false);
        var path = await host.ExportAsync(Body);
        for (var time = 0; time < ExportWorker.MaxTries; time++)
            Assert.NotNull(await host.Exports.ClaimAsync(host.Clock.GetUtcNow(), host.Clock.GetUtcNow()));
        using var worker = Worker(host, new ExportRows(new PagedReports(), host.Sqlite, new(ApiHost.Pepper, IsSandbox: false)));
        await worker.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("internal_error", (string?)(await host.UntilAsync(path, "failed"))["failure"]);
        Assert.Contains(host.Api.Logs.Lines, line => line.Contains($"{path[^30..]} was given up: ", StringComparison.Ordinal));
        await worker.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Stop_InTheMiddle_GivesTheLeaseBack()
    {
        var begun = new TaskCompletionSource();
        var reports = new PagedReports
        {
            OnSearch = async (_, cancellationToken) =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            },
        };
        await using var host = await ExportHost.StartAsync(reports);
        _ = await host.ExportAsync(Body);
        await begun.Task;
        Assert.Null(await host.Exports.ClaimAsync(host.Clock.GetUtcNow(), host.Clock.GetUtcNow()));
        await host.Api.StopAsync();
        Assert.NotNull(await host.Exports.ClaimAsync(host.Clock.GetUtcNow(), host.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task Delete_WhileItIsMade_StopsIt()
    {
        var reports = Filled(1_500);
        await using var host = await ExportHost.StartAsync(reports);
        var path = string.Empty;
        var isAsked = new TaskCompletionSource();
        reports.OnSearch = async (page, _) =>
        {
            await isAsked.Task;
            host.Clock.Advance(TimeSpan.FromSeconds(21));
            if (page == 2)
                Assert.True(await host.Exports.RemoveAsync(CustomerIds.Default, path[^30..]));
        };
        path = await host.ExportAsync(Body);
        isAsked.SetResult();

        // The next one is made once it was given up.
        var next = await host.UntilAsync(await host.ExportAsync("""{"kind":"batches"}"""));
        Assert.Equal("completed", (string?)next["status"]);
        Assert.Equal(2, reports.Searches.Count);
        using var gone = await host.Api.GetAsync(path);
        _ = await gone.ProblemAsync("not_found");
    }

    [Fact]
    public async Task Log_OfExports_HasNoAddress()
    {
        var reports = new PagedReports();
        reports.Add(ExportHost.Verification("private.person@example.com"));
        await using var host = await ExportHost.StartAsync(reports);
        _ = await host.UntilAsync(await host.ExportAsync("""{"kind":"verifications","domain":"example.com"}"""));
        reports.OnSearch = (_, _) => throw new InvalidDataException("private.person@example.com");
        _ = await host.UntilAsync(await host.ExportAsync(Body), "failed", TimeSpan.FromMinutes(3));
        Assert.Contains(host.Api.Logs.Lines, line => line.Contains("was given up: InvalidDataException", StringComparison.Ordinal));
        Assert.Contains(host.Api.Logs.Lines, line => line.Contains("is completed: 1 rows", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Api.Logs.Lines, line => line.Contains("private.person", StringComparison.Ordinal) || line.Contains("example.com", StringComparison.Ordinal));
    }

    private static PagedReports Filled(int count)
    {
        var reports = new PagedReports();
        for (var number = 0; number < count; number++)
            reports.Add(ExportHost.Verification(string.Create(CultureInfo.InvariantCulture, $"p{number}@example.com")));
        return reports;
    }

    private static async Task<string[]> IdsAsync(BatchHost host, string path) =>
        [.. (await host.FileTextAsync(path)).TrimEnd().Split('\n').Select(line => (string)JsonNode.Parse(line)!["id"]!)];

    private static ExportWorker Worker(BatchHost host, ExportRows rows) => new(
        host.Exports, rows, new ExportBell(), host.Api.Services.GetRequiredService<ExportInstruments>(), host.Clock, host.Api.Services.GetRequiredService<ILogger<ExportWorker>>());
}
