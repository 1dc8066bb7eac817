namespace EmailVerify.Core.Doctor;

/// <summary>How a check ended.</summary>
public enum CheckState
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It may cost answers, or cannot be known from here: somebody should look.</summary>
    Warning,

    /// <summary>It costs answers now.</summary>
    Failed,

    /// <summary>Nothing can be said: what it needs is not there, or another check failed before it.</summary>
    Skipped,
}

/// <summary>What the doctor found of one thing.</summary>
/// <param name="Id">Which check it is, see <see cref="CheckIds"/>.</param>
/// <param name="State">How it ended.</param>
/// <param name="Seen">What was seen, in a sentence. Never a mailbox: domains, hosts and addresses of machines only.</param>
/// <param name="Why">Why it matters.</param>
public sealed record Check(string Id, CheckState State, string Seen, string Why)
{
    /// <summary>Gets what to do about it, or null where there is nothing to do.</summary>
    public string? Cure { get; init; }

    /// <summary>Gets the egress that it is about, or null where it is about the whole installation.</summary>
    public string? Subject { get; init; }

    /// <summary>Gets a value indicating whether it alone makes that nobody can be asked by its subject: nearly every answer would be <c>unknown</c>.</summary>
    public bool StopsWork { get; init; }

    /// <summary>Gets a value indicating whether a person should look at it.</summary>
    public bool NeedsCare => State is CheckState.Warning or CheckState.Failed;
}

/// <summary>The checks. Their ids are part of the API: a new one may come, none changes.</summary>
public static class CheckIds
{
    /// <summary>Whether there is an egress at all.</summary>
    public const string Egress = "egress";

    /// <summary>Whether the DNS answers.</summary>
    public const string Resolver = "resolver";

    /// <summary>Whether names that do not exist are said not to.</summary>
    public const string NxDomain = "nxdomain";

    /// <summary>Whether the DNS answers over TCP.</summary>
    public const string DnsTcp = "dns_tcp";

    /// <summary>Whether mail hosts can be connected to.</summary>
    public const string Port25 = "port_25";

    /// <summary>That the proxy of an egress cannot be used. It stands in the place of <see cref="Port25"/>, which needs the proxy.</summary>
    public const string Proxy = "proxy";

    /// <summary>Whether HELO name, address and reverse name agree.</summary>
    public const string Helo = "helo";

    /// <summary>Whether the sender's domain takes mail.</summary>
    public const string Sender = "sender";

    /// <summary>Whether the sender's domain lets the egress send.</summary>
    public const string Spf = "spf";

    /// <summary>Whether the egress is on block lists.</summary>
    public const string BlockLists = "block_lists";

    /// <summary>Whether the clock is kept right.</summary>
    public const string Clock = "clock";

    /// <summary>Whether there is room on the disk.</summary>
    public const string Disk = "disk";

    /// <summary>Whether the process may open as many sessions as are set.</summary>
    public const string Descriptors = "descriptors";

    /// <summary>Whether the database can be used.</summary>
    public const string Database = "database";

    /// <summary>Whether names beyond ASCII are read.</summary>
    public const string Unicode = "unicode";

    /// <summary>What is running.</summary>
    public const string Version = "version";
}
