using System.Net;
using System.Text;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Tests.Personas;

/// <summary>Dials for real and writes down what is said, as the transcripts of Core's tests have it.</summary>
internal sealed class RecordingDialer(ISmtpDialer dialer, StringBuilder script) : ISmtpDialer
{
    /// <summary>Gets a value indicating whether two replies came at once where one was waited for: what happens then depends on the pieces.</summary>
    public bool HasUnsolicited { get; private set; }

    public async ValueTask<Dialled> DialAsync(IPAddress address, Egress egress, CancellationToken cancellationToken)
    {
        var dialled = await dialer.DialAsync(address, egress, cancellationToken);
        script.Append("DIAL ").Append(address).Append(dialled.Channel is null ? " refused\n" : "\n");
        return dialled.Channel is { } channel ? dialled with { Channel = new Recorded(this, channel, script) } : dialled;
    }

    private sealed class Recorded(RecordingDialer dialer, ISmtpChannel channel, StringBuilder script) : ISmtpChannel
    {
        private readonly StringBuilder heard = new();

        public IPAddress? LocalAddress => channel.LocalAddress;

        public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
        {
            WriteHeard();
            foreach (var line in Encoding.UTF8.GetString(octets.Span).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
                script.Append("C ").Append(line).Append('\n');
            return channel.SendAsync(octets, cancellationToken);
        }

        public async ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellationToken)
        {
            var length = await channel.ReceiveAsync(into, cancellationToken);
            _ = heard.Append(Encoding.Latin1.GetString(into.Span[..length]));
            if (length == 0)
            {
                WriteHeard();
                script.Append("CUT\n");
            }

            return length;
        }

        public async ValueTask<string?> StartTlsAsync(string host, CancellationToken cancellationToken)
        {
            WriteHeard();
            var agreed = await channel.StartTlsAsync(host, cancellationToken);
            script.Append(agreed is null ? "TLSFAIL\n" : $"TLS {host}\n");
            return agreed;
        }

        public ValueTask DisposeAsync()
        {
            WriteHeard();
            return channel.DisposeAsync();
        }

        // What came whole and in plain words is a line of the script; the rest is written octet for octet.
        private void WriteHeard()
        {
            var said = heard.ToString();
            heard.Clear();
            if (said.Length == 0)
                return;
            dialer.HasUnsolicited |= said.Split("\r\n").Count(line => line is [_, _, _, ' ', ..]) > 1;
            var isPlain = said.All(c => c is >= ' ' and <= '~' or '\r' or '\n') && !said.Replace("\r\n", "", StringComparison.Ordinal).AsSpan().ContainsAny('\r', '\n');
            if (isPlain && said.EndsWith("\r\n", StringComparison.Ordinal))
            {
                foreach (var line in said[..^2].Split("\r\n"))
                    script.Append("S ").Append(line).Append('\n');
                return;
            }

            script.Append("RAW ");
            foreach (var c in said)
                script.Append(c is >= ' ' and <= '~' and not '\\' ? c.ToString() : FormattableString.Invariant($"\\x{(int)c:x2}"));
            script.Append('\n');
        }
    }
}
