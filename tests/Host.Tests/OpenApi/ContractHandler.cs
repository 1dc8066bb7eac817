using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmailVerify.Host.Tests.OpenApi;

/// <summary>Holds each answer to the document, and notes which documented answer it was. What is not as documented fails the test that asked.</summary>
/// <param name="contract">The document.</param>
/// <param name="note">Takes which documented answer was given.</param>
/// <param name="inner">What sends the requests; null is the usual way.</param>
internal sealed class ContractHandler(Func<Contract> contract, Action<string> note, HttpMessageHandler? inner = null) : DelegatingHandler(inner ?? new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
{
    private const string Problem = "application/problem+json";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var document = contract();
        var isHead = request.Method == HttpMethod.Head;
        var operation = document.Find(isHead ? "get" : request.Method.Method, request.RequestUri!.AbsolutePath);
        var type = response.Content.Headers.ContentType?.MediaType;
        if (operation is null)
        {
            // A page, or a path or method that nobody knows: the latter is a problem like any other. What belongs to the Orleans Dashboard speaks as its package does.
            if (type is Problem && !isHead && !request.RequestUri.AbsolutePath.StartsWith("/dashboard/", StringComparison.Ordinal))
                Watch(response, new ContractAnswer(document, null, (int)response.StatusCode, type, new JsonObject { ["$ref"] = "#/components/schemas/Problem" }, null, note));
            return response;
        }

        var status = (int)response.StatusCode;
        if (operation.Responses[$"{status}"] is not { } found)
            throw new ContractException($"{operation.Id} answered {status}, which is not documented. {(isHead ? "" : await response.Content.ReadAsStringAsync(cancellationToken))}");
        var documented = document.Resolve(found);
        CheckHeaders(document, operation, documented, response);
        if (documented["content"] is not JsonObject contents)
        {
            if (response.Content.Headers.ContentLength is > 0)
                throw new ContractException($"{operation.Id} answered {status} with a body, and none is documented.");
            note($"{operation.Id} {status}");
            return response;
        }

        if (isHead)
            return response;
        if (type is null || contents[type] is not JsonObject content)
            throw new ContractException($"{operation.Id} answered {status} as {type ?? "nothing"}, which is not documented.");
        Watch(response, new ContractAnswer(document, operation, status, type, content["schema"]!, content["x-item-schema"], note));
        return response;
    }

    private static void CheckHeaders(Contract document, ContractOperation operation, JsonObject documented, HttpResponseMessage response)
    {
        foreach (var (name, reference) in (JsonObject)documented["headers"]!)
        {
            var header = document.Resolve(reference!);
            if (!response.Headers.NonValidated.TryGetValues(name, out var values) && !response.Content.Headers.NonValidated.TryGetValues(name, out values))
            {
                if ((bool)header["required"]!)
                    throw new ContractException($"{operation.Id} answered {(int)response.StatusCode} without the header {name}.");
                continue;
            }

            var schema = header["schema"]!;
            var text = values.ToString();
            using var value = JsonDocument.Parse((string?)schema["type"] is "integer" ? text : JsonSerializer.Serialize(text));
            if (document.Fault(schema, value.RootElement, isAnswer: true) is { } fault)
                throw new ContractException($"The header {name} of {operation.Id} is not as documented: {fault}");
        }
    }

    private static void Watch(HttpResponseMessage response, ContractAnswer answer)
    {
        // Who asks for a coding gets octets that are not looked into here.
        if (response.Content.Headers.ContentEncoding.Count > 0)
            return;
        var watched = new WatchedContent(response.Content, answer);
        foreach (var (name, values) in response.Content.Headers.NonValidated)
            _ = watched.Headers.TryAddWithoutValidation(name, values);
        response.Content = watched;
    }

    private sealed class WatchedContent(HttpContent inner, ContractAnswer answer) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await using var watched = await CreateContentReadStreamAsync();
            await watched.CopyToAsync(stream);
        }

        protected override async Task<Stream> CreateContentReadStreamAsync() => new WatchedStream(await inner.ReadAsStreamAsync(), answer);

        protected override bool TryComputeLength(out long length)
        {
            length = inner.Headers.ContentLength ?? 0;
            return inner.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class WatchedStream(Stream inner, ContractAnswer answer) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Seen(buffer.AsSpan(offset, count), inner.Read(buffer, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            return Seen(buffer.Span, count);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }

        private int Seen(ReadOnlySpan<byte> buffer, int count)
        {
            if (buffer.IsEmpty)
                return count;
            if (count == 0)
                answer.End();
            else
                answer.Add(buffer[..count]);
            return count;
        }
    }
}

/// <summary>An answer is not as the document says.</summary>
internal sealed class ContractException(string message) : Exception(message);
