using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using EmailVerify.Core.Probes;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Core.Tests.Probes;

/// <summary>
/// One line of a transcript. <c>S</c>, <c>LF</c> and <c>RAW</c> are the server's octets (with CRLF, with a bare LF, exactly as written with escapes),
/// <c>C</c> what the client must send; <c>CUT</c>, <c>SILENCE</c>, <c>PAUSE n</c>, <c>TLS host</c>, <c>TLSFAIL</c> and <c>TLSSILENCE</c> are events;
/// <c>DIAL address outcome</c> begins a connection; <c>@</c> is what the caller does and <c>=</c> what he must be given.
/// </summary>
internal sealed record TranscriptLine(string Verb, string Text)
{
    public byte[] Octets { get; set; } = Verb switch
    {
        "S" => Encoding.UTF8.GetBytes(Text + "\r\n"),
        "LF" => Encoding.UTF8.GetBytes(Text + "\n"),
        "RAW" => Encoding.Latin1.GetBytes(Regex.Unescape(Text)),
        _ => [],
    };

    public override string ToString() => $"{Verb} {Text}";
}

/// <summary>A transcript: the connections' scripts, and the caller's deeds with their results.</summary>
internal sealed class Transcript : ISmtpDialer
{
    private readonly Queue<(IPAddress Address, string Outcome, Queue<TranscriptLine> Script)> connections = new();
    private readonly List<Queue<TranscriptLine>> scripts = [];

    public required Pieces Pieces { get; init; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public Queue<TranscriptLine> Deeds { get; } = new();

    public static Transcript Load(string file, Pieces pieces)
    {
        var transcript = new Transcript { Pieces = pieces };
        foreach (var raw in File.ReadLines(file).Where(raw => raw.Length > 0 && raw[0] != '#'))
        {
            var space = raw.IndexOf(' ', StringComparison.Ordinal);
            var line = space < 0 ? new TranscriptLine(raw, string.Empty) : new TranscriptLine(raw[..space], raw[(space + 1)..]);
            if (line.Verb is "@" or "=")
            {
                transcript.Deeds.Enqueue(line);
            }
            else if (line.Verb is "DIAL")
            {
                var words = line.Text.Split(' ');
                transcript.scripts.Add(new Queue<TranscriptLine>());
                transcript.connections.Enqueue((IPAddress.Parse(words[0]), words.ElementAtOrDefault(1) ?? "ok", transcript.scripts[^1]));
            }
            else
            {
                transcript.scripts[^1].Enqueue(line);
            }
        }

        return transcript;
    }

    public ValueTask<Dialled> DialAsync(IPAddress address, Egress egress, CancellationToken cancellationToken)
    {
        Assert.True(connections.TryDequeue(out var connection), $"{address} is dialled, which the script does not have.");
        Assert.Equal(connection.Address, address);
        switch (connection.Outcome)
        {
            case "ok":
                return new(new Dialled(new TranscriptChannel(connection.Script, Pieces, Clock), default));
            case "silence":
                Clock.Advance(TimeSpan.FromSeconds(10));
                return new(Dialled.NoConnect);
            case "proxy":
                return new(Dialled.ProxyFailed);
            default:
                return new(Dialled.NoConnect);
        }
    }

    public void AssertPlayed()
    {
        Assert.Empty(connections);
        Assert.All(scripts, Assert.Empty);
    }
}
