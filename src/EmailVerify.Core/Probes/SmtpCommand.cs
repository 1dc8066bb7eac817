using System.Text;
using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Probes;

/// <summary>
/// A command that a probe may send. Whatever is not here cannot be said: there is no DATA, VRFY or EXPN, and no text of anybody's becomes a
/// command but through an <see cref="EmailAddress"/> or an <see cref="Egress"/>.
/// </summary>
public readonly struct SmtpCommand
{
    private readonly string before;
    private readonly string? argument;
    private readonly EmailAddress? address;
    private readonly string after;

    private SmtpCommand(string before, string? argument = null, EmailAddress? address = null, string after = "\r\n") =>
        (this.before, this.argument, this.address, this.after) = (before, argument, address, after);

    /// <summary>Gets the most octets that it can take.</summary>
    public int MostOctets => before.Length + after.Length + (address is null ? argument?.Length ?? 0 : Encoding.UTF8.GetMaxByteCount(address.LocalPart.Length + 1 + address.Domain.Length));

    /// <summary>Gets STARTTLS (RFC 3207 4).</summary>
    public static SmtpCommand Starttls => new("STARTTLS");

    /// <summary>Gets RSET (RFC 5321 4.1.1.5).</summary>
    public static SmtpCommand Rset => new("RSET");

    /// <summary>Gets QUIT (RFC 5321 4.1.1.10).</summary>
    public static SmtpCommand Quit => new("QUIT");

    /// <summary>Makes EHLO (RFC 5321 4.1.1.1).</summary>
    public static SmtpCommand Ehlo(Egress egress) => new("EHLO ", egress.HeloName);

    /// <summary>Makes HELO, for hosts that do not know EHLO (RFC 5321 4.1.4).</summary>
    public static SmtpCommand Helo(Egress egress) => new("HELO ", egress.HeloName);

    /// <summary>Makes MAIL FROM (RFC 5321 4.1.1.2).</summary>
    /// <param name="egress">Whose sender.</param>
    /// <param name="smtputf8">Whether the transaction needs SMTPUTF8 (RFC 6531 3.4); only where it is offered.</param>
    public static SmtpCommand MailFrom(Egress egress, bool smtputf8) => new("MAIL FROM:<", egress.MailFrom, after: smtputf8 ? "> SMTPUTF8\r\n" : ">\r\n");

    /// <summary>Makes RCPT TO (RFC 5321 4.1.1.3).</summary>
    public static SmtpCommand RcptTo(EmailAddress address) => new("RCPT TO:<", address: address, after: ">\r\n");

    /// <summary>Writes the command and its line end.</summary>
    /// <returns>How many octets were written.</returns>
    /// <exception cref="InvalidOperationException">An address holds a control character or is too long: a defect of its parser, which must not reach the wire.</exception>
    public int Write(Span<byte> into)
    {
        var length = Encoding.ASCII.GetBytes(before, into);
        if (address is not null)
        {
            length += WriteSafely(address.LocalPart, into[length..]);
            into[length++] = (byte)'@';
            length += WriteSafely(address.Domain, into[length..]);
        }
        else if (argument is not null)
        {
            length += Encoding.ASCII.GetBytes(argument, into[length..]);
        }

        return length + Encoding.ASCII.GetBytes(after, into[length..]);
    }

    private static int WriteSafely(string text, Span<byte> into)
    {
        if (text.AsSpan().ContainsAnyInRange('\0', '\u001f') || text.Contains('\u007f') || !Encoding.UTF8.TryGetBytes(text, into, out var length) || length > EmailAddress.MaxUtf8Length)
            throw new InvalidOperationException("The address may not go on the wire.");
        return length;
    }
}
