using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios.Batches;

/// <summary>An event as it came.</summary>
/// <param name="At">When, since the stream was opened.</param>
/// <param name="Id">The batch's revision.</param>
/// <param name="Name">Its kind.</param>
/// <param name="Look">How the batch stands.</param>
internal sealed record BatchEventSeen(TimeSpan At, long Id, string Name, BatchLook Look);

/// <summary>Reads the events of a batch, as a page in a browser would.</summary>
internal static class EventReader
{
    /// <summary>Reads until the stream ends.</summary>
    /// <param name="service">The service.</param>
    /// <param name="batch">The path of the batch.</param>
    /// <param name="lastId">The last event that was seen before, or null.</param>
    /// <param name="seen">Is told each event; false ends the reading.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The status of the answer, and whether the service ended the stream.</returns>
    public static Task<(HttpStatusCode Status, bool IsEnded)> ReadAsync(Service service, string batch, long? lastId, Func<BatchEventSeen, bool> seen, CancellationToken cancellationToken) =>
        ReadAsync(service.Client, batch, lastId, seen, cancellationToken);

    /// <summary>Reads until the stream ends.</summary>
    /// <param name="client">Who reads.</param>
    /// <inheritdoc cref="ReadAsync(Service, string, long?, Func{BatchEventSeen, bool}, CancellationToken)"/>
    public static async Task<(HttpStatusCode Status, bool IsEnded)> ReadAsync(HttpClient client, string batch, long? lastId, Func<BatchEventSeen, bool> seen, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, batch + "/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastId is { } last)
            request.Headers.Add("Last-Event-ID", last.ToString(CultureInfo.InvariantCulture));
        var began = Stopwatch.GetTimestamp();
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var lines = new StreamReader(body, Encoding.UTF8);
        var (id, name) = (0L, string.Empty);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            var field = line.Split(": ", 2);
            switch (field)
            {
                case ["id", var number]:
                    id = long.Parse(number, CultureInfo.InvariantCulture);
                    break;
                case ["event", var kind]:
                    name = kind;
                    break;
                case ["data", var json]:
                    var look = new BatchLook(JsonElement.Parse(json));
                    look.AssertLawful();
                    if (!seen(new BatchEventSeen(Stopwatch.GetElapsedTime(began), id, name, look)))
                        return (response.StatusCode, false);
                    break;
            }
        }

        return (response.StatusCode, true);
    }
}
