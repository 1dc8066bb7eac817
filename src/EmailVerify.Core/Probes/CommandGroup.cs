namespace EmailVerify.Core.Probes;

/// <summary>The commands that are sent in one piece (RFC 2920). One buffer, used again for every group of a session.</summary>
internal sealed class CommandGroup
{
    // RSET, MAIL and RCPT are the largest group there is.
    private const int MaxCommands = 3;

    private readonly byte[] octets = new byte[MaxCommands * SmtpCommand.MaxOctets];
    private int length;

    /// <summary>Gets how many replies the group will bring.</summary>
    public int Count { get; private set; }

    /// <summary>Gets what is to be sent.</summary>
    public ReadOnlyMemory<byte> Octets => octets.AsMemory(0, length);

    /// <summary>Begins a group.</summary>
    public CommandGroup Of(SmtpCommand command)
    {
        (length, Count) = (0, 0);
        return And(command);
    }

    /// <summary>Adds to the group.</summary>
    public CommandGroup And(SmtpCommand command)
    {
        length += command.Write(octets.AsSpan(length));
        Count++;
        return this;
    }
}
