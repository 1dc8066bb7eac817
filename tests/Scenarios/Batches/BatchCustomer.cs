using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios.Batches;

/// <summary>A customer with files: uploads them, watches and steers them, and fetches what was found.</summary>
internal sealed class BatchCustomer(HttpClient client)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    public BatchCustomer(Service service)
        : this(service.Client)
    {
    }

    /// <summary>Makes a CSV file of one column.</summary>
    public static byte[] CsvOf(IEnumerable<string> emails) => Encoding.UTF8.GetBytes(
        emails.Aggregate(new StringBuilder("email\r\n"), (csv, email) => csv.Append('"').Append(email.Replace("\"", "\"\"", StringComparison.Ordinal)).Append("\"\r\n"), csv => csv.ToString()));

    /// <summary>Makes the content of an upload.</summary>
    public static ByteArrayContent ContentOf(byte[] csv) => new(csv) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };

    /// <summary>Uploads a file.</summary>
    /// <param name="content">It.</param>
    /// <param name="key">The idempotency key, or null.</param>
    /// <param name="query">Further wishes, such as <c>?name=a</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The path of the batch.</returns>
    public async Task<string> UploadAsync(HttpContent content, string? key, string query, CancellationToken cancellationToken)
    {
        using var response = await PostAsync(content, key, query, cancellationToken);
        return response.StatusCode is HttpStatusCode.Accepted
            ? response.Headers.Location!.ToString()
            : throw new InvalidOperationException($"The upload was answered with {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }

    /// <inheritdoc cref="UploadAsync(HttpContent, string?, string, CancellationToken)"/>
    public Task<string> UploadAsync(IEnumerable<string> emails, CancellationToken cancellationToken) =>
        UploadAsync(ContentOf(CsvOf(emails)), key: null, string.Empty, cancellationToken);

    /// <summary>Uploads a file, whatever the answer.</summary>
    public async Task<HttpResponseMessage> PostAsync(HttpContent content, string? key, string query, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batches" + query) { Content = content };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request, cancellationToken);
    }

    /// <summary>Gets all batches.</summary>
    public async Task<IReadOnlyList<BatchLook>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await JsonAsync("/v1/batches", cancellationToken)).GetProperty("batches").EnumerateArray().Select(json => new BatchLook(json))];

    /// <summary>Looks how a batch stands.</summary>
    public async Task<BatchLook> LookAsync(string batch, CancellationToken cancellationToken)
    {
        var look = new BatchLook(await JsonAsync(batch, cancellationToken));
        look.AssertLawful();
        return look;
    }

    /// <summary>Looks until a batch has come to a point. Within a round what is done never becomes less.</summary>
    public async Task<BatchLook> UntilAsync(string batch, Func<BatchLook, bool> point, CancellationToken cancellationToken)
    {
        BatchLook? before = null;
        while (true)
        {
            var look = await LookAsync(batch, cancellationToken);
            Assert.True(before is null || look.Round > before.Round || look.Done >= before.Done, $"Done fell from {before} to {look}.");
            if (point(look))
                return look;
            before = look;
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Waits for its end.</summary>
    public Task<BatchLook> CompletedAsync(string batch, CancellationToken cancellationToken) => UntilAsync(batch, look => look.Status is "completed", cancellationToken);

    /// <summary>Steers a batch: <c>pause</c>, <c>resume</c>, <c>cancel</c> or <c>retry</c>.</summary>
    public async Task<BatchLook> SteerAsync(string batch, string command, CancellationToken cancellationToken)
    {
        using var response = await client.PostAsync(new Uri($"{batch}/{command}", UriKind.Relative), content: null, cancellationToken);
        var json = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        Assert.True(response.StatusCode is HttpStatusCode.Accepted, $"{command} was answered with {(int)response.StatusCode}: {json}");
        return new BatchLook(json);
    }

    /// <summary>Downloads results in the order of rows.</summary>
    /// <param name="batch">The path of the batch.</param>
    /// <param name="after">The last row that is there already.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<List<RowResult>> ResultsAsync(string batch, long after, CancellationToken cancellationToken)
    {
        var results = new List<RowResult>();
        await DownloadAsync(batch, after, results, atLine: null, cancellationToken);
        return results;
    }

    /// <summary>Downloads results into a list that keeps what came before a failure: whole lines only.</summary>
    /// <param name="batch">The path of the batch.</param>
    /// <param name="after">The last row that is there already.</param>
    /// <param name="results">Where to.</param>
    /// <param name="atLine">Is told after each line.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task DownloadAsync(string batch, long after, List<RowResult> results, Action? atLine, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"{batch}/results?format=ndjson&after={after}"));
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var lines = new StreamReader(body, Encoding.UTF8);

        // What is behind the last line break is no whole line: where the connection was cut the reader throws instead of giving it.
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            results.Add(RowResult.Of(line));
            atLine?.Invoke();
        }
    }

    private async Task<JsonElement> JsonAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var json = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return response.StatusCode is HttpStatusCode.OK ? json : throw new InvalidOperationException($"GET {path} was answered with {(int)response.StatusCode}: {json}");
    }
}
