using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios.Kills;

/// <summary>Asks a service that was started again about what its forerunner said.</summary>
internal sealed class Audit(Service service, Ledger ledger)
{
    private const int AtOnce = 32;

    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks for every id; one that is not known any more is lost.</summary>
    public Task ReadAsync(IEnumerable<string> ids, CancellationToken cancellationToken) =>
        ForEachAsync(ids, id => ReadAsync(id, cancellationToken), cancellationToken);

    /// <summary>Asks about addresses anew.</summary>
    public Task RepeatAsync(IEnumerable<string> emails, CancellationToken cancellationToken) => ForEachAsync(
        emails,
        async email =>
        {
            var (status, _, answer) = await service.PostAsync(email, wait: 10, cancellationToken);
            ledger.EnterRepeated(status, answer);
        },
        cancellationToken);

    /// <summary>Waits for the verdicts of what was accepted.</summary>
    /// <param name="cancellationToken">The end of patience.</param>
    /// <returns>The ids that have none by then.</returns>
    public async Task<IReadOnlyList<string>> EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            // In rounds: those that take long keep nobody from asking for the others.
            while (ledger.Waiting is { Count: > 0 } waiting)
            {
                await ReadAsync(waiting, cancellationToken);
                await Task.Delay(BetweenRounds, TimeProvider.System, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // What is left says it.
        }

        return ledger.Waiting;
    }

    /// <summary>Looks for rows about callers that were cut off.</summary>
    /// <returns>How many of them were written though nobody was told: the kill came between the write and the word.</returns>
    public async Task<int> FindUntoldAsync(IEnumerable<string> emails, CancellationToken cancellationToken)
    {
        var untold = new ConcurrentBag<string>();
        await ForEachAsync(
            emails,
            async email =>
            {
                using var response = await service.Client.PostAsJsonAsync("/v1/verifications/search", new { email }, cancellationToken);
                var found = (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("verifications");
                if (found.GetArrayLength() == 0)
                    return;
                untold.Add(email);
                foreach (var one in found.EnumerateArray())
                    _ = ledger.Enter(one.GetProperty("status").ValueKind is JsonValueKind.Null ? HttpStatusCode.Accepted : HttpStatusCode.OK, one);
            },
            cancellationToken);
        return untold.Count;
    }

    private static Task ForEachAsync(IEnumerable<string> texts, Func<string, Task> work, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        texts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (text, _) => await work(text));

    private async Task ReadAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await service.Client.GetAsync("/v1/verifications/" + id, cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound)
            ledger.Lost(id);
        else
            _ = ledger.Enter(response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken));
    }
}
