namespace EmailVerify.Core.Domains;

/// <summary>What a provider wants of whoever connects to it, by its own words. Information for the operator: nothing here decides by it.</summary>
public enum ProviderRequirement
{
    /// <summary>The address has a PTR record.</summary>
    Ptr,

    /// <summary>The PTR's name leads back to the address.</summary>
    ForwardConfirmedPtr,

    /// <summary>The HELO name is a full host name that leads to the address.</summary>
    HeloName,

    /// <summary>The HELO name stays the same.</summary>
    StableHelo,

    /// <summary>A page at the HELO or PTR name says who is responsible and how to reach them.</summary>
    Imprint,

    /// <summary>Mail goes through TLS.</summary>
    Tls,

    /// <summary>The sender's domain names the address by SPF.</summary>
    Spf,

    /// <summary>The operator has to be written to before an unknown address is let in.</summary>
    Admission,
}
