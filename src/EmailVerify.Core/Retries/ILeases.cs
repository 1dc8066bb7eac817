using System.Collections.Immutable;

namespace EmailVerify.Core.Retries;

/// <summary>What silos have in work, in a database that several share: when one dies, the others need not wait for its leases to end.</summary>
public interface ILeases
{
    /// <summary>
    /// Makes due what silos that died had in work: rows of batches that they had leased, and every single verification that is in work anywhere, for the tables do not say where. Whoever has one of
    /// those in work yet is asked for it once more, and knows. What cannot be done now ends in a <see cref="StorageUnavailableException"/>.
    /// </summary>
    /// <param name="silos">The silos that died, as they named themselves when they took rows.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Stops it; what was ended stays so.</param>
    /// <returns>False where some were being written just now: it is to be done again soon.</returns>
    Task<bool> EndAsync(ImmutableArray<string> silos, DateTimeOffset now, CancellationToken cancellationToken);
}
