using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Probes;

/// <summary>
/// Who answers behind an exchanger's name that no data name: told by CNAME, banner or EHLO. Exchangers under names of their owners hide Microsoft 365, Google, filters and all software.
/// What a host says of itself is no proof, so it only adds care: its limits hold besides those of its name, and its replies are read by its rules, but it gets neither its trust nor its lane.
/// A stranger that calls itself Google and turns us away would else close Google's.
/// </summary>
/// <param name="providers">The data; null recognises nothing.</param>
/// <param name="exchanger">The exchanger. Only its own names tell who it is: the provider of its route may be another's.</param>
internal sealed class Recognition(ProviderCatalog? providers, Exchanger exchanger)
{
    private readonly bool isNamed = providers is not null && (providers.Of(exchanger.Host) ?? providers.Of(exchanger.CanonicalName)) is not null;

    /// <summary>Gets who the host says that it is; null where that tells no more than its name.</summary>
    public ProviderPolicy? Seen { get; private set; }

    /// <summary>Gets the exchanger whose replies these are read like: its own name, or one of the provider that it turned out to be.</summary>
    public string ReadAs { get; private set; } = Alias(providers, exchanger) ?? exchanger.Host;

    /// <summary>Takes note of a banner or an answer to EHLO. An operator outweighs software; else the first word stays.</summary>
    public void Hear(string greeting)
    {
        if (isNamed || Seen is { Software: false } || providers is null || providers.ByGreeting(greeting) is not { } seen || (Seen is not null && seen.Software))
            return;
        Seen = seen;
        ReadAs = seen.AnyHost() ?? exchanger.Host;
    }

    /// <summary>Gets the exchanger that a host is read like because its name led to a provider by a CNAME; null where it is read like itself.</summary>
    /// <param name="providers">The data; null recognises nothing.</param>
    /// <param name="host">The exchanger's name in the MX record.</param>
    /// <param name="provider">The name of the provider that the DNS led to.</param>
    public static string? Alias(ProviderCatalog? providers, string host, string provider) =>
        providers is not null && providers.Of(host) is null && providers.Knows(provider) ? providers.PolicyOf(provider).AnyHost() : null;

    // The MX record's name led to a provider by a CNAME.
    private static string? Alias(ProviderCatalog? providers, Exchanger exchanger) =>
        providers is not null && providers.Of(exchanger.Host) is null && providers.Of(exchanger.CanonicalName) is { } policy ? policy.AnyHost() : null;
}
