using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using EmailVerify.Sandbox.Counting;
using EmailVerify.Sandbox.Personas;

namespace EmailVerify.Sandbox.Smtp;

/// <summary>One connection from its banner to its end: reads groups of commands and writes what the dialogue answers.</summary>
internal sealed class SmtpSession : IDisposable
{
    /// <summary>The longest command line that is taken: well over the 512 octets of RFC 5321 4.5.3.1.4.</summary>
    private const int LongestLine = 4_096;

    /// <summary>How much a client may still send after it was cut off before it is reset.</summary>
    private const int MostDrained = 64 * 1_024;

    private readonly SmtpServer server;
    private readonly SmtpHost host;
    private readonly Wire wire;
    private readonly IPAddress client;
    private readonly SessionTally tally;
    private readonly SmtpDialogue dialogue;
    private readonly Outbox outbox = new();
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(LongestLine);
    private int filled;
    private long lastHeard;
    private bool isOver;
    private bool isGreeted;
    private bool hasQuit;
    private volatile bool wasCut;

    public SmtpSession(SmtpServer server, SmtpHost host, Socket socket, IPAddress client)
    {
        (this.server, this.host, this.client) = (server, host, client);
        wire = new Wire(socket);
        tally = new SessionTally(server.Total, host.Provider, host.Counters);
        dialogue = new SmtpDialogue(host, client.ToString(), server.NextId(), tally, server.Options.Tarpit);
        Touch();
    }

    /// <summary>Says for how long the client has said nothing.</summary>
    public TimeSpan IdleFor() => server.Clock.GetElapsedTime(Interlocked.Read(ref lastHeard));

    /// <summary>Cuts the session off from outside; its own loop then ends it.</summary>
    public void Abort()
    {
        wasCut = true;
        wire.Abort();
    }

