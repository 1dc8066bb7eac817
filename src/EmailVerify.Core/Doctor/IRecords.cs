using System.Net;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Doctor;

/// <summary>Asks the DNS also for what only the doctor needs.</summary>
public interface IRecords : IResolver
{
    /// <summary>Asks for the texts of a name, each whole: the strings of a record without anything between them (RFC 7208 3.3).</summary>
    ValueTask<DnsAnswer<string>> TextsAsync(string name, CancellationToken cancellationToken);

    /// <summary>Asks for the names that an address points to.</summary>
    ValueTask<DnsAnswer<string>> NamesAsync(IPAddress address, CancellationToken cancellationToken);
}
