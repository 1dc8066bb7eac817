using System.Collections.Concurrent;
using Microsoft.Playwright;
using IRequest = Microsoft.Playwright.IRequest;

namespace EmailVerify.Browser;

/// <summary>
/// Watches what pages do unseen, and keeps what they never should: a request to another place, a breach of the content security policy, an error or warning on the console,
/// an uncaught exception or rejection, a request that failed or was refused.
/// </summary>
internal sealed class PageWatch
{
    // Chromium says on the console what the answers say by themselves.
    private const string SaidOfAnswers = "Failed to load resource";

    // By this a page was left or a request taken back: the visitor's doing, or the page's own.
    private const string TakenBack = "net::ERR_ABORTED";

    private const string Script = """
        addEventListener('securitypolicyviolation', breach =>
          tellWatch(`policy: ${breach.effectiveDirective} forbids ${breach.blockedURI} in ${breach.sourceFile || location.href}:${breach.lineNumber} ${breach.sample}`), true);
        """;

    private readonly ConcurrentQueue<string> findings = new();
    private readonly ConcurrentQueue<(int Status, string Path)> allowed = new();

    /// <summary>Gets what was found.</summary>
    public IReadOnlyCollection<string> Findings => findings;

    /// <summary>Gets all requests, in order: their method and address.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Says that a refusal belongs to what is tested.</summary>
    /// <param name="status">The status of the answer.</param>
    /// <param name="path">What its path begins with.</param>
    public void Allow(int status, string path) => allowed.Enqueue((status, path));

    /// <summary>Takes what was found so far: the test expected it.</summary>
    public string[] Take()
    {
        var taken = new List<string>();
        while (findings.TryDequeue(out var finding))
            taken.Add(finding);
        return [.. taken];
    }

    /// <summary>Watches all pages of a profile.</summary>
    /// <param name="context">The profile.</param>
    /// <param name="home">The only place that may be asked for anything.</param>
    public async Task WatchAsync(IBrowserContext context, Uri home)
    {
        context.Request += (_, request) => Look(request, home);
        context.Response += (_, response) => Look(response, home);
        context.RequestFailed += (_, request) =>
        {
            if (request.Failure is not TakenBack)
                findings.Enqueue($"request: {request.Method} {request.Url} failed: {request.Failure}");
        };
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" or "assert" && !message.Text.StartsWith(SaidOfAnswers, StringComparison.Ordinal))
                findings.Enqueue($"console: {message.Type}: {message.Text} ({message.Location})");
        };
        context.WebError += (_, error) => findings.Enqueue($"exception: {error.Error}");
        context.Page += (_, page) =>
        {
            page.Crash += (_, _) => findings.Enqueue($"crash: {page.Url}");
            page.WebSocket += (_, socket) => findings.Enqueue($"request: a web socket to {socket.Url}");
        };
        await context.ExposeBindingAsync("tellWatch", (BindingSource _, string finding) => findings.Enqueue(finding));
        await context.AddInitScriptAsync(Script);
    }

    /// <summary>Waits until all that happened before has been told: what the browser tells comes in order.</summary>
    public static async Task SettleAsync(IBrowserContext context)
    {
        foreach (var page in context.Pages.Where(page => !page.IsClosed))
            _ = await page.EvaluateAsync<int>("0");
    }

    private void Look(IRequest request, Uri home)
    {
        Requests.Enqueue($"{request.Method} {request.Url}");
        if (IsElsewhere(new Uri(request.Url), home))
            findings.Enqueue($"request: {request.Method} {request.Url} leaves {home}");
    }

    private void Look(IResponse response, Uri home)
    {
        var address = new Uri(response.Url);
        if (response.Status >= 400 && !IsElsewhere(address, home) && !allowed.Any(one => one.Status == response.Status && address.AbsolutePath.StartsWith(one.Path, StringComparison.Ordinal)))
            findings.Enqueue($"answer: {response.Request.Method} {response.Url} was refused with {response.Status}");
    }

    // What a page makes itself (data:, blob:) leaves nothing.
    private static bool IsElsewhere(Uri address, Uri home) =>
        address.Scheme is not ("data" or "blob" or "about") && !string.Equals(address.GetLeftPart(UriPartial.Authority), home.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
}
