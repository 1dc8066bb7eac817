using System.Globalization;
using System.Net;
using System.Text;
using EmailVerify.Core.Probes;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Core.Tests.Probes;

/// <summary>How a script's octets are cut into pieces.</summary>
public enum Pieces
{
    Whole,
    Lines,
    Octets,
}

/// <summary>
/// Plays the server of one connection of a transcript. What we send must be, octet for octet, what the script expects next; a wrong command fails at once.
/// </summary>
internal sealed class TranscriptChannel(Queue<TranscriptLine> script, Pieces pieces, FakeTimeProvider clock) : ISmtpChannel
{
    private readonly Queue<byte> expected = new();

    public bool IsClosed { get; private set; }

    public IPAddress? LocalAddress => IPAddress.Parse("192.0.2.200");

    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Assert.False(IsClosed, "Something is sent on a closed connection.");
        foreach (var octet in octets.Span)
        {
            if (expected.Count == 0)
            {
                if (script.TryPeek(out var cut) && cut.Verb is "CUT")
                    return new(false);
                Assert.True(script.TryDequeue(out var line) && line.Verb is "C", $"Not expected: {Encoding.UTF8.GetString(octets.Span)}, but: {line}");
                foreach (var each in Encoding.UTF8.GetBytes(line.Text + "\r\n"))
                    expected.Enqueue(each);
            }

            Assert.True(expected.Dequeue() == octet, $"Another command is expected than: {Encoding.UTF8.GetString(octets.Span)}");
        }

        Assert.Empty(expected);
        return new(true);
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var length = 0;
        while (script.TryPeek(out var line))
        {
            switch (line.Verb)
            {
                case "S" or "LF" or "RAW":
                    var octets = line.Octets;
                    var taken = Math.Min(pieces is Pieces.Octets ? 1 : octets.Length, into.Length - length);
                    octets.AsSpan(0, taken).CopyTo(into.Span[length..]);
                    length += taken;
                    line.Octets = octets[taken..];
                    if (line.Octets.Length == 0)
                        script.Dequeue();
                    if (pieces is not Pieces.Whole || length == into.Length)
                        return new(length);
                    continue;
                case "SILENCE" when length == 0:
                    script.Dequeue();
                    BeSilent(cancellationToken);
                    return ValueTask.FromCanceled<int>(cancellationToken);
                case "CUT" when length == 0:
                    return new(0);
                case "PAUSE" when length == 0:
                    script.Dequeue();
                    clock.Advance(TimeSpan.FromSeconds(double.Parse(line.Text, CultureInfo.InvariantCulture)));
                    if (cancellationToken.IsCancellationRequested)
                        return ValueTask.FromCanceled<int>(cancellationToken);
                    continue;
            }

            break;
        }

        Assert.True(length > 0, $"A reply is waited for that the script does not have; next: {(script.TryPeek(out var next) ? next : "its end")}");
        return new(length);
    }

    public ValueTask<string?> StartTlsAsync(string host, CancellationToken cancellationToken)
    {
        // What came in clear and was not received yet is thrown away here, as the contract says.
        while (script.TryPeek(out var line) && line.Verb is "S" or "LF" or "RAW")
            script.Dequeue();
        var handshake = script.Dequeue();
        switch (handshake.Verb)
        {
            case "TLS":
                Assert.Equal(handshake.Text, host);
                return new("TLS 1.3");
            case "TLSFAIL":
                return new((string?)null);
            case "TLSSILENCE":
                BeSilent(cancellationToken);
                return ValueTask.FromCanceled<string?>(cancellationToken);
            default:
                Assert.Fail($"No handshake is expected, but: {handshake}");
                return default;
        }
    }

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        while (script.TryPeek(out var line) && line.Verb is "CUT" or "S" or "LF" or "RAW")
            script.Dequeue();
        Assert.True(script.Count == 0, $"Closed before the end of the script; next: {(script.TryPeek(out var next) ? next : null)}");
        return default;
    }

    // Nothing comes until somebody's patience ends; no step has more than five minutes of it.
    private void BeSilent(CancellationToken cancellationToken)
    {
        for (var second = 0; second < 300 && !cancellationToken.IsCancellationRequested; second++)
            clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(cancellationToken.IsCancellationRequested, "The wait has no end.");
    }
}
