using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Benchmarks.Batches;

/// <summary>The service answered otherwise than the benchmark needs.</summary>
internal sealed class RefusedException(string message) : Exception(message);

/// <summary>A batch at one instant.</summary>
/// <param name="Status">Its state, such as <c>running</c>.</param>
/// <param name="Total">How many rows it has.</param>
/// <param name="Done">How many have a verdict.</param>
internal sealed record BatchState(string Status, int Total, int Done);

/// <summary>Batches over HTTP, as a customer's script would have them.</summary>
internal sealed class BatchClient(Service service)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>Makes a CSV file of addresses.</summary>
    public static byte[] CsvOf(IEnumerable<string> emails) => Encoding.ASCII.GetBytes($"email\r\n{string.Join("\r\n", emails)}\r\n");

    /// <summary>Uploads a file.</summary>
    /// <returns>Where the batch is.</returns>
    public async Task<Uri> UploadAsync(byte[] csv, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batches") { Content = new ByteArrayContent(csv) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var response = await SendAsync(request, HttpStatusCode.Accepted, cancellationToken);
        return response.Headers.Location ?? throw new RefusedException("POST /v1/batches gave no Location.");
    }

    /// <summary>Reads how a batch stands.</summary>
    public async Task<BatchState> StateAsync(Uri batch, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, batch);
        using var response = await SendAsync(request, HttpStatusCode.OK, cancellationToken);
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var counts = json.RootElement.GetProperty("counts");
        return new BatchState(json.RootElement.GetProperty("status").GetString()!, counts.GetProperty("total").GetInt32(), counts.GetProperty("done").GetInt32());
    }

    /// <summary>Waits until a batch has come to a point.</summary>
    public async Task<BatchState> WaitAsync(Uri batch, Func<BatchState, bool> point, CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = await StateAsync(batch, cancellationToken);
            if (point(state))
                return state;
            if (state.Status is not ("queued" or "running"))
                throw new RefusedException($"The batch is {state.Status} with {state.Done} of {state.Total} rows done.");
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Waits for its end.</summary>
    public Task<BatchState> CompletedAsync(Uri batch, CancellationToken cancellationToken) => WaitAsync(batch, state => state.Status is "completed", cancellationToken);

    /// <summary>Downloads all results as NDJSON.</summary>
    public async Task DownloadAsync(Uri batch, string file, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service.Client.BaseAddress!, $"{new Uri(service.Client.BaseAddress!, batch).AbsolutePath}/results"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
        using var response = await SendAsync(request, HttpStatusCode.OK, cancellationToken);
        await using var into = File.Create(file);
        await response.Content.CopyToAsync(into, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        var response = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == expected)
            return response;
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new RefusedException($"{request.Method} {request.RequestUri} was answered with {(int)response.StatusCode}, not {(int)expected}: {body}");
        }
    }
}
