using System.Collections.Immutable;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Doctor;

/// <summary>Whether there is an identity to ask with.</summary>
public static class EgressCheck
{
    private const string Why = "Mail hosts are asked under a name and with a sender that are yours. Without both nobody is asked, and every address that needs asking is unknown/no_egress.";
    private const int MostNamed = 8;

    /// <summary>Judges the egresses of a configuration.</summary>
    public static Check Judge(ImmutableArray<Egress> egresses) => egresses.IsEmpty
        ? new Check(CheckIds.Egress, CheckState.Failed, "No egress is configured.", Why)
        {
            Cure = "Set EmailVerify:Egresses:0:HeloName to a name that leads to the public address of this machine and back, and EmailVerify:Egresses:0:MailFrom to a mailbox of yours that takes mail.",
            StopsWork = true,
        }
        : new Check(CheckIds.Egress, CheckState.Ok, $"{string.Join("; ", egresses.Take(MostNamed).Select(InWords))}{(egresses.Length > MostNamed ? "; and others" : string.Empty)}.", Why);

    private static string InWords(Egress egress) =>
        $"{egress.Name} asks as {egress.HeloName}{(egress.Address is null ? string.Empty : $" from {egress.Address}")}{(egress.Socks5 is null ? string.Empty : $" through {egress.Socks5}")} for {SenderCheck.DomainOf(egress)}";
}
