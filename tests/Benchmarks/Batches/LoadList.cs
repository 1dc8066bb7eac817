namespace EmailVerify.Benchmarks.Batches;

/// <summary>A customer's list at the sandbox's numbered domains: the same number of addresses at each, a quarter of them with no mailbox.</summary>
/// <param name="FirstDomain">The number of the first domain.</param>
/// <param name="Domains">How many domains; every twentieth number is a catch-all.</param>
/// <param name="Each">How many addresses each has.</param>
internal sealed record LoadList(int FirstDomain, int Domains, int Each)
{
    // The same order in each run.
    private const int Seed = 20_261_124;
    private const int MissingEvery = 4;

    /// <summary>What <c>batch</c> verifies and <c>floor</c> asks.</summary>
    public static readonly LoadList Cold = new(1, 2_500, 20);

    /// <summary>What both are warmed with: other domains, so that the list stays cold while the program is compiled. As many as there are, since some code runs once a domain.</summary>
    public static readonly LoadList WarmUp = new(4_001, 999, 20);

    public int Count => Domains * Each;

    /// <summary>Makes an address.</summary>
    /// <param name="domain">The number of its domain.</param>
    /// <param name="number">Its number at the domain, from 0.</param>
    public static string AddressOf(int domain, int number) => LoadAddresses.Of(domain, number, exists: number % MissingEvery != MissingEvery - 1);

    /// <summary>Makes the addresses sorted by domain.</summary>
    public string[] ByDomain() => [.. Enumerable.Range(0, Count).Select(at => AddressOf(FirstDomain + (at / Each), at % Each))];

    /// <summary>Makes the addresses in random order, as most files have them.</summary>
    public string[] Shuffled()
    {
        var emails = ByDomain();
        new Random(Seed).Shuffle(emails);
        return emails;
    }
}
