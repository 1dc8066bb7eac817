namespace EmailVerify.Sandbox.Personas;

/// <summary>
/// A mail operator as others see it: its domains in the DNS, its hosts and what they say, and what a correct verifier must answer about some of its
/// addresses. Personas are data: the files <c>Personas/*.json</c>, each an array of them.
/// </summary>
public sealed record Persona
{
    /// <summary>Gets its name, unique, such as <c>greylist</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets one sentence on what it plays.</summary>
    public required string About { get; init; }

    /// <summary>Gets the name that its hosts are counted under; by default <see cref="Name"/>.</summary>
    public string? Provider { get; init; }

    /// <summary>
    /// Gets a value indicating whether its refusals are about the caller, so that a polite verifier afterwards pauses this provider or rests its
    /// egress. Tests ask such personas last, or each from an egress of its own.
    /// </summary>
    public bool BlocksCaller { get; init; }

    /// <summary>Gets a value indicating whether its examples are asked about one after another: what one shows of it decides about the next.</summary>
    public bool InOrder { get; init; }

    /// <summary>Gets the fewest RCPTs, decoys among them, that its examples can be answered with; null where nobody has counted.</summary>
    public int? LeastRcpts { get; init; }

    /// <summary>Gets what the evidence about at least one of its examples has to name.</summary>
    public IReadOnlyList<string> Signs { get; init; } = [];

    /// <summary>Gets its hosts; every one has a loopback address of its own.</summary>
    public IReadOnlyList<PersonaHost> Hosts { get; init; } = [];

    /// <summary>Gets its domains.</summary>
    public IReadOnlyList<PersonaDomain> Domains { get; init; } = [];

    /// <summary>Gets what its hosts say, unless a host has its own.</summary>
    public ServerScript Server { get; init; } = new();

    /// <summary>Gets addresses and what must be answered about them.</summary>
    public IReadOnlyList<Example> Examples { get; init; } = [];
}

/// <summary>A host of a persona.</summary>
public sealed record PersonaHost
{
    /// <summary>Gets its name in the DNS. A host named like a domain is that domain's implicit MX.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Gets its address: <c>own</c> (one is given to it and it listens there), <c>dead</c> (one is given to it and connections are refused),
    /// <c>none</c> (the name exists without an address), or an address as text, which nobody listens on. Default: <c>own</c>.
    /// </summary>
    public string Address { get; init; } = "own";

    /// <summary>Gets its IPv6 addresses, which nobody listens on.</summary>
    public IReadOnlyList<string> Ipv6 { get; init; } = [];

    /// <summary>Gets what it says, where that differs from the persona's other hosts.</summary>
    public ServerScript? Server { get; init; }
}

/// <summary>A name in the DNS.</summary>
public sealed record PersonaDomain
{
    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets its MX records as <c>preference host</c>; the host <c>.</c> is the null MX (RFC 7505).</summary>
    public IReadOnlyList<string> Mx { get; init; } = [];

    /// <summary>Gets the name that this one is an alias of.</summary>
    public string? Cname { get; init; }

    /// <summary>Gets its TXT records.</summary>
    public IReadOnlyList<string> Txt { get; init; } = [];

    /// <summary>Gets the names that it points to (PTR), where it is the reverse name of an address.</summary>
    public IReadOnlyList<string> Ptr { get; init; } = [];

    /// <summary>Gets how the DNS answers for it.</summary>
    public DnsManner Dns { get; init; }

    /// <summary>Gets the record types that <see cref="Dns"/> holds for, such as <c>MX</c>; empty for all.</summary>
    public IReadOnlyList<string> DnsFor { get; init; } = [];

    /// <summary>Gets the TTL of its records in seconds. Default: 300.</summary>
    public int Ttl { get; init; } = 300;

    /// <summary>Gets the minimum of its SOA in seconds, which is how long a negative answer may be believed (RFC 2308). Default: 60.</summary>
    public int SoaMinimum { get; init; } = 60;
}

/// <summary>How the DNS answers for a name.</summary>
public enum DnsManner
{
    /// <summary>With its records, or NODATA.</summary>
    Answer,

    /// <summary>The name does not exist.</summary>
    NxDomain,

    /// <summary>SERVFAIL.</summary>
    ServFail,

    /// <summary>REFUSED.</summary>
    Refused,

    /// <summary>Nothing at all.</summary>
    Silence,

    /// <summary>Over UDP always TC and no records, over TCP the records.</summary>
    Truncated,
}

/// <summary>An address and what a correct verifier answers, in the end, about it.</summary>
public sealed record Example
{
    /// <summary>Gets the address.</summary>
    public required string Address { get; init; }

    /// <summary>Gets the status: <c>deliverable</c>, <c>undeliverable</c>, <c>risky</c> or <c>unknown</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Gets the reason, such as <c>rejected_email</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets a value indicating whether mail to it would reach a mailbox: to call it undeliverable is the worst mistake.</summary>
    public bool Exists { get; init; }

    /// <summary>Gets a value indicating whether the first try cannot tell and a later one is needed (which may still end as unknown).</summary>
    public bool Retried { get; init; }

    /// <summary>Gets other answers that are right as well, as <c>status/reason</c>: where the standards leave a choice.</summary>
    public IReadOnlyList<string> Or { get; init; } = [];

    /// <summary>Says whether an answer is right.</summary>
    /// <param name="status">The status word.</param>
    /// <param name="reason">The reason word.</param>
    public bool Accepts(string status, string reason) =>
        (string.Equals(status, Status, StringComparison.Ordinal) && string.Equals(reason, Reason, StringComparison.Ordinal))
        || Or.Contains($"{status}/{reason}", StringComparer.Ordinal);
}
