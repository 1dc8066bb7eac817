using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailVerify.Scenarios.Batches;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios;

/// <summary>Uploads that no customer should send: each is answered soon, costs little and leaves nothing.</summary>
[Trait("Pace", "slow")]
public sealed class BatchRefusalTests(ITestOutputHelper output)
{
    private const int Piece = 64 * 1024;
    private const int Pieces = 1_000_000_000 / Piece;
    private const double MostGrowth = 60;
    private const double Megabyte = 1024 * 1024;

    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(5);

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Upload_CutEndlessOrOfAnotherKind_LeavesNothing()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var data = new Folder("batch-refusals");
        await using var sandbox = await SandboxProcess.StartAsync(cancellationToken);
        await using var service = await Service.StartAsync(data.Path, sandbox.Settings, cancellationToken);
        var customer = new BatchCustomer(service);

        // :: Step 1: of another kind, and longer than any file may be.
        using (var pdf = new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = new("application/pdf") } })
        using (var refused = await customer.PostAsync(pdf, key: null, string.Empty, cancellationToken))
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, refused.StatusCode);
        using (var socket = await OpenAsync(service, "Content-Length: 5000000000"))
            Assert.StartsWith("HTTP/1.1 413", await AnswerAsync(socket), StringComparison.Ordinal);

        // :: Step 2: cut in the middle, when chunks of it are written already.
        var csv = BatchCustomer.CsvOf(Enumerable.Range(0, 20_000).Select(at => string.Create(CultureInfo.InvariantCulture, $"a{at}@d1.load.test")));
        using (var socket = await OpenAsync(service, $"Content-Length: {csv.Length}"))
            await SendAsync(socket, csv.AsMemory(0, csv.Length / 2));
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
        Assert.Empty(await customer.ListAsync(cancellationToken));

        // :: Step 3: a line without end.
        var before = service.Process.ResidentSet;
        var began = Stopwatch.GetTimestamp();
        using (var socket = await OpenAsync(service, "Transfer-Encoding: chunked"))
        {
            var answer = AnswerAsync(socket);
            var sent = await SendEndlessAsync(socket, answer);
            Assert.StartsWith("HTTP/1.1 400", await answer, StringComparison.Ordinal);
            var took = Stopwatch.GetElapsedTime(began);
            var growth = (service.Process.ResidentSet - before) / Megabyte;
            output.WriteLine($"a line without end: 400 after {took.TotalMilliseconds:0} ms and {sent / Megabyte:0.0} MB, resident set {growth:+0.0;-0.0} MB");
            Assert.InRange(took, TimeSpan.Zero, Promptly);
            Assert.InRange(growth, double.MinValue, MostGrowth);
        }

        // :: Step 4: nothing of it all is there, and the service works.
        Assert.Empty(await customer.ListAsync(cancellationToken));
        var batch = await customer.UploadAsync(["ok-1@d1.load.test"], cancellationToken);
        Assert.Equal(1, (await customer.CompletedAsync(batch, cancellationToken)).Count("deliverable"));
    }

    private static async Task<Socket> OpenAsync(Service service, string length)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, service.Client.BaseAddress!.Port, Ends);
        await SendAsync(socket, Encoding.ASCII.GetBytes($"POST /v1/batches HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {Service.Key}\r\nContent-Type: text/csv\r\n{length}\r\n\r\n"));
        return socket;
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> octets)
    {
        while (!octets.IsEmpty)
            octets = octets[await socket.SendAsync(octets, SocketFlags.None, Ends)..];
    }

    private static async Task<string> AnswerAsync(Socket socket)
    {
        var buffer = new byte[8_192];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, SocketFlags.None, Ends));
    }

    // Stops when it is answered or cut off.
    private static async Task<long> SendEndlessAsync(Socket socket, Task answer)
    {
        byte[] piece = [.. Encoding.ASCII.GetBytes($"{Piece:x}\r\n"), .. Enumerable.Repeat((byte)'a', Piece), .. "\r\n"u8];
        var sent = 0L;
        try
        {
            for (var at = 0; at < Pieces && !answer.IsCompleted; at++)
            {
                await SendAsync(socket, piece);
                sent += Piece;
            }
        }
        catch (SocketException)
        {
            // It was cut off; what was answered is there.
        }

        return sent;
    }
}
