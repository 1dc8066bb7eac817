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

    /// <summary>Asks for every id; one that is not known any more is lost.</summary>
    public Task ReadAsync(IEnumerable<string> ids, CancellationToken cancellationToken) =>
        ForEachAsync(ids, id => ReadAsync(id, wait: 0, cancellationToken), cancellationToken);

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
            await ForEachAsync(
                ledger.Waiting,
                async id =>
                {
                    while (!await ReadAsync(id, wait: 5, cancellationToken))
                        cancellationToken.ThrowIfCancellationRequested();
                },
                cancellationToken);
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

    private async Task<bool> ReadAsync(string id, int wait, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/verifications/" + id);
        if (wait > 0)
            request.Headers.Add("Prefer", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"wait={wait}"));
        using var response = await service.Client.SendAsync(request, cancellationToken);
        if (response.StatusCode is not HttpStatusCode.NotFound)
            return ledger.Enter(response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken));
        ledger.Lost(id);
        return true;
    }
}
