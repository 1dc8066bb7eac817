using System.Collections.Immutable;

namespace EmailVerify.Core.Retries;

/// <summary>What silos have in work, in a database that several share: when one dies, the others need not wait for its leases to end.</summary>
public interface ILeases
{
    /// <summary>
    /// Makes due what silos that died had in work: rows of batches that they had leased, and every single verification that is in work anywhere, for the tables do not say where. Of those, what is still
    /// in work is asked for in vain: an address has one flight at a time. What cannot be done now ends in a <see cref="StorageUnavailableException"/>.
    /// </summary>
    /// <param name="silos">The silos that died, as they named themselves when they took rows.</param>
    /// <param name="now">The time.</param>
    /// <returns>How many rows are due now.</returns>
    Task<int> EndAsync(ImmutableArray<string> silos, DateTimeOffset now);
}
