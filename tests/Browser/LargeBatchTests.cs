using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EmailVerify.Browser;

/// <summary>A batch of 100,000 rows in the browser. What is measured is the page's own work, not its wait for a busy machine: the time of the processor, not of the clock.</summary>
[Trait("Pace", "slow")]
public sealed class LargeBatchTests(Installation installation) : PageTest(installation)
{
    private const int Rows = 100_000;
    private const int WatchedSeconds = 20;

    // Longer, and a person feels that the page does not follow (RAIL: 100 ms).
    private const double MostMillisecondsOfATask = 100;
    private const int MostElements = 2_500;
    private const double MostBytesMore = 4 * 1024 * 1024;

    // Counts how often the headline of progress is another.
    private const string CountPictures = """
        () => {
          window.pictures = 0;
          let last = '';
          new MutationObserver(() => {
            const text = document.querySelector('#progress')?.textContent ?? '';
            if (text === last) return;
            last = text;
            window.pictures++;
          }).observe(document.body, { subtree: true, childList: true, characterData: true });
        }
        """;

    [Fact]
    public async Task Batch_OfAHundredThousandRows_StaysSmooth()
    {
        var page = await OpenAsync("/batches/" + await UploadAsync());
        await Expect(page.Locator(".chart canvas")).ToBeVisibleAsync();
        var session = await page.Context.NewCDPSessionAsync(page);
        var before = await HeapAsync(session);
        _ = await page.EvaluateAsync(CountPictures);

        var tasks = new Tasks(session);
        await tasks.BeginAsync();
        await page.WaitForTimeoutAsync(WatchedSeconds * 1_000);
        var longest = await tasks.EndAsync();

        Assert.InRange(longest, 0.001, MostMillisecondsOfATask);
        Assert.InRange(await page.EvaluateAsync<int>("window.pictures"), 3, (2 * WatchedSeconds) + 2);
        Assert.InRange(await HeapAsync(session) - before, double.MinValue, MostBytesMore);
        Assert.InRange(await page.EvaluateAsync<int>("document.querySelectorAll('*').length"), 1, MostElements);
    }

    // Told from the DNS alone, so that rows are done as fast as they ever are; and a few that keep it going.
    private async Task<string> UploadAsync()
    {
        var text = new StringBuilder("E-Mail,City\n");
        for (var row = 1; row <= Rows; row++)
            text.Append(CultureInfo.InvariantCulture, $"ada{row}@{(row % 50 == 0 ? "gmx.de" : "null-mx.test")},Town {row % 97}\n");
        var client = await Installation.ClientAsync();
        using var body = new StringContent(text.ToString());
        body.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var answer = await client.PostAsync(new Uri("/v1/batches?name=large.csv", UriKind.Relative), body, TestContext.Current.CancellationToken);
        using var batch = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return batch.RootElement.GetProperty("id").GetString()!;
    }

    // What is in use, in octets, without what only waits to be collected.
    private static async Task<double> HeapAsync(ICDPSession session)
    {
        _ = await session.SendAsync("HeapProfiler.collectGarbage");
        return (await session.SendAsync("Runtime.getHeapUsage"))!.Value.GetProperty("usedSize").GetDouble();
    }

    /// <summary>How long the tasks of a page's main thread take, by the browser's own trace.</summary>
    private sealed class Tasks
    {
        private readonly ICDPSession session;
        private readonly ConcurrentQueue<JsonElement> events = new();
        private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Tasks(ICDPSession session)
        {
            this.session = session;
            session.Event("Tracing.dataCollected").OnEvent += (_, data) =>
            {
                foreach (var one in data!.Value.GetProperty("value").EnumerateArray())
                    events.Enqueue(one.Clone());
            };
            session.Event("Tracing.tracingComplete").OnEvent += (_, _) => complete.TrySetResult();
        }

        public Task BeginAsync() => session.SendAsync("Tracing.start", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["transferMode"] = "ReportEvents",
            ["traceConfig"] = new { includedCategories = new[] { "toplevel", "__metadata" }, excludedCategories = new[] { "*" } },
        });

        /// <summary>Ends, and gets the processor time of the longest task in milliseconds.</summary>
        public async Task<double> EndAsync()
        {
            _ = await session.SendAsync("Tracing.end");
            await complete.Task.WaitAsync(TimeSpan.FromSeconds(60));
            var pages = events.Where(one => Text(one, "name") is "thread_name" && Text(one.GetProperty("args"), "name") is "CrRendererMain").Select(ThreadOf).ToHashSet();
            return events.Where(one => Text(one, "name").EndsWith("RunTask", StringComparison.Ordinal) && pages.Contains(ThreadOf(one)))
                .Select(one => one.TryGetProperty("tdur", out var microseconds) ? microseconds.GetDouble() / 1_000 : 0).DefaultIfEmpty().Max();
        }

        private static string Text(JsonElement one, string member) => one.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";

        private static (int Process, int Thread) ThreadOf(JsonElement one) => (one.GetProperty("pid").GetInt32(), one.GetProperty("tid").GetInt32());
    }
}
