using System.Text;
using EmailVerify.Sandbox.Personas;

namespace EmailVerify.Sandbox.Smtp;

/// <summary>What hosts do that do not speak SMTP.</summary>
internal static class Conducts
{
    /// <summary>What an endless host sends at the most before it has had enough itself.</summary>
    private const long Endless = 1L << 30;

    private static readonly byte[] Noise = [.. Enumerable.Range(0, 512).Select(at => (byte)((at * 167) ^ (at >> 3) ^ 0x5A))];
    private static readonly byte[] HttpError = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
    private static readonly byte[] Lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("220-One moment please, the notice goes on\r\n", 200)));
    private static readonly byte[] Letters = [.. "220 "u8, .. Enumerable.Repeat((byte)'x', 64 * 1_024)];

    /// <summary>Plays one until the client leaves.</summary>
    public static Task PlayAsync(Conduct conduct, Wire wire, SmtpDialogue dialogue, TimeProvider clock, CancellationToken stopping) => conduct switch
    {
        Conduct.Silence => ListenAsync(wire),
        Conduct.Garbage => SayAsync(wire, Noise),
        Conduct.OtherProtocol => SayAsync(wire, HttpError),
        Conduct.Cut => Task.CompletedTask,
        Conduct.Reset => BreakAsync(wire),
        Conduct.EndlessBanner => RepeatAsync(wire, Lines),
        Conduct.EndlessLine => RepeatAsync(wire, Letters),
        Conduct.Drip => DripAsync(wire, Encoding.ASCII.GetBytes($"220 {dialogue.Host.Name} ESMTP, as fast as it goes\r\n"), clock, stopping),
        _ => throw new ArgumentOutOfRangeException(nameof(conduct), conduct, "Not played here."),
    };

    private static async Task ListenAsync(Wire wire)
    {
        var ignored = new byte[1_024];
        while (await wire.ReadAsync(ignored) > 0)
        {
            // Whatever is said is not answered.
        }
    }

    private static async Task SayAsync(Wire wire, byte[] octets)
    {
        await wire.WriteAsync(octets);
        await ListenAsync(wire);
    }

    private static Task BreakAsync(Wire wire)
    {
        wire.Break();
        return Task.CompletedTask;
    }

    private static async Task RepeatAsync(Wire wire, byte[] octets)
    {
        for (var sent = 0L; sent < Endless; sent += octets.Length)
        {
            await wire.WriteAsync(octets);
        }
    }

    private static async Task DripAsync(Wire wire, byte[] banner, TimeProvider clock, CancellationToken stopping)
    {
        for (var at = 0; at < banner.Length; at++)
        {
            await wire.WriteAsync(banner.AsMemory(at, 1));
            await Task.Delay(TimeSpan.FromSeconds(1), clock, stopping);
        }

        await ListenAsync(wire);
    }
}
