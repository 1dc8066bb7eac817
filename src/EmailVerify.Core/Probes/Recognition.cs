using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Probes;

/// <summary>
/// Who answers behind an exchanger's name that no data name: told by CNAME, banner or EHLO. Exchangers under names of their owners hide Microsoft 365, Google, filters and all software.
/// What a host says of itself is no proof, so it only adds care: its limits hold besides those of its name, and its replies are read by its rules, but it gets neither its trust nor its lane.
/// A stranger that calls itself Google and turns us away would else close Google's.
/// </summary>
/// <param name="providers">The data; null recognises nothing.</param>
/// <param name="host">The exchanger's name in the MX record.</param>
/// <param name="policy">Of whom the DNS tells that the host is.</param>
internal sealed class Recognition(ProviderCatalog? providers, string host, ProviderPolicy policy)
{
    private readonly bool isNamed = providers?.Of(host) is not null;

    /// <summary>Gets who the host says that it is; null where that tells no more than its name.</summary>
    public ProviderPolicy? Seen { get; private set; }

    /// <summary>Gets the exchanger whose replies these are read like: its own name, or one of the provider that it turned out to be.</summary>
    public string ReadAs { get; private set; } = Alias(providers, host, policy.Name) ?? host;

    /// <summary>Takes note of a banner or an answer to EHLO. An operator outweighs software; else the first word stays.</summary>
    public void Hear(string greeting)
    {
        if (isNamed || Seen is { Software: false } || providers is null || providers.Knows(policy.Name) || providers.ByGreeting(greeting) is not { } seen || (Seen is not null && seen.Software))
            return;
        Seen = seen;
        ReadAs = Exchanger(seen) ?? host;
    }

    /// <summary>Gets the exchanger that a host is read like because its name led to a provider by a CNAME; null where it is read like itself.</summary>
    /// <param name="providers">The data; null recognises nothing.</param>
    /// <param name="host">The exchanger's name in the MX record.</param>
    /// <param name="provider">The name of the provider that the DNS led to.</param>
    public static string? Alias(ProviderCatalog? providers, string host, string provider) =>
        providers is not null && providers.Of(host) is null && providers.Knows(provider) ? Exchanger(providers.PolicyOf(provider)) : null;

    private static string? Exchanger(ProviderPolicy policy) => policy.Exchangers is [var first, ..] ? first.StartsWith('.') ? "mx" + first : first : null;
}
