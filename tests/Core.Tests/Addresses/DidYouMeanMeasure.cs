using System.Globalization;
using EmailVerify.Core.Addresses;

namespace EmailVerify.Core.Tests.Addresses;

/// <summary>How much of what fingers do to the sixty most common domains is put right, weighted by how common they are; and that nothing is done to their neighbours.</summary>
public sealed class DidYouMeanMeasure(ITestOutputHelper output)
{
    private const int MostCommon = 60;

    [Fact]
    public void Typos_OfCommonDomainsWithNamesOfFourLettersOrMore_AreCorrected() => Assert.InRange(ShareCorrected(shortestName: 4), 0.97, 1);

    // What one slip makes of aol.com or gmx.de is, mostly, the name of somebody else: left as it is, for it would be a company told that it does not know its own name.
    [Fact]
    public void Typos_OfAllCommonDomains_AreMostlyCorrected() => Assert.InRange(ShareCorrected(shortestName: 1), 0.90, 1);

    [Fact]
    public void Typos_AreNeverTakenForAnotherDomainOfTheSixty()
    {
        var wrong = 0;
        var all = 0;
        foreach (var (domain, _) in Common(shortestName: 1))
        {
            foreach (var typo in Unknown(domain))
            {
                all++;
                wrong += DidYouMean.ForDomain(typo.Typo) is { } meant && !string.Equals(meant, domain, StringComparison.Ordinal) ? 1 : 0;
            }
        }

        output.WriteLine($"{wrong} of {all} typos are corrected to another domain.");
        Assert.InRange(wrong, 0, all / 50);
    }

    [Fact]
    public void Neighbours_AreNeverCorrected()
    {
        using var reader = new StreamReader(typeof(DidYouMeanMeasure).Assembly.GetManifestResourceStream("neighbours.txt")!);
        var neighbours = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.True(neighbours.Length >= 500);
        Assert.All(neighbours, domain => Assert.Null(DidYouMean.For(EmailAddress.Parse("jane@" + domain))));
    }

    private static IEnumerable<(string Domain, int Share)> Common(int shortestName) =>
        RuleFile.ReadLines("popular-domains.txt")
            .Select(line => line.Split(' '))
            .Select(line => (Domain: line[0], Share: int.Parse(line[1], CultureInfo.InvariantCulture)))
            .Where(row => row.Domain.IndexOf('.', StringComparison.Ordinal) >= shortestName && (shortestName == 1 || !char.IsAsciiDigit(row.Domain[0])))
            .OrderByDescending(row => row.Share)
            .Take(MostCommon);

    // A typo that is a known mail domain is none.
    private static IEnumerable<(string Kind, string Typo)> Unknown(string domain) => Typos.Of(domain).Where(typo =>
        EmailAddress.TryParse("x@" + typo.Typo, out _) && !DomainList.Large.Contains(typo.Typo) && !DomainList.Free.Contains(typo.Typo) && !DomainList.Neighbours.Contains(typo.Typo));

    private double ShareCorrected(int shortestName)
    {
        var (sum, weights) = (0.0, 0.0);
        foreach (var (domain, share) in Common(shortestName))
        {
            var kinds = Unknown(domain).GroupBy(typo => typo.Kind, typo => string.Equals(DidYouMean.ForDomain(typo.Typo), domain, StringComparison.Ordinal), StringComparer.Ordinal).ToArray();
            var corrected = kinds.Sum(kind => Typos.Shares[kind.Key] * kind.Count(right => right) / kind.Count()) / kinds.Sum(kind => Typos.Shares[kind.Key]);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{domain} {share}: {corrected:P1}"));
            sum += share * corrected;
            weights += share;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"weighted: {sum / weights:P1}"));
        return sum / weights;
    }
}
