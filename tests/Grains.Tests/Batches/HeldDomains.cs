using System.Collections.Immutable;
using EmailVerify.Core.Domains;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Batches;

/// <summary>A store of domains that is slow for chunks, from where a test says until it lets go.</summary>
internal sealed class HeldDomains(IDomainStore inner) : IDomainStore
{
    private volatile Gate? gate;
    private int looks;

    /// <summary>Gets how many looks were held.</summary>
    public int Looks => Volatile.Read(ref looks);

    public Gate Hold() => gate = new Gate();

    public ValueTask<DomainRecord?> FindAsync(string domain, CancellationToken cancellationToken) => inner.FindAsync(domain, cancellationToken);

    public async ValueTask<ImmutableArray<DomainRecord>> FindManyAsync(ImmutableArray<string> domains, CancellationToken cancellationToken)
    {
        if (gate is { } held && !domains.IsEmpty)
        {
            _ = Interlocked.Increment(ref looks);
            await held.PassAsync();
        }

        return await inner.FindManyAsync(domains, cancellationToken);
    }

    public Task SaveAsync(DomainRecord record) => inner.SaveAsync(record);
}
