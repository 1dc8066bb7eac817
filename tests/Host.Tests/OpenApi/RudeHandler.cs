using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailVerify.Host.Tests.Api;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmailVerify.Host.Tests.OpenApi;

/// <summary>Sends what no well-behaved client does: a body in a chunk whose length is no number, or the first octet of a body, and then nothing more.</summary>
/// <param name="isSilent">Whether it falls silent.</param>
internal sealed class RudeHandler(bool isSilent) : HttpMessageHandler
{
    // More than a second is the least that the server can be told to bear with.
    private static readonly MinDataRate Patience = new(bytesPerSecond: 1_000, gracePeriod: TimeSpan.FromSeconds(1.1));

    /// <summary>Has a server wait for a silent client no longer than it must.</summary>
    public static void LosePatience(ApiHost host) => host.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MinRequestBodyDataRate = Patience;

    /// <summary>Makes a client that is rude, and holds what it is told to the document.</summary>
    public static HttpClient ClientOf(ApiHost host, bool isSilent)
    {
        var client = new HttpClient(new ContractHandler(() => CurrentContract.Of(host.Endpoints()), ContractCoverage.Note, new RudeHandler(isSilent))) { BaseAddress = host.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = host.Client.DefaultRequestHeaders.Authorization;
        return client;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, request.RequestUri!.Port, cancellationToken);
        var stream = client.GetStream();
        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{request.Method} {request.RequestUri.PathAndQuery} HTTP/1.1\r\nHost: {request.RequestUri.Authority}\r\nConnection: close\r\n")
            .Append(CultureInfo.InvariantCulture, $"Content-Type: {request.Content!.Headers.ContentType}\r\n{(isSilent ? "Content-Length: 100" : "Transfer-Encoding: chunked")}\r\n");
        foreach (var (name, values) in request.Headers.NonValidated)
            _ = head.Append(CultureInfo.InvariantCulture, $"{name}: {values}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append(isSilent ? "\r\n{" : "\r\nno number\r\n").ToString()), cancellationToken);
        return Parse(await ReadAsync(stream, cancellationToken), request);
    }

    // Of who breaks the rules the server resets the connection behind its answer.
    private static async Task<string> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all, cancellationToken);
        }
        catch (IOException) when (all.Length > 0)
        {
            // It has been told all that it was to be told.
        }

        return Encoding.UTF8.GetString(all.ToArray());
    }

    private static HttpResponseMessage Parse(string text, HttpRequestMessage request)
    {
        Assert.NotEmpty(text);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = text[..end].Split("\r\n");
        var response = new HttpResponseMessage((HttpStatusCode)int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture)) { RequestMessage = request };
        var body = text[(end + 4)..];
        response.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(lines.Contains("Transfer-Encoding: chunked", StringComparer.OrdinalIgnoreCase) ? body.Split("\r\n")[1] : body));
        foreach (var line in lines.Skip(1))
        {
            var (name, value) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            _ = response.Headers.TryAddWithoutValidation(name, value) || response.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }
}
