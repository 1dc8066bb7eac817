using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Cli;

/// <summary>A running service, as <c>verify --server</c> asks it.</summary>
internal sealed class ServerClient : IDisposable
{
    /// <summary>The variable of the environment that may hold the key.</summary>
    public const string KeyVariable = "EMAILVERIFY_KEY";

    private const int AtOnce = 64;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly HttpClient client;
    private readonly TimeProvider clock;

    /// <param name="server">Where it is.</param>
    /// <param name="key">The key for it.</param>
    /// <param name="clock">The clock.</param>
    public ServerClient(Uri server, string key, TimeProvider clock)
    {
        this.clock = clock;
        client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, MaxConnectionsPerServer = AtOnce, AllowAutoRedirect = false })
        {
            BaseAddress = server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Gets the key to ask with: the given one, or that of the environment.</summary>
    /// <exception cref="CommandRefusedException">There is none.</exception>
    public static string KeyOf(string? given) =>
        (given ?? Environment.GetEnvironmentVariable(KeyVariable)) is { } key && !string.IsNullOrWhiteSpace(key) && !key.Any(char.IsControl)
            ? key
            : throw new CommandRefusedException(ExitCodes.Refused, $"--server needs a key: give one with --key, or in the environment as {KeyVariable}.");

    /// <summary>Sends a request, and again when the service says that it is too early.</summary>
    /// <param name="make">Makes the request.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer, a good one; its body is still to be read.</returns>
    /// <exception cref="CommandRefusedException">The service refuses, or there is none.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var request = make();
            var response = await TrySendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
                return response;
            using var refused = response;
            var problem = await ProblemAsync(refused, cancellationToken);
            var isEarly = refused.StatusCode is HttpStatusCode.TooManyRequests || Text(problem, "code") is "idempotency_in_progress";
            if (!isEarly || refused.Headers.RetryAfter?.Delta is not { } pause || pause > LongestPause)
                throw Refusal(refused, problem);
            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    /// <summary>Sends a request and reads the JSON of its answer.</summary>
    public async Task<JsonElement> ReadAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(make, cancellationToken);
        return await JsonAsync(response, cancellationToken);
    }

    /// <summary>Reads the JSON of an answer.</summary>
    /// <exception cref="CommandRefusedException">It is none.</exception>
    public async Task<JsonElement> JsonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new CommandRefusedException(ExitCodes.Failed, $"What answers at {client.BaseAddress} is no emailverify.");
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw Unreachable(failure);
        }
    }

    /// <summary>Copies the body of an answer.</summary>
    /// <exception cref="CommandRefusedException">It ends too early.</exception>
    public async Task CopyAsync(HttpResponseMessage response, Stream output, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[64 * 1024];
        while (true)
        {
            int read;
            try
            {
                read = await body.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception failure) when (failure is IOException or HttpRequestException)
            {
                throw Unreachable(failure);
            }

            if (read == 0)
                return;
            await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static async Task<JsonElement?> ProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return document.RootElement.ValueKind is JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception failure) when (failure is JsonException or HttpRequestException or IOException)
        {
            return null;
        }
    }

    private static CommandRefusedException Refusal(HttpResponseMessage response, JsonElement? problem)
    {
        var isFile = response.RequestMessage?.Content is StreamContent
            && response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity;
        var sentence = Text(problem, "code") switch
        {
            "column_ambiguous" or "column_not_found" when Text(problem, "detail") is { } fault => FaultSentences.OfColumn(fault),
            _ => Text(problem, "detail") ?? FormattableString.Invariant($"The service answered with {(int)response.StatusCode} {response.ReasonPhrase}."),
        };
        return new CommandRefusedException(isFile ? ExitCodes.Refused : ExitCodes.Failed, Terminal.Inert(sentence));
    }

    private static string? Text(JsonElement? of, string name) =>
        of is { } problem && problem.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private async Task<HttpResponseMessage> TrySendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw Unreachable(failure);
        }
        catch (TaskCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(failure);
        }
    }

    private CommandRefusedException Unreachable(Exception failure) => new(ExitCodes.Failed, $"The service at {client.BaseAddress} cannot be reached: {failure.Message}");
}
