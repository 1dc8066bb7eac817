namespace EmailVerify.Core.Probes;

/// <summary>The commands that are sent in one piece (RFC 2920). One buffer, used again for every group of a session.</summary>
internal sealed class CommandGroup
{
    // RSET, MAIL and RCPT as they mostly are. Thousands of sessions are open at once, so each has what it needs and no more.
    private const int UsualOctets = 192;

    private byte[] octets = new byte[UsualOctets];
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
        if (octets.Length < length + command.MostOctets)
            Array.Resize(ref octets, length + command.MostOctets);
        length += command.Write(octets.AsSpan(length));
        Count++;
        return this;
    }
}
