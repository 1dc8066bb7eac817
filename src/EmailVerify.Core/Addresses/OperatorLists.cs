using System.Collections.Frozen;
using System.Globalization;

namespace EmailVerify.Core.Addresses;

/// <summary>
/// What the operator knows about domains: it goes before all our lists. A domain stands for what is below it too. Where one domain is not disposable and one below or above it is, not disposable wins.
/// </summary>
public sealed class OperatorLists
{
    /// <summary>The most domains of a list: 1,000,000.</summary>
    public const int MaxDomains = 1_000_000;

    /// <summary>Nothing.</summary>
    public static readonly OperatorLists None = new([], [], []);

    private static volatile OperatorLists current = None;

    private readonly FrozenSet<string> disposable;
    private readonly FrozenSet<string> notDisposable;
    private readonly FrozenSet<string> free;

    /// <summary>Makes lists of canonical domains (<see cref="ReadDomains(TextReader)"/>).</summary>
    /// <param name="disposable">Domains that give mailboxes for throwing away.</param>
    /// <param name="notDisposable">Domains that do not, whatever other lists say.</param>
    /// <param name="free">Domains that give anyone a mailbox for free.</param>
    public OperatorLists(IEnumerable<string> disposable, IEnumerable<string> notDisposable, IEnumerable<string> free) =>
        (this.disposable, this.notDisposable, this.free) = (disposable.ToFrozenSet(StringComparer.Ordinal), notDisposable.ToFrozenSet(StringComparer.Ordinal), free.ToFrozenSet(StringComparer.Ordinal));

    /// <summary>Gets or sets the lists of this process's operator: set once, at the start.</summary>
    public static OperatorLists Current
    {
        get => current;
        set => current = value;
    }

    /// <summary>Reads a list: a domain on each line; blank lines and those that begin with <c>#</c> do not count.</summary>
    /// <returns>The domains in A-labels and lower case.</returns>
    /// <exception cref="FormatException">A line is no domain, or there are too many; the message names the line.</exception>
    public static IReadOnlyCollection<string> ReadDomains(TextReader reader) => ReadDomains(reader, MaxDomains);

    /// <summary>Reads a list of at most so many domains.</summary>
    internal static IReadOnlyCollection<string> ReadDomains(TextReader reader, int most)
    {
        var domains = new HashSet<string>(StringComparer.Ordinal);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            var text = line.AsSpan().Trim();
            if (text.IsEmpty || text[0] == '#')
                continue;

            if (!EmailAddress.TryParse($"x@{text}", out var address) || address.IsLiteral)
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"Line {number} is no domain."));

            if (domains.Add(address.Domain) && domains.Count > most)
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"There are more than {most} domains."));
        }

        return domains;
    }

    /// <summary>Says whether the operator calls a domain disposable; null where they say nothing.</summary>
    internal bool? IsDisposable(ReadOnlySpan<char> domain)
    {
        if (Covers(notDisposable, domain))
            return false;

        return Covers(disposable, domain) ? true : null;
    }

    /// <summary>Says whether the operator calls a domain free.</summary>
    internal bool IsFree(ReadOnlySpan<char> domain) => Covers(free, domain);

    private static bool Covers(FrozenSet<string> domains, ReadOnlySpan<char> domain) => domains.Count > 0 && DomainList.Covers(domains.GetAlternateLookup<ReadOnlySpan<char>>(), domain);
}
