using System.Text;

namespace EmailVerify.Core.Domains;

/// <summary>The form of a decoy. Two forms, since some filters take one of them for a harvester's.</summary>
public enum DecoyShape
{
    /// <summary>Letters with two digits in the middle: <c>tavjok47gizjam</c>.</summary>
    Digits,

    /// <summary>Like first and last name, of nonsense syllables: <c>tavjo.gizjam</c>.</summary>
    FirstLast,
}

/// <summary>
/// Makes the local parts of decoys: addresses that cannot exist, yet look like a person's work. 12 to 16 characters, pronounceable. Of any four
/// letters in a row two are a cluster that no English word or common name has, so that none longer than three letters can be spelled by chance. Safe for many callers.
/// </summary>
public sealed class Decoys(Random random)
{
    private static readonly string[] Consonants = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "t", "v", "z"];
    private static readonly string[] Vowels = ["a", "e", "i", "o", "u"];
    private static readonly string[] Clusters = ["vj", "zj", "gj", "jv", "vz", "zg", "fz", "pv", "vg", "kz"];

    private readonly Lock turn = new();

    /// <summary>Makes a local part.</summary>
    public string Make(DecoyShape shape)
    {
        lock (turn)
        {
            return shape switch
            {
                DecoyShape.Digits => $"{Run(random.Next(5, 8))}{random.Next(10, 100)}{Run(random.Next(5, 8))}",
                DecoyShape.FirstLast => $"{Run(random.Next(5, 7))}.{Run(random.Next(6, 10))}",
                _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "Not a shape."),
            };
        }
    }

    /// <summary>Makes vowels with a cluster between each two, a consonant before and after where the length wants it: <c>tavjokzim</c>.</summary>
    private string Run(int length)
    {
        var run = new StringBuilder(length);
        if (length % 3 != 1)
            run.Append(Pick(Consonants));
        run.Append(Pick(Vowels));
        while (run.Length + 3 <= length)
            run.Append(Pick(Clusters)).Append(Pick(Vowels));
        if (run.Length < length)
            run.Append(Pick(Consonants));
        return run.ToString();
    }

    private string Pick(string[] letters) => letters[random.Next(letters.Length)];
}
