using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmailVerify.Scenarios.Kills;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios.Cluster;

/// <summary>How a call ended.</summary>
internal enum CallEnd
{
    /// <summary>With a verdict.</summary>
    Told,

    /// <summary>With 202: the verdict comes later.</summary>
    Accepted,

    /// <summary>With a problem that says when to ask again.</summary>
    Refused,

    /// <summary>With the end of the process that was asked, which the test had brought about.</summary>
    Cut,

    /// <summary>With anything else.</summary>
    Failed,

    /// <summary>Not in time.</summary>
    Late,
}

/// <summary>A call that has ended.</summary>
/// <param name="At">When it began.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Silo">Who was asked.</param>
/// <param name="End">How it ended.</param>
/// <param name="Detail">What else is to be said of it.</param>
internal sealed record Call(TimeSpan At, TimeSpan Took, string Silo, CallEnd End, string Detail)
{
    public bool IsAnswered => End is CallEnd.Told or CallEnd.Accepted;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.TotalSeconds:0.00} s {Silo} {End} after {Took.TotalSeconds:0.00} s {Detail}");
}

/// <summary>Callers that come at a steady rate, each to the next silo that is meant to be up, whether or not the others were answered.</summary>
/// <param name="world">Whom they ask.</param>
/// <param name="ledger">What they are told.</param>
/// <param name="rate">How many come in a second.</param>
internal sealed class Traffic(ClusterWorld world, Ledger ledger, int rate) : IAsyncDisposable
{
    /// <summary>When an answer is late.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    /// <summary>An answer within this is a good one.</summary>
    private static readonly TimeSpan Good = TimeSpan.FromSeconds(2);

    /// <summary>So long all answers must be good for the service to be itself again.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<Call> calls = new();
    private readonly ConcurrentDictionary<TimeSpan, int> waiting = new();
    private readonly CancellationTokenSource stop = new();
    private Task coming = Task.CompletedTask;
    private int come;
    private int beside = 1_000_000;
    private TimeSpan countsFrom;

    /// <summary>Gets the calls that have ended, in the order in which they began; none from before <see cref="Count"/>.</summary>
    public IReadOnlyList<Call> Calls => [.. calls.Where(call => call.At >= countsFrom).OrderBy(call => call.At)];

    /// <summary>Begins to call.</summary>
    public void Begin() => coming = Task.Run(ComeAsync);

    /// <summary>Counts from now on: processes that have just started are slow while they compile.</summary>
    public void Count() => countsFrom = world.Now;

    /// <summary>Lets nobody come any more and waits for those who wait.</summary>
    public async Task EndAsync()
    {
        await stop.CancelAsync();
        await coming;
    }

    /// <summary>Waits until each call of two seconds on end had an answer within two seconds.</summary>
    /// <param name="since">From when on.</param>
    /// <param name="patience">How long to wait for that.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>When that began, after <paramref name="since"/>; null when it did not within the patience.</returns>
    public async Task<TimeSpan?> RecoveredAsync(TimeSpan since, TimeSpan patience, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Whoever began before this and waits yet is not answered in time.
            var until = world.Now - Good;
            var from = Calls.Where(call => call.At >= since && !(call.IsAnswered && call.Took <= Good)).Select(call => call.At)
                .Concat(waiting.Keys.Where(at => at >= since && at < until)).DefaultIfEmpty(since).Max();
            var began = Calls.Where(call => call.At > from).Select(call => (TimeSpan?)call.At).Min();
            if (began is { } good && until - good >= Long)
                return good - since;
            if (world.Now - since > patience)
                return null;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Says how the calls ended.</summary>
    public string Summary()
    {
        var all = Calls;
        var answered = all.Where(call => call.IsAnswered).Select(call => call.Took).Order().ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{all.Count} calls: {Of(CallEnd.Told)} told, {Of(CallEnd.Accepted)} accepted, {Of(CallEnd.Refused)} refused, {Of(CallEnd.Cut)} cut, {Of(CallEnd.Failed)} failed, {Of(CallEnd.Late)} late; answers p50 {At(0.5):0} ms, p99 {At(0.99):0} ms, last {At(1):0} ms");

        int Of(CallEnd end) => all.Count(call => call.End == end);
        double At(double part) => answered.Length == 0 ? 0 : answered[(int)((answered.Length - 1) * part)].TotalMilliseconds;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        stop.Dispose();
    }

    private async Task ComeAsync()
    {
        var open = new List<Task>();
        var began = Stopwatch.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            for (var due = (int)(Stopwatch.GetElapsedTime(began).TotalSeconds * rate); come < due; come++)
            {
                if (world.Next() is { } silo)
                    open.Add(ComeToAsync(silo, Population.AddressOf(come + 1)));
            }

            _ = open.RemoveAll(static call => call.IsCompleted);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }

        await Task.WhenAll(open);
    }

    /// <summary>Has one more come, to a silo that nobody else is sent to.</summary>
    public Task<Call> AskAsync(ClusterSilo silo) => CallAsync(silo, Population.AddressOf(Interlocked.Increment(ref beside)));

    private async Task<Call> CallAsync(ClusterSilo silo, string email)
    {
        var (began, at, before) = (Stopwatch.GetTimestamp(), world.Now, silo.Disturbances);
        var (end, detail) = (CallEnd.Failed, string.Empty);
        waiting[at] = 1;
        try
        {
            using var bound = new CancellationTokenSource(Bound, TimeProvider.System);
            (end, detail) = await AskAsync(silo, email, bound.Token);
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or JsonException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            end = silo.Disturbances != before ? CallEnd.Cut : cut is OperationCanceledException ? CallEnd.Late : CallEnd.Failed;
            detail = $"{email}: {cut.Message}";
        }

        _ = waiting.TryRemove(at, out _);
        return new Call(at, Stopwatch.GetElapsedTime(began), silo.Name, end, detail);
    }

    private async Task ComeToAsync(ClusterSilo silo, string email) => calls.Enqueue(await CallAsync(silo, email));

    private async Task<(CallEnd End, string Detail)> AskAsync(ClusterSilo silo, string email, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/verifications") { Content = JsonContent.Create(new { email }) };
        request.Headers.Add("Prefer", "wait=1");
        using var response = await silo.Service.Client.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                _ = ledger.Enter(response.StatusCode, answer);
                return (CallEnd.Told, answer.Verdict());
            case HttpStatusCode.Accepted:
                _ = ledger.Enter(response.StatusCode, answer);
                return (CallEnd.Accepted, answer.TryGetProperty("pending", out var pending) ? pending.GetRawText() : string.Empty);
            case HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests when response.Headers.RetryAfter is not null:
                return (CallEnd.Refused, answer.GetProperty("code").GetString()!);
            default:
                return (CallEnd.Failed, $"{email}: {(int)response.StatusCode} {answer}");
        }
    }
}
