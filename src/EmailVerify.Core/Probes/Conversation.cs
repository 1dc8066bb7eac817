using System.Runtime.CompilerServices;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Probes;

/// <summary>What was heard: a reply, or why there is none.</summary>
internal readonly record struct Heard(SmtpReply? Reply, LossCause Cause)
{
    /// <summary>Gets a value indicating whether the command was accepted: 25z (RFC 5321 4.2.1). 220 and 221 are about the connection and answer no command of a transaction.</summary>
    public bool IsAccepted => Reply is { Code: >= 250 and < 260 };

    /// <summary>Gets a value indicating whether the command was refused, for now or for good.</summary>
    public bool IsRefused => Reply is { Code: >= 400 };

    public static implicit operator Heard(SmtpReply reply) => new(reply, default);

    public static implicit operator Heard(LossCause cause) => new(null, cause);
}

/// <summary>Commands and replies over a channel: which octets are whose reply, and how long they are waited for.</summary>
internal sealed class Conversation(ISmtpChannel channel, StepTimer timer, TimeProvider clock)
{
    // Holds what most servers say at once; a longer reply comes in pieces. Thousands of sessions are open at once, most of them waiting.
    private const int BufferOctets = 512;

    private readonly ReplyParser parser = new();
    private readonly byte[] buffer = new byte[BufferOctets];
    private int start;
    private int end;
    private int due;
    private bool isGreeted;
    private bool isBroken;
    private bool isClosed;

    /// <summary>Gets the buffer for what is said next.</summary>
    public CommandGroup Group { get; } = new();

    /// <summary>Gets the channel's own end.</summary>
    public ISmtpChannel Channel => channel;

    /// <summary>Sends a group and hears the reply to its first command. Nothing is said where a reply lies that nobody asked for: it would be taken for the answer.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Heard> SayAsync(CommandGroup group, TimeSpan patience)
    {
        var alarm = timer.Arm(patience);
        if (start < end)
            return await HearAsync(alarm) is { Reply.Code: 421 } parting ? parting : LossCause.Nonsense;
        due = group.Count;
        try
        {
            // When the sending fails, what the server said last ("421 …") may still be there to be read.
            _ = await channel.SendAsync(group.Octets, alarm);
        }
        catch (OperationCanceledException)
        {
            timer.ThrowIfCallerGaveUp();
            return LossCause.Silence;
        }

        return await HearAsync(alarm);
    }

    /// <summary>Hears the next reply.</summary>
    public ValueTask<Heard> HearAsync(TimeSpan patience) => HearAsync(timer.Arm(patience));

    /// <summary>Hears what is still due of the last group, when it is of no more interest: a server that is answering does not hear QUIT, and the next reply must be the next command's.</summary>
    public async ValueTask HearRestAsync(TimeSpan patience)
    {
        while (due > 0 && (await HearAsync(patience)).Reply is not (null or { Code: 421 }))
        {
        }
    }

    /// <summary>Says whether something came that nobody asked for. Called when every reply that was due has been heard.</summary>
    /// <param name="unasked">The reply, or null when it is none.</param>
    public bool TryTakeUnasked(out SmtpReply? unasked)
    {
        unasked = null;
        if (start == end)
            return false;
        unasked = parser.Read(buffer.AsSpan(start, end - start)).Reply;
        return true;
    }

    /// <summary>Negotiates TLS. What came in clear behind the reply to STARTTLS is thrown away (CVE-2011-0411): whoever sent it was not the one that TLS vouches for.</summary>
    /// <returns>The protocol, or null when none was agreed.</returns>
    public async ValueTask<string?> StartTlsAsync(string host, TimeSpan patience)
    {
        start = end = 0;
        string? protocol = null;
        try
        {
            protocol = await channel.StartTlsAsync(host, timer.Arm(patience));
        }
        catch (OperationCanceledException)
        {
            timer.ThrowIfCallerGaveUp();
        }
        finally
        {
            isBroken = protocol is null;
        }

        return protocol;
    }

    /// <summary>
    /// Says QUIT and closes. The reply is not read (RFC 5321 4.1.1.10 would have us; nothing depends on it); the channel sees to it that the server
    /// has closed too, so that what counts as ended here is ended there. Nothing is said to a server
    /// that has cut the connection or has not finished its greeting: who talks before that is taken for a spammer.
    /// </summary>
    public async ValueTask QuitAsync(TimeSpan patience)
    {
        if (isClosed)
            return;
        isClosed = true;
        if (isGreeted && !isBroken)
        {
            using var alarm = new CancellationTokenSource(patience, clock);
            try
            {
                _ = await channel.SendAsync(Group.Of(SmtpCommand.Quit).Octets, alarm.Token);
            }
            catch (OperationCanceledException)
            {
                // The server takes nothing any more; closing is all that is left.
            }
        }

        await channel.DisposeAsync();
        timer.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Heard> HearAsync(CancellationToken alarm)
    {
        while (true)
        {
            if (start < end)
            {
                var read = parser.Read(buffer.AsSpan(start, end - start));
                start += read.Consumed;
                if (read.Violation is not ReplyViolation.None)
                    return LossCause.Nonsense;
                if (read.Reply is { } reply)
                {
                    isGreeted = true;
                    due--;
                    return reply;
                }
            }

            start = end = 0;
            try
            {
                end = await channel.ReceiveAsync(buffer, alarm);
            }
            catch (OperationCanceledException)
            {
                timer.ThrowIfCallerGaveUp();
                return LossCause.Silence;
            }

            if (end == 0)
            {
                isBroken = true;
                return LossCause.Cut;
            }
        }
    }
}
