using System.Collections.Immutable;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Lanes;

/// <summary>
/// What makes questions share a session: the exchangers in any order, for equal preferences are shuffled, and the domain where a session may carry only one.
/// Compared as it is: no text is made for each question.
/// </summary>
/// <param name="exchangers">The exchangers.</param>
/// <param name="domain">The domain, or null.</param>
internal readonly struct HostSet(ImmutableArray<Exchanger> exchangers, string? domain) : IEquatable<HostSet>
{
    private readonly ImmutableArray<Exchanger> exchangers = exchangers;
    private readonly string? domain = domain;

    public bool Equals(HostSet other) =>
        string.Equals(domain, other.domain, StringComparison.Ordinal)
        && (exchangers == other.exchangers || (exchangers.Length == other.exchangers.Length && Holds(other.exchangers) && other.Holds(exchangers)));

    public override bool Equals(object? obj) => obj is HostSet other && Equals(other);

    public override int GetHashCode()
    {
        var sum = domain is null ? 0 : StringComparer.Ordinal.GetHashCode(domain);
        foreach (var exchanger in exchangers)
            sum += StringComparer.Ordinal.GetHashCode(exchanger.Host);
        return sum;
    }

    private bool Holds(ImmutableArray<Exchanger> others)
    {
        foreach (var other in others)
        {
            var isHere = false;
            foreach (var exchanger in exchangers)
                isHere |= string.Equals(exchanger.Host, other.Host, StringComparison.Ordinal);
            if (!isHere)
                return false;
        }

        return true;
    }
}
