using System.Net;

namespace EmailVerify.Core.Probes;

/// <summary>An identity that we ask from: a local address, a name and a sender that stay the same for years.</summary>
/// <param name="Name">The configured name, such as <c>eg-1</c>.</param>
/// <param name="Address">The local address to connect from; null leaves the choice to the system.</param>
/// <param name="HeloName">The EHLO name: a host name that resolves to the address and back, or large providers refuse us.</param>
/// <param name="MailFrom">The envelope sender: a real mailbox, since some hosts call back to check it.</param>
public sealed record Egress(string Name, IPAddress? Address, string HeloName, string MailFrom);
