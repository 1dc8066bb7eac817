using System.Globalization;
using System.Text.Json;
using EmailVerify.Benchmarks;
using EmailVerify.Scenarios.Servers;
using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>Tests that measure, and so want the machine for themselves.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>A file of 100,000 rows, given and watched in the browser: it stays smooth. At an installation of its own, since it keeps one busy.</summary>
[Collection(nameof(Alone))]
[Trait("Pace", "long")]
public sealed class SmoothnessTests(ITestOutputHelper output) : PageTest(new Installation())
{
    private const int Rows = 100_000;
    private const int Domains = 5_000;

    /// <summary>More looks jumpy, and is read by nobody.</summary>
    private const double MostUpdatesPerSecond = 2;

    /// <summary>News comes unevenly: over so many it is counted.</summary>
    private const int Window = 11;

    /// <summary>Of the processor, so that what else the machine has to do counts for nothing.</summary>
    private const double LongestTask = 100;

    /// <summary>By which the heap may differ from one look to the next, in octets.</summary>
    private const double MostGrowth = 1_500_000;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(8);

    // How often something in a part of the page changes: all that one turn of the page's loop does is one update.
    private const string CountUpdates = """
        () => {
          window.updates = [];
          new MutationObserver(() => updates.push(performance.now())).observe(document.querySelector('section[aria-labelledby=progress]'), { subtree: true, childList: true, characterData: true });
        }
        """;

    [Fact(Timeout = 300_000)]
    public async Task File_OfAHundredThousandRows_StaysSmooth()
    {
        using var folder = new Folder("smoothness");
        await File.WriteAllLinesAsync(folder["customers.csv"], Enumerable.Range(0, Rows).Select(at => LoadAddresses.Of((at % Domains) + 1, at / Domains)).Prepend("email"), TestContext.Current.CancellationToken);
        var page = await OpenAsync("/batches");
        var chromium = await page.Context.NewCDPSessionAsync(page);
        var tasks = await TasksAsync(chromium);

        // :: Step 1: the file is chosen, looked at and sent by the page.
        await page.Locator("#file").SetInputFilesAsync(folder["customers.csv"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await page.ArrivesAsync("/batches/bat_*");
        await page.GetByText("Expected to be done").WaitForAsync(new() { Timeout = 60_000 });
        _ = await page.EvaluateAsync(CountUpdates);

        // :: Step 2: it is watched.
        var heaps = new List<double> { await HeapAsync(chromium) };
        for (var look = 0; look < 3; look++)
        {
            await Task.Delay(BetweenLooks, TimeProvider.System, TestContext.Current.CancellationToken);
            heaps.Add(await HeapAsync(chromium));
        }

        var updates = await page.EvaluateAsync<double[]>("updates");
        var done = await page.GetByRole(AriaRole.Heading, new() { Name = "rows done" }).TextContentAsync();
        var longest = await tasks();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done}; {updates.Length} updates; longest tasks, ms of processor: {string.Join(", ", longest.Take(5).Select(one => one.ToString("0", CultureInfo.InvariantCulture)))}; heap, KB: {string.Join(", ", heaps.Select(heap => (heap / 1024).ToString("0", CultureInfo.InvariantCulture)))}"));

        // :: Step 3: it was smooth, and not because nothing happened.
        Assert.True(updates.Length > 5);
        Assert.All(updates.Zip(updates.Skip(Window)), some => Assert.True(some.Second - some.First >= 1000 * (Window - 1) / MostUpdatesPerSecond, $"{Window} updates within {some.Second - some.First:0} ms."));
        Assert.NotEmpty(longest);
        Assert.True(longest[0] <= LongestTask, $"A task of {longest[0]:0} ms.");
        Assert.All(heaps.Skip(1).Zip(heaps.Skip(2)), two => Assert.True(two.Second - two.First < MostGrowth, $"The heap grew from {two.First:0} to {two.Second:0} octets."));
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            await Installation.DisposeAsync();
        }
    }

    // From now on; what is returned ends it and gets how long the tasks of pages' main threads took, in ms of the processor, the longest first.
    private static async Task<Func<Task<double[]>>> TasksAsync(ICDPSession chromium)
    {
        var events = new List<JsonElement>();
        var complete = new TaskCompletionSource();
        chromium.Event("Tracing.dataCollected").OnEvent += (_, collected) => events.AddRange(collected!.Value.GetProperty("value").EnumerateArray().Select(one => one.Clone()));
        chromium.Event("Tracing.tracingComplete").OnEvent += (_, _) => complete.TrySetResult();
        _ = await chromium.SendAsync("Tracing.start", new(StringComparer.Ordinal) { ["categories"] = "-*,disabled-by-default-devtools.timeline,__metadata", ["transferMode"] = "ReportEvents" });
        return async () =>
        {
            _ = await chromium.SendAsync("Tracing.end");
            await complete.Task;
            var main = events.Where(one => Text(one, "name") is "thread_name" && Text(one.GetProperty("args"), "name") is "CrRendererMain").Select(Thread).ToHashSet();
            return [.. events.Where(one => Text(one, "name") is "RunTask" && main.Contains(Thread(one)) && one.TryGetProperty("tdur", out _)).Select(one => one.GetProperty("tdur").GetDouble() / 1000).OrderDescending()];
        };
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static (int, int) Thread(JsonElement one) => (one.GetProperty("pid").GetInt32(), one.GetProperty("tid").GetInt32());

    // What is still held after what is not is gone.
    private static async Task<double> HeapAsync(ICDPSession chromium)
    {
        _ = await chromium.SendAsync("Performance.enable");
        _ = await chromium.SendAsync("HeapProfiler.collectGarbage");
        var metrics = await chromium.SendAsync("Performance.getMetrics");
        return metrics!.Value.GetProperty("metrics").EnumerateArray().Single(one => Text(one, "name") is "JSHeapUsedSize").GetProperty("value").GetDouble();
    }
}
