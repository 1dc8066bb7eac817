using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EmailVerify.Core.Domains;

namespace EmailVerify.Grains.Tests.World;

/// <summary>A DNS where every domain has the exchanger <c>mx.</c> before it, and <c>two-…</c> a backup besides. It answers at once, unless it is held.</summary>
internal sealed class FakeResolver : IResolver
{
    private readonly ConcurrentDictionary<string, Gate> gates = new(StringComparer.Ordinal);

    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Gets the domains that have got another exchanger of the same preference.</summary>
    public ConcurrentDictionary<string, bool> Moved { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets how questions about some domains end.</summary>
    public ConcurrentDictionary<string, DnsOutcome> Outcomes { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the domains whose questions meet a defect.</summary>
    public ConcurrentDictionary<string, bool> Broken { get; } = new(StringComparer.Ordinal);

    public Gate Hold(string domain) => gates[domain] = new Gate();

    public int TimesAsked(string domain) => Asked.Count(name => string.Equals(name, domain, StringComparison.Ordinal));

    public async ValueTask<DnsAnswer<MxRecord>> MxAsync(string name, CancellationToken cancellationToken)
    {
        Asked.Enqueue(name);
        if (Broken.ContainsKey(name))
            throw new InvalidDataException("A defect.");
        if (gates.TryGetValue(name, out var gate))
            await gate.PassAsync().WaitAsync(cancellationToken);
        return Outcomes.TryGetValue(name, out var outcome) && outcome is not DnsOutcome.Answer
            ? new DnsAnswer<MxRecord>(outcome, [], TimeSpan.Zero)
            : new DnsAnswer<MxRecord>(
                DnsOutcome.Answer,
                name.StartsWith("two-", StringComparison.Ordinal) ? [new MxRecord(10, "mx." + name), new MxRecord(20, "backup." + name)] : Moved.ContainsKey(name) ? [new MxRecord(10, "mx." + name), new MxRecord(10, "new." + name)] : [new MxRecord(10, "mx." + name)],
                TimeSpan.FromMinutes(10));
    }

    public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new DnsAnswer<IPAddress>(DnsOutcome.Answer, [IPAddress.Loopback], TimeSpan.FromMinutes(10)));
}
