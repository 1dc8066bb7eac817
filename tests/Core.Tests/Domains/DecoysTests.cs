using System.Text.RegularExpressions;
using CsCheck;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Tests.Domains;

public sealed partial class DecoysTests
{
    [Fact]
    public void Make_Digits_LettersWithTwoDigitsInTheMiddle() => Gen.Int.Sample(seed => WithDigits().IsMatch(Make(seed, DecoyShape.Digits)));

    [Fact]
    public void Make_FirstLast_TwoRunsOfLetters() => Gen.Int.Sample(seed => FirstLast().IsMatch(Make(seed, DecoyShape.FirstLast)));

    [Fact]
    public void Make_AnyShape_TwelveToSixteenCharacters() =>
        Gen.Select(Gen.Int, Gen.Enum<DecoyShape>()).Sample((seed, shape) => Make(seed, shape).Length is >= 12 and <= 16);

    [Fact]
    public void Make_AnyFourLetters_HoldAClusterThatNoWordHas() =>
        Gen.Select(Gen.Int, Gen.Enum<DecoyShape>()).Sample((seed, shape) =>
            FourLetters().Matches(Make(seed, shape)).All(four => Cluster().IsMatch(four.Groups["four"].Value)));

    [Fact]
    public void Make_AnyShape_Pronounceable() =>
        Gen.Select(Gen.Int, Gen.Enum<DecoyShape>()).Sample((seed, shape) => !ThreeConsonants().IsMatch(Make(seed, shape)));

    [Fact]
    public void Make_TenThousand_AreDistinctAndUseEveryLength()
    {
        var made = Enumerable.Range(0, 10_000).Select(at => Make(at, at % 2 == 0 ? DecoyShape.Digits : DecoyShape.FirstLast)).ToArray();

        Assert.Equal(made.Length, made.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal([12, 13, 14, 15, 16], made.Select(decoy => decoy.Length).Distinct().Order());
    }

    [Fact]
    public void Make_NoShape_IsADefect() => Assert.Throws<ArgumentOutOfRangeException>(() => Make(1, (DecoyShape)9));

    [Fact]
    public void Make_SameDomain_AsksTheSameAgainAlsoAfterARestart() =>
        Gen.Enum<DecoyShape>().Sample(shape => Make(7, shape).Equals(Make(7, shape), StringComparison.Ordinal) && !Make(7, shape).Equals(Make(8, shape), StringComparison.Ordinal));

    [Fact]
    public void Make_OtherInstallation_AsksSomethingElse() =>
        Assert.NotEqual(Make(7, DecoyShape.Digits), new Decoys("another installation"u8.ToArray()).Make(DecoyShape.Digits, "d7.example"), StringComparer.Ordinal);

    private static string Make(int domain, DecoyShape shape) => new Decoys("an installation"u8.ToArray()).Make(shape, $"d{domain}.example");

    [GeneratedRegex("^[a-z]{5,7}[1-9][0-9][a-z]{5,7}$", RegexOptions.None, 1000)]
    private static partial Regex WithDigits();

    [GeneratedRegex("^[a-z]{5,6}[.][a-z]{6,9}$", RegexOptions.None, 1000)]
    private static partial Regex FirstLast();

    [GeneratedRegex("(?=(?<four>[a-z]{4}))", RegexOptions.None, 1000)]
    private static partial Regex FourLetters();

    [GeneratedRegex("vj|zj|gj|jv|vz|zg|fz|pv|vg|kz", RegexOptions.None, 1000)]
    private static partial Regex Cluster();

    [GeneratedRegex("[bdfgjklmnprtvz]{3}", RegexOptions.None, 1000)]
    private static partial Regex ThreeConsonants();
}