    public void Dispose()
    {
        wire.Dispose();
        outbox.Dispose();
        var rented = buffer;
        buffer = [];
        if (rented.Length > 0)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Runs the session to its end. Never fails: a client may do what it likes.</summary>
    public async Task RunAsync()
    {
        var isAdmitted = host.Admit(client);
        try
        {
            // TCP's handshake takes a round trip and the banner half of one each way; on loopback both are played here.
            await PauseAsync(server.Options.RoundTrip * 2);
            if (host.IsAsleep())
            {
                wasCut = true;
                return;
            }

            if (host.Script.Source.Conduct is not Conduct.Smtp)
            {
                wasCut = true;
                await Conducts.PlayAsync(host.Script.Source.Conduct, wire, dialogue, server.Clock, server.Stopping);
                return;
            }

            if (!isAdmitted)
            {
                await CutAsync(host.Script.SessionLimit!);
                return;
            }

            if (await GreetAsync())
                await ServeAsync();
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException
            or OperationCanceledException or AuthenticationException)
        {
            // The client has gone, or was cut off by the reaper or at the server's end.
            await HearLastWordAsync();
        }
        finally
        {
            if (isAdmitted)
                host.Leave(client);
            tally.Closed(isGreeted && !hasQuit && !wasCut);
            server.Forget(this);
            Dispose();
        }
    }

    private void Touch() => Interlocked.Exchange(ref lastHeard, server.Clock.GetTimestamp());

    private Task PauseAsync(TimeSpan time) => time > TimeSpan.Zero ? Task.Delay(time, server.Clock, server.Stopping) : Task.CompletedTask;

    /// <summary>
    /// Looks for a QUIT behind which the client closed while an answer was still due: a write fails then before the QUIT is read.
    /// </summary>
    private async Task HearLastWordAsync()
    {
        try
        {
            for (var drained = 0; isGreeted && !wasCut && !hasQuit && drained < MostDrained;)
            {
                var read = await wire.ReadAsync(buffer.AsMemory(0, LongestLine));
                if (read == 0)
                    return;
                drained += read;
                hasQuit = buffer.AsSpan(0, read).IndexOf("QUIT\r\n"u8) >= 0;
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Nothing more was said.
        }
    }

    /// <summary>Sends the banner; whoever talks before its end is counted, and punished where the script says so.</summary>
    private async Task<bool> GreetAsync()
    {
        var banner = host.Script.Banner;
        if (banner.Script.Delay > 0)
            await PauseAsync(TimeSpan.FromMilliseconds(banner.Script.Delay));
        banner.Write(outbox, dialogue);
        var lastLine = banner.Script.Pieces is Pieces.Lines ? ReplyPieces.LastLineAt(outbox.Written.Span) : 0;
        if (lastLine > 0)
        {
            await SendPiecesAsync(outbox.Written[..lastLine], banner.Script);
            await PauseAsync(TimeSpan.FromMilliseconds(banner.Script.Pause));
        }

        if (wire.HasInput)
        {
            tally.TalkedEarly();
            if (host.Script.EarlyTalk is { } punishment)
            {
                outbox.Clear();
                await CutAsync(punishment);
                return false;
            }
        }

        await SendPiecesAsync(outbox.Written[lastLine..], banner.Script);
        outbox.Clear();
        if (banner.Script.Then is AfterReply.Close or AfterReply.CutMidLine)
        {
            await EndAsync();
            return false;
        }

        isGreeted = true;
        if (banner.Script.Then is AfterReply.Hang)
            dialogue.FallSilent();
        if (banner.Code / 100 != 2)
            dialogue.Refuse();
        return true;
    }

    private async Task ServeAsync()
    {
        var thinking = server.Options.RoundTrip + server.Options.ReplyDelay + TimeSpan.FromMilliseconds(host.Script.Source.Delay);
        while (!isOver)
        {
            var read = await wire.ReadAsync(buffer.AsMemory(filled, LongestLine - filled));
            if (read == 0)
                return;
            Touch();
            filled += read;
            await PauseAsync(thinking);
            await AnswerGroupAsync();
        }
    }

    /// <summary>Answers all whole lines that have come; the answers go out together, as the commands came (RFC 2920 3.2).</summary>
    private async Task AnswerGroupAsync()
    {
        var at = 0;
        var hadRecipient = false;
        while (!isOver && buffer.AsSpan(at, filled - at).IndexOf((byte)'\n') is >= 0 and var length)
        {
            var end = at + length;
            var step = dialogue.Answer(buffer.AsSpan(at, end > at && buffer[end - 1] == '\r' ? length - 1 : length), hadRecipient, out var isRecipient);
            hadRecipient |= isRecipient;
            at = end + 1;
            if (step is { Reply: { IsPlain: true } plain, Next: Next.Command, Delay.Ticks: 0 })
                plain.Write(outbox, dialogue);
            else if (step != default)
                at = await TakeAsync(step) ? filled : at;
        }

        if (isOver)
            return;
        await FlushAsync();
        buffer.AsSpan(at, filled - at).CopyTo(buffer);
        filled -= at;
        if (filled == LongestLine)
            await CutAsync(SmtpServer.LineTooLong);
    }

    /// <summary>Takes a step that is more than words.</summary>
    /// <returns>Whether what has come already is to be forgotten.</returns>
    private async Task<bool> TakeAsync(Step step)
    {
        if (step.Delay > TimeSpan.Zero || step.Reply is { Script.Delay: > 0 })
        {
            await FlushAsync();
            await PauseAsync(step.Delay + TimeSpan.FromMilliseconds(step.Reply?.Script.Delay ?? 0));
        }

        if (step.Next is Next.Goodbye)
            hasQuit = true;
        if (step.Next is Next.Cut || step.Reply is { Script.Then: AfterReply.Close or AfterReply.CutMidLine })
        {
            await CutAsync(step.Reply!);
            return false;
        }

        if (step.Reply is { Script.Then: AfterReply.Hang })
            dialogue.FallSilent();
        if (step.Reply is { Script.Pieces: not Pieces.Whole } piecewise)
        {
            await FlushAsync();
            piecewise.Write(outbox, dialogue);
            await SendPiecesAsync(outbox.Written, piecewise.Script);
            outbox.Clear();
        }
        else
        {
            step.Reply?.Write(outbox, dialogue);
        }

        if (step.Next is Next.Goodbye)
        {
            await FlushAsync();
            isOver = true;
        }
        else if (step.Next is Next.Handshake)
        {
            await FlushAsync();
            await SecureAsync();
            return true;
        }

        return false;
    }

    private async Task SecureAsync()
    {
        if (host.Script.Tls is TlsManner.Garbage or TlsManner.Cut)
        {
            wasCut = true;
            if (host.Script.Tls is TlsManner.Garbage)
                await wire.WriteAsync("This is not the handshake that was announced.\r\n"u8.ToArray());
            await EndAsync();
            return;
        }

        // A client that gives up in the handshake cannot say QUIT any more.
        isGreeted = false;
        await wire.SecureAsync(server.TlsOptions);
        isGreeted = true;
        dialogue.Secure();
    }

    /// <summary>Says a last word and ends the session.</summary>
    private async Task CutAsync(ReplyTemplate lastWord)
    {
        wasCut = true;
        var before = outbox.Length;
        lastWord.Write(outbox, dialogue);
        if (lastWord.Script.Then is AfterReply.CutMidLine && outbox.Length > before)
            outbox.DropLast(lastWord.LineEndLength);
        await FlushAsync();
        await EndAsync();
    }

    /// <summary>Ends the session so that what was said last arrives: a close over unread input would be a reset.</summary>
    private async Task EndAsync()
    {
        wasCut = true;
        isOver = true;
        wire.EndOutput();
        for (var drained = 0; drained < MostDrained;)
        {
            var read = await wire.ReadAsync(buffer.AsMemory(0, LongestLine));
            if (read == 0)
                return;
            drained += read;
        }
    }

    private async ValueTask FlushAsync()
    {
        if (outbox.Length == 0)
            return;
        await wire.WriteAsync(outbox.Written);
        outbox.Clear();
    }

    private async Task SendPiecesAsync(ReadOnlyMemory<byte> octets, ScriptedReply script)
    {
        var isFirst = true;
        foreach (var piece in ReplyPieces.Of(octets, script.Pieces))
        {
            if (!isFirst)
                await PauseAsync(TimeSpan.FromMilliseconds(script.Pause));
            isFirst = false;
            await wire.WriteAsync(piece);
        }
    }
}
