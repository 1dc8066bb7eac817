using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Batches.Uploads;

namespace EmailVerify.Host.Cli;

/// <summary>The batch of a file in a running service.</summary>
/// <param name="server">The service.</param>
internal sealed class RemoteBatch(ServerClient server) : IBatchPlace
{
    private const string Batches = "v1/batches";

    private string path = string.Empty;

    /// <inheritdoc/>
    public string Afterwards => " The service goes on with the rest: the same command waits for it again.";

    /// <inheritdoc/>
    public async Task<BatchStanding> OpenAsync(SourceFile file, string? column, CancellationToken cancellationToken)
    {
        // A batch that was removed leaves its key behind: the next one is tried.
        for (var time = 1; ; time++)
        {
            var key = FormattableString.Invariant($"verify-file-{file.Fingerprint}.{time}");
            using var response = await server.SendAsync(() => Upload(file, column, key), cancellationToken);
            var batch = await server.JsonAsync(response, cancellationToken);
            path = $"{Batches}/{batch.GetProperty("id").GetString()}";
            if (!response.Headers.Contains("Idempotency-Replayed"))
                return BatchStanding.Of(batch);
            if (await LookAsync(cancellationToken) is { IsErased: false } standing)
                return standing;
        }
    }

    /// <inheritdoc/>
    public async Task<BatchStanding> LookAsync(CancellationToken cancellationToken) =>
        BatchStanding.Of(await server.ReadAsync(() => new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)), cancellationToken));

    /// <inheritdoc/>
    public async Task SteerAsync(BatchCommand command, CancellationToken cancellationToken) =>
        _ = await server.ReadAsync(() => new HttpRequestMessage(HttpMethod.Post, new Uri($"{path}/{Words.Of(command)}", UriKind.Relative)), cancellationToken);

    /// <inheritdoc/>
    public async Task WriteAsync(OutputFile output, VerifyFormat format, CancellationToken cancellationToken)
    {
        var results = new Uri($"{path}/results?format={(format is VerifyFormat.Csv ? "csv" : "ndjson")}", UriKind.Relative);
        using var response = await server.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, results), cancellationToken);
        if (format is not VerifyFormat.Table)
        {
            await server.CopyAsync(response, output.Stream, cancellationToken);
            return;
        }

        await using var writer = new StreamWriter(output.Stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        var table = new VerifyOutput(VerifyFormat.Table, writer, output.Palette);
        await table.BeginAsync();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
            await table.WriteAsync(VerdictRow.Of(JsonSerializer.Deserialize<JsonElement>(line)));
    }

    private static HttpRequestMessage Upload(SourceFile file, string? column, string key)
    {
        file.Stream.Position = 0;
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(column is null ? Batches : $"{Batches}?column={Uri.EscapeDataString(column)}", UriKind.Relative))
        {
            // The file outlives its request.
            Content = new StreamContent(new HashedStream(file.Stream, hash: null)),
            Headers = { ExpectContinue = true },
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(file.Format switch
        {
            UploadFormat.Ndjson => MediaTypes.Ndjson,
            UploadFormat.Json => MediaTypes.Json,
            _ => MediaTypes.Csv,
        });
        request.Content.Headers.ContentLength = file.Stream.Length;
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }
}
